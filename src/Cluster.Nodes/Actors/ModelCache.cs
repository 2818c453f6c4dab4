using System.Globalization;
using System.Runtime.InteropServices;
using Cohort.Clustering;
using Cohort.Messages;
using Cohort.Model.Files;
using Cohort.Model.Plans;

namespace Cohort.Nodes.Actors;

/// <summary>
/// A node's runs and model versions. Versions arrive by broadcast, once per node; one that is missing is asked for, until it comes or
/// nobody needs it any more. Only the newest few are kept.
/// </summary>
internal sealed class ModelCache : ReceiveActor, IWithTimers
{
    /// <summary>A wish or its answer may be lost with a connection or a seed.</summary>
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(2);

    private readonly ICluster _cluster;
    private readonly OpenRun _open;
    private readonly bool _onDevice;
    private readonly Refusals _refusals = new(Context.GetLogger());
    private readonly Dictionary<string, RunContext> _runs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _refused = new(StringComparer.Ordinal);
    private readonly Dictionary<string, CachedModel> _models = new(StringComparer.Ordinal);
    private readonly Queue<string> _age = new();
    private readonly Dictionary<string, List<(NeedModel Need, IActorRef Student)>> _waiting = new(StringComparer.Ordinal);

    /// <param name="cluster">The seam.</param>
    /// <param name="open">Loads a run's data.</param>
    /// <param name="onDevice">Of resident students, which is told no run's secret, and of no other student.</param>
    public ModelCache(ICluster cluster, OpenRun open, bool onDevice)
    {
        _cluster = cluster;
        _open = open;
        _onDevice = onDevice;
        Receive<RollCall>(_ => { });
        Receive<RunDefinition>(Open);
        Receive<ModelVersion>(Keep);
        Receive<NeedModel>(Provide);
        Receive<ModelOutdated>(outdated => GiveUp(outdated.Newest));
        Receive<AskAgain>(_ => FetchAgain());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        _cluster.Subscribe(_onDevice ? Topics.Devices : Topics.Runs, Self);
        _cluster.Subscribe(Topics.Models, Self);
    }

    private void Open(RunDefinition definition)
    {
        if (_runs.ContainsKey(definition.Run))
        {
            return;
        }

        try
        {
            _runs[definition.Run] = _open(definition);
            _refused.Remove(definition.Run);
        }
#pragma warning disable CA1031 // Whatever keeps this node from a run is told to every student that is asked for it.
        catch (Exception problem)
#pragma warning restore CA1031
        {
            _refused[definition.Run] = problem.Message;
        }

        foreach (var model in _waiting.Keys.ToList())
        {
            AnswerWaiting(model);
        }
    }

    private void Keep(ModelVersion version)
    {
        if (!_models.ContainsKey(version.Model))
        {
            if (WhyNot(version) is { } refusal)
            {
                _refusals.Note(refusal);
                return;
            }

            _models.Add(
                version.Model,
                new(
                    MemoryMarshal.Cast<byte, float>(version.Parameters.Span).ToArray(),
                    MemoryMarshal.Cast<byte, float>(version.Control.Span).ToArray()));
            _age.Enqueue(version.Model);
            while (_age.Count > CapacityFor(version.Run))
            {
                _models.Remove(_age.Dequeue());
            }
        }

        AnswerWaiting(version.Model);
    }

    /// <returns>Why the message is not the model that it names; null if it is.</returns>
    private Refusal? WhyNot(ModelVersion version)
    {
        if (GroupModel.Parse(version.Model) is not { } own)
        {
            return ModelHash.Of(version.Header.Span, version.Parameters.Span).ToString() is var hash
                && string.Equals(hash, version.Model, StringComparison.Ordinal)
                    ? WhyNotControl(version)
                    : new("model hash", $"A model of run {version.Run} is called {version.Model}, but its hash is {hash}");
        }

        var parameters = MemoryMarshal.Cast<byte, float>(version.Parameters.Span);
        var expected = _models.TryGetValue(own.Start, out var start) ? start.Parameters.Length : parameters.Length;
        return parameters.Length == expected && AreFinite(parameters)
            ? null
            : new("model values", $"The group model {version.Model} of run {version.Run} has {parameters.Length} parameters where "
                + $"{expected} finite ones are expected");
    }

    /// <summary>The name stands for the header, and the header for the control variate.</summary>
    private static Refusal? WhyNotControl(ModelVersion version)
    {
        try
        {
            var expected = version.Header.IsEmpty ? null : ModelFile.ControlOf(version.Header.Span, version.Parameters.Length);
            var found = version.Control.IsEmpty ? null : (ModelHash?)ModelHash.Of(version.Control.Span);
            return found == expected
                ? null
                : new("control hash", $"The control variate of model {version.Model} of run {version.Run} has the hash {found}, where its header says {expected}");
        }
        catch (ModelFileException problem)
        {
            return new("model header", $"Model {version.Model} of run {version.Run}: {problem.Message.TrimEnd('.')}");
        }
    }

