using Cohort.Model.Files;
using Cohort.Seed.Ledger;

namespace Cohort.Seed.Coordination;

/// <summary>
/// Which of a run's models stay on disk: the newest few, the first, the best one evaluated, and those that somebody is still to begin
/// with. The last and first models of other runs are never touched, even where both runs made the same.
/// </summary>
internal sealed class ModelRetention
{
    private readonly int _keep;
    private readonly IModelStore _store;
    private readonly HashSet<ModelHash> _protected;
    private readonly Func<ModelHash, bool> _isNeeded;
    private readonly Queue<ModelHash> _newest = new();
    private readonly List<ModelHash> _needed = [];
    private (ModelHash Model, double Accuracy)? _best;

    private ModelRetention(int keep, IModelStore store, HashSet<ModelHash> @protected, Func<ModelHash, bool> isNeeded)
    {
        _isNeeded = isNeeded;
        _keep = keep;
        _store = store;
        _protected = @protected;
    }

    /// <param name="run">The run whose models come and go.</param>
    /// <param name="keep">How many of the newest stay.</param>
    /// <param name="ledger">Knows the other runs.</param>
    /// <param name="store">Where the files lie.</param>
    /// <param name="isNeeded">Whether somebody is still to begin with a model.</param>
    public static ModelRetention For(RunRecord run, int keep, ILedger ledger, IModelStore store, Func<ModelHash, bool> isNeeded)
    {
        var others = ledger.Runs().Where(other => !string.Equals(other.Id, run.Id, StringComparison.Ordinal));
        var @protected = others
            .SelectMany(other => new ModelHash?[] { other.InitialModel, ledger.LastRound(other.Id)?.Model })
            .OfType<ModelHash>()
            .Append(run.InitialModel)
            .Concat(ledger.Releases().Select(release => release.Model)) // students have them, or may have them again
            .ToHashSet();
        return new(keep, store, @protected, isNeeded);
    }

    /// <summary>A new model is durable, and in the ledger: older ones may go.</summary>
    public void Note(ModelHash model, double? accuracy)
    {
        foreach (var needed in _needed.FindAll(needed => !_isNeeded(needed)))
        {
            _needed.Remove(needed);
            DropUnlessKept(needed);
        }

        _newest.Enqueue(model);
        if (accuracy > (_best?.Accuracy ?? double.NegativeInfinity))
        {
            var beaten = _best?.Model;
            _best = (model, accuracy.Value);
            DropUnlessKept(beaten);
        }

        if (_newest.Count > _keep)
        {
            DropUnlessKept(_newest.Dequeue());
        }
    }

    private void DropUnlessKept(ModelHash? model)
    {
        if (model is { } hash && hash != _best?.Model && !_protected.Contains(hash) && !_newest.Contains(hash))
        {
            if (_isNeeded(hash))
            {
                _needed.Add(hash);
                return;
            }

            _store.Delete(hash);
        }
    }
}
