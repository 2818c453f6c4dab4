using Cohort.Model.Data;
using Cohort.Model.Evaluation;
using Cohort.Model.Files;
using Cohort.Model.Plans;
using Cohort.Model.Training;
using Cohort.Model.Validation;

namespace Cohort.Pbm.Folding;

/// <summary>
/// Trains and judges one model for each fold, and keeps what is done: called again, only what is missing is done. The folder holds
/// folds.csv, fold-N.json for each fold that is done, and what an interrupted one needs to go on; models go into the home, by their hash.
/// </summary>
internal sealed class CrossValidation : IDisposable
{
    private const string LockFile = "in-use";

    private readonly Plan _plan;
    private readonly FoldedData _folds;
    private readonly IFoldTraining _training;
    private readonly string _folder;
    private readonly ModelStore _models;
    private readonly FileStream _lock;

    /// <param name="plan">What is trained.</param>
    /// <param name="folds">On what.</param>
    /// <param name="training">How.</param>
    /// <param name="folder">Where results are kept.</param>
    /// <param name="models">Where models are kept.</param>
    /// <param name="fresh">Forget what is done.</param>
    /// <exception cref="CommandException">Another process is at work in the folder, or it cannot be written.</exception>
    public CrossValidation(Plan plan, FoldedData folds, IFoldTraining training, string folder, ModelStore models, bool fresh)
    {
        (_plan, _folds, _training, _folder, _models) = (plan, folds, training, folder, models);
        _lock = Enter(folder);
        try
        {
            if (fresh)
            {
                Empty(folder);
            }

            DurableFile.Write(Path.Combine(folder, "folds.csv"), stream =>
            {
                using var writer = new StreamWriter(stream, leaveOpen: true);
                folds.WriteCsv(writer);
            });
        }
        catch
        {
            _lock.Dispose();
            throw;
        }
    }

    /// <summary>The result of a fold that was done before; null where it was not.</summary>
    /// <param name="fold">From 1.</param>
    public FoldResult? Known(int fold)
        => FoldResult.Read(ResultOf(fold)) is { } result && _models.Contains(ModelHash.Parse(result.Model)) ? result : null;

    /// <summary>Does a fold.</summary>
    /// <param name="fold">From 1.</param>
    /// <param name="stop">Asks for an end as soon as everything is on disk.</param>
    /// <returns>Its result; null where it was asked to stop before.</returns>
    public async Task<FoldResult?> Do(int fold, CancellationToken stop)
    {
        var data = _folds.Fold(fold - 1);
        var place = Path.Combine(_folder, $"fold-{fold}");
        if (await _training.Train(data, place, stop) is not { } model)
        {
            return null;
        }

        var hash = _models.Save(model);
        var result = Judge(fold, hash, model, data);
        result.Write(ResultOf(fold));
        _training.Forget(place);
        return result;
    }

    public void Dispose() => _lock.Dispose();

    private FoldResult Judge(int fold, ModelHash hash, ModelFile model, DataSet data)
    {
        using var evaluator = new Evaluator(
            Population.NetworkOf(_plan, data.Train),
            data.Test,
            Population.EncodingOf(_plan, data.Shape),
            "cpu",
            Environment.ProcessorCount);
        Metrics metrics = evaluator.Evaluate(model.Parameters);
        return new(fold, hash.ToString(), data.Train.Count, data.Test.Count, metrics.Loss, metrics.Confusion.ToRows());
    }

    private string ResultOf(int fold) => Path.Combine(_folder, $"fold-{fold}.json");

    private static FileStream Enter(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            return new FileStream(Path.Combine(folder, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(
                $"{folder}: the folds cannot be kept there ({e.Message.TrimEnd('.')}); if another pbm kfold is at work on the same, wait for it.");
        }
    }

    private static void Empty(string folder)
    {
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos("fold-*"))
        {
            if (entry is DirectoryInfo inner)
            {
                inner.Delete(recursive: true);
            }
            else
            {
                entry.Delete();
            }
        }
    }
}