    private static bool AreFinite(ReadOnlySpan<float> values)
    {
        foreach (var value in values)
        {
            if (!float.IsFinite(value))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Tells those who wait for a model that it is here, once its run is known too: where a node has just joined, the model may come
    /// first, and a student that failed for it would be missing in the sum.
    /// </summary>
    private void AnswerWaiting(string model)
    {
        if (!_waiting.TryGetValue(model, out var waiting))
        {
            return;
        }

        foreach (var (need, student) in waiting.FindAll(each => CanAnswer(each.Need)))
        {
            student.Tell(Answer(need));
        }

        waiting.RemoveAll(each => CanAnswer(each.Need));
        if (waiting.Count == 0)
        {
            _waiting.Remove(model);
        }
    }

    private void Provide(NeedModel need)
    {
        if (CanAnswer(need))
        {
            Sender.Tell(Answer(need));
            return;
        }

        if (!_waiting.TryGetValue(need.Model, out var waiting))
        {
            _waiting[need.Model] = waiting = [];
            Fetch(need);
            Timers.StartPeriodicTimer(nameof(AskAgain), new AskAgain(), AskAgainAfter, AskAgainAfter);
        }

        waiting.RemoveAll(each => each.Student.Equals(Sender)); // of an earlier attempt: it waits for the newest only
        waiting.Add((need, Sender));
    }

    private void FetchAgain()
    {
        if (_waiting.Count == 0)
        {
            Timers.Cancel(nameof(AskAgain));
        }

        foreach (var waiting in _waiting.Values)
        {
            Fetch(waiting[^1].Need);
        }
    }

    /// <summary>
    /// Who was asked in a round that is over waits for a model that nobody sends any more (this node was paused, or joined late). It
    /// is told so: while it waits it holds one of the few messages that this node may hold, and no other student gets its turn.
    /// </summary>
    private void GiveUp(RoundKey newest)
    {
        foreach (var (model, waiting) in _waiting.ToList())
        {
            foreach (var (need, student) in waiting.FindAll(each => each.Need.Key.IsOlderThan(newest)))
            {
                student.Tell(new ModelReady(need.Model, null, null, "the round is over"));
            }

            waiting.RemoveAll(each => each.Need.Key.IsOlderThan(newest));
            if (waiting.Count == 0)
            {
                _waiting.Remove(model);
            }
        }
    }

    /// <summary>The coordinator has the run and its model; a group's own model is with the group's leader.</summary>
    private void Fetch(NeedModel need)
    {
        var wish = new FetchModel { Run = need.Run, Model = need.Model, Device = _onDevice };
        _cluster.Singleton(Singletons.Coordinator).Tell(wish);
        if (GroupModel.Parse(wish.Model) is { } model)
        {
            var leader = model.Group.ToString(CultureInfo.InvariantCulture);
            _cluster.Region(Regions.Leaders).Tell(new ShardingEnvelope(leader, wish));
        }
    }

    /// <summary>
    /// The current model, the previous one for late students, each group's own where groups train on by themselves, and twice as many as an
    /// update is old on average where students begin with different models.
    /// </summary>
    private int CapacityFor(string run) => 2 + (_runs.TryGetValue(run, out var context) ? context.Plan switch
    {
        { Groups.IntraGroupRounds: > 1 } plan => plan.Groups.Count,
        { Rounds.Mode: RoundMode.FedBuff } plan => 2 * plan.Rounds.Concurrency / plan.Rounds.Participants(plan.Students.Count),
        _ => 0,
    } : 0);

    private bool CanAnswer(NeedModel need)
        => _refused.ContainsKey(need.Run) || (_runs.ContainsKey(need.Run) && _models.ContainsKey(need.Model));

    private ModelReady Answer(NeedModel need)
        => _refused.TryGetValue(need.Run, out var problem)
            ? new(need.Model, null, null, problem)
            : new(need.Model, _runs[need.Run], _models[need.Model].Parameters, null) { Control = _models[need.Model].Control };

    /// <summary>A version, and the control variate that came with it; empty where there is none.</summary>
    private sealed record CachedModel(float[] Parameters, float[] Control);
}

/// <summary>Student to cache: I train from this version.</summary>
/// <param name="Key">Of the round in which I was asked.</param>
/// <param name="Model">The version.</param>
internal sealed record NeedModel(RoundKey Key, string Model)
{
    public string Run => Key.Run;
}

/// <summary>Cache to student: here it is, or the problem.</summary>
internal sealed record ModelReady(string Model, RunContext? Context, float[]? Parameters, string? Problem)
{
    /// <summary>The server's control variate; empty where the plan's algorithm has none.</summary>
    public float[] Control { get; init; } = [];
}

/// <summary>To itself, while somebody waits.</summary>
internal sealed record AskAgain;
