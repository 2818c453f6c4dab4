using Cohort.Federation;
using Cohort.Messages;
using Cohort.Model.Data;
using Cohort.Model.Evaluation;
using Cohort.Model.Files;
using Cohort.Model.Networks;
using Cohort.Model.Plans;
using Cohort.Model.Randomness;
using Cohort.Model.Training;
using Cohort.Model.Training.Algorithms;
using Cohort.Seed.Ledger;
using Cohort.Seed.Privacy;
using Google.Protobuf;

namespace Cohort.Seed.Coordination;

/// <summary>
/// A run on its way: the newest model, and all that the next round needs. Everything here can be rebuilt from the ledger and the
/// model files; <see cref="Open"/> does that for an interrupted run.
/// </summary>
internal sealed partial class TrainingRun : IDisposable
{
    private readonly ILedger _ledger;
    private readonly IModelStore _store;
    private readonly ModelRetention _retention;
    private readonly FixedPointGrid _grid;
    private readonly NetworkSpec _network;
    private readonly NoiseSecret _secret;
    private readonly IReadOnlyList<TensorLayout> _layout;
    private readonly Lazy<Evaluator> _evaluator;
    private readonly NormalisedAveraging? _normalised;
    private readonly Lazy<long> _everybody;
    private readonly Asynchrony? _asynchrony;
    private (int Number, int[][] Cohorts) _cycle = (0, []);
    private byte[] _header;
    private ServerState _server;
    private float[]? _next;
    private ServerState? _nextServer;
    private double? _nextClip;
    private readonly PrivacyAccount _privacy;
    private double? _lastAccuracy;

    private TrainingRun(StartRun order, RunRecord record, ModelFile model, ILedger ledger, IModelStore store, SeedOptions options)
    {
        _ledger = ledger;
        _store = store;
        (Id, Plan, Population) = (record.Id, order.Plan, order.Population);
        Definition = new RunDefinition
        {
            Run = record.Id,
            PlanJson = record.PlanJson,
            DataDigest = record.DataDigest,
            Data = order.DataPath ?? "",
            NoiseSecret = UnsafeByteOperations.UnsafeWrap(record.NoiseSecret),
        };
        if (Population.Roster is { } roster)
        {
            (Definition.Roster, DeviceDefinition) = RosterMessages.Of(Definition, roster, Population);
        }

        _secret = NoiseSecret.FromBytes(record.NoiseSecret);
        _network = Population.NetworkOf(Plan);
        _layout = model.Tensors;
        _grid = new FixedPointGrid(Plan.Privacy.FractionBits);
        _normalised = NormalisedAveraging.Of(Plan, Population);
        (Parameters, Model, _header) = (model.Parameters, model.Hash, model.Header());
        _server = model.ServerState is null
            ? InitialState(Plan, model.Parameters.Length)
            : store.LoadState(model, Plan.Server.Optimizer);
        _everybody = new(() => Enumerable.Range(0, Population.Students).Sum(student => (long)Population.WeightOf(student, Plan)));
        Memory = MemoryLayout.Of(Plan, _network);
        Memories = new(record.Id, Plan.Models.Keep, store.Memories);
        Clip = Plan.Privacy.Clip;
        _privacy = new(Plan, record.Id, record.PrivacyPopulation, ledger, record.StartedFrom);
        _asynchrony = Plan.Rounds.Mode is RoundMode.FedBuff ? new(Plan, record.InitialModel) : null;
        _retention = ModelRetention.For(record, Plan.Models.Keep, ledger, store, hash => _asynchrony?.Needs(hash) ?? false);
        _evaluator = new(() => new Evaluator(
            _network, Population.Data.Test, Population.EncodingOf(Plan), options.Device, options.EvaluationThreads));
    }

    public string Id { get; }

    public Plan Plan { get; }

    public Population Population { get; }

    /// <summary>What nodes are told of the run.</summary>
    public RunDefinition Definition { get; }

    /// <summary>What devices of resident students are told: neither the run's secret, nor of any other student. Null where there are none.</summary>
    public RunDefinition? DeviceDefinition { get; }

    public StudentRecords Students { get; } = new();

    public IReadOnlyList<int> GroupOf { get; set; } = [];

    /// <summary>The newest finished model's parameters.</summary>
    public float[] Parameters { get; private set; }

    public ModelHash Model { get; private set; }

    /// <summary>What the next round's updates are clipped to; null where they are not.</summary>
    public double? Clip { get; private set; }

    /// <summary>How many values an update has.</summary>
    public int UpdateLength => Plan.UpdateLengthOf(Parameters.Length);

    /// <summary>How what a student remembers lies in bytes; empty where students remember nothing.</summary>
    public MemoryLayout Memory { get; }

    /// <summary>What students remember of the rounds before the next one.</summary>
    public StudentMemories Memories { get; }

    public int RoundsDone { get; private set; }

    /// <summary>A leader answers at the plan's deadline at the latest; one that is silent for so long is lost.</summary>
    public TimeSpan LeaderPatience => (1.25 * Plan.Rounds.Deadline) + TimeSpan.FromSeconds(5);

    public bool IsComplete
        => RoundsDone >= Plan.Rounds.Count || (_lastAccuracy is { } accuracy && accuracy >= Plan.Rounds.TargetAccuracy);

    /// <summary>What every student reports of its labels.</summary>
    public StudentHistograms Histograms() => ReportedLabels.Of(Plan, Population, _secret, Id);

    /// <summary>
    /// The students that a round asks: a function of seed, round and quarantine; of the run's secret instead of the seed where it is
    /// part of the protection that nobody knows them.
    /// </summary>
    public IReadOnlyList<int> CohortOf(int round)
    {
        if (_asynchrony is not null)
        {
            return [.. _asynchrony.Of(round).Select(arrival => arrival.Student).Where(student => !Students.Quarantined.Contains(student))];
        }

        var (rounds, seed) = (Plan.Rounds, (ulong)Plan.Seed);
        if (rounds.Cohorts is not CohortKind.Balanced)
        {
            using var secret = Plan.Privacy.HidesCohorts ? new SecretRandom(_secret, "cohort", round) : null;
            var random = secret ?? (Random)KeyedRandom.For(seed, Purpose.SampleCohort, round);
            return rounds.Cohorts is CohortKind.Poisson
                ? PoissonSampling.Sample(Population.Students, Students.Quarantined, rounds.ClientFraction, random)
                : CohortSampling.Sample(
                    Population.Students, Students.Quarantined, rounds.ClientFraction, rounds.OverSelection, random);
        }

        var perCycle = BalancedCohorts.PerCycle(Population.Students, rounds.ClientFraction, rounds.OverSelection);
        var (cycle, turn) = Math.DivRem(round - 1, perCycle);
        if (_cycle.Number != cycle || _cycle.Cohorts.Length == 0)
        {
            var random = KeyedRandom.For(seed, Purpose.SampleCohort, cycle);
            _cycle = (cycle, BalancedCohorts.Deal(Histograms(), perCycle, random));
        }

        return [.. _cycle.Cohorts[turn].Where(student => !Students.Quarantined.Contains(student))];
    }

    /// <summary>
    /// The model that each student of a round begins with, and how many models ago it was the newest; null where all begin with the newest.
    /// </summary>
    public IReadOnlyDictionary<int, (ModelHash Model, int Staleness)>? StartsOf(int round) => _asynchrony?.Of(round).ToDictionary(
        arrival => arrival.Student, arrival => (_asynchrony.StartOf(arrival), round - 1 - arrival.Start));

    /// <summary>Privacy spent so far, repeated rounds counted; null where nothing bounds it.</summary>
    public double? EpsilonSpent => _privacy.Spent;

    /// <returns>Why no further round may start, as a sentence; null if one may.</returns>
    public string? WhyNotNextRound() => _privacy.WhyNotNext(Price);

    /// <summary>
    /// Where students draw the noise: which release of a round its next one is, from 1 on, as the ledger has charged them. Of noise that
    /// protects nobody there is one, so that a run that was interrupted gives the model of one that was not.
    /// </summary>
    public int NextRelease(int round) => LastRelease(round) + (DrawsSecretShares ? 1 : 0);

    /// <summary>Which release of a round it was whose sum was recorded.</summary>
    public int LastRelease(int round) => DrawsSecretShares ? _privacy.ReleasesOf(round) : Plan.Privacy.DrawsShares ? 1 : 0;

    /// <summary>Counts what a round is about to spend.</summary>
    public void Charge(RoundKey key) => _privacy.Charge(key, Price);

    /// <summary>
    /// The server's step: the groups' sums added exactly, with all of the planned noise in them, divided once, and given to the server's
    /// optimiser.
    /// </summary>
    public void Average(CurrentRound round)
    {
        var sum = new ExactSum(UpdateLength);
        foreach (var update in round.Updates.Values.Where(update => update.Weight > 0))
        {
            sum.Add(
                SumWithMemories.SumIn(update.Sum, UpdateLength),
                update.Weight,
                update.Participants.Count);
        }

        AddMissingNoise(sum, round);

        _next = new float[Parameters.Length];
        _nextServer = _server.Step(
            Parameters,
            sum.Values[..Parameters.Length],
            Divisor(sum) / (_normalised?.FactorOf(round.Participants) ?? 1),
            _grid,
            Plan.Rounds.ServerLearningRate,
            _next);
        if (Plan.Training.Algorithm.Kind.HasControl)
        {
            _nextServer = _nextServer.MoveControl(sum.Values.Slice(Parameters.Length, Parameters.Length), _everybody.Value, _grid);
        }

        if (Plan.Server.Averages)
        {
            _nextServer = _nextServer.MoveAverage(_next, Plan.Server.Averaging, round.Number);
            if (round.Number >= Plan.Rounds.Count)
            {
                _nextServer.Average!.CopyTo(_next.AsSpan()); // nothing is trained on from here, and the mean is what is evaluated and released
            }
        }

        _nextClip = Plan.Privacy.AdaptiveClip.Enabled
            ? Plan.Clipping().Next(Clip!.Value, sum.Values[^1], Divisor(sum), _grid)
            : null;
    }

    /// <summary>The shares of groups that are not in the sum; all of the noise where a hidden cohort was empty.</summary>
    private void AddMissingNoise(ExactSum sum, CurrentRound round)
    {
        if (Plan.Privacy is not { IsPrivate: true, Mechanism: NoiseMechanism.Central })
        {
            return; // each update, or each group's sum, carries all of the noise by itself: what is not in the sum is not released
        }

        var nobody = round.Groups.Count == 0;
        Plan.NoiseOf(Clip!.Value, _grid, nobody ? 1 : round.Groups.Count)
            .AddMissingShares(sum, _secret, Plan.NoiseName(Id), round.Number, nobody ? [0] : round.GroupsWithoutSum);
    }

    /// <summary>
    /// The sum's weight; where nobody may know how many were asked, what was to be expected of it (the fixed-denominator estimator of
    /// McMahan et al. 2018, equation 3).
    /// </summary>
    private double Divisor(ExactSum sum) => HidesCohortSizes
        ? Plan.Rounds.ClientFraction * _everybody.Value
        : sum.Weight;

    /// <summary>
    /// True if a cohort's size is a matter of chance, and as secret as its members: a round is averaged also where it happens to ask
    /// nobody.
    /// </summary>
    public bool HidesCohortSizes => Plan.Rounds.Cohorts is CohortKind.Poisson;

    /// <summary>
    /// True if the newest model is to be tried on the test samples: as often as the plan says, and always the last one.
    /// </summary>
    public bool IsEvaluatedNow(bool last)
    {
        var rounds = RoundsDone + (_next is null ? 0 : 1);
        return last || _next is null || rounds >= Plan.Rounds.Count || rounds % Plan.Evaluation.EveryRounds == 0;
    }

    /// <summary>
    /// What a node is sent that asks for a model: the run, and the model if it is the newest, or one that somebody begins with; else that
    /// it is not.
    /// </summary>
    /// <param name="wish">Which model of which run.</param>
    /// <param name="newest">Of the rounds asked for.</param>
    public IEnumerable<object> Provide(FetchModel wish, RoundKey newest)
    {
        var current = Model.ToString();
        var definition = wish.Device ? DeviceDefinition : Definition;
        if (!string.Equals(wish.Run, Id, StringComparison.Ordinal) || definition is null)
        {
            yield return new ModelOutdated { Newest = newest };
            yield break;
        }

        yield return definition;
        if (string.Equals(wish.Model, current, StringComparison.Ordinal))
        {
            yield return Version();
        }
        else if (ModelHash.TryParse(wish.Model, out var earlier) && _asynchrony?.Needs(earlier) == true && _store.Contains(earlier))
        {
            var model = _store.Load(earlier);
            yield return new ModelVersion
            {
                Run = Id,
                Model = wish.Model,
                Parameters = Tensors.Wrap(model.Parameters),
                Header = UnsafeByteOperations.UnsafeWrap(model.Header()),
            };
        }
        else if (!wish.Model.StartsWith(current, StringComparison.Ordinal)) // else it is a group's own, which its leader has
        {
            yield return new ModelOutdated { Newest = newest };
        }
    }

    public ModelVersion Version() => new()
    {
        Run = Id,
        Model = Model.ToString(),
        Parameters = Tensors.Wrap(Parameters),
        Header = UnsafeByteOperations.UnsafeWrap(_header),
        Control = _server.Control is { } control ? Tensors.Wrap(control) : ByteString.Empty,
    };

    public Metrics Evaluate() => _evaluator.Value.Evaluate(_next ?? Parameters);

    /// <summary>The hash of the averaged model's file.</summary>
    public ModelHash Averaged(CurrentRound round)
        => FileOf(round).Hash;

    /// <summary>Makes the averaged model the newest. Nothing is on disk until <see cref="Write"/>.</summary>
    public FinishedRound Advance(CurrentRound round, Evaluated evaluated)
    {
        var (metrics, updates) = (evaluated.Metrics, round.Updates.Values);
        var file = FileOf(round);
        var report = new RoundReport(
            round.Number,
            file.Hash,
            round.Participants,
            round.Failed,
            round.Missing,
            Plan.Training.RecordPrivacy.IsOn || Plan.Privacy.HidesLosses
                ? null
                : updates.Sum(update => update.LossSum) / Math.Max(1, round.Participants.Count),
            updates.Sum(update => update.Samples),
            TimeSpan.FromSeconds(updates.Sum(update => update.TrainSeconds)),
            evaluated.Duration,
            round.Elapsed,
            metrics,
            updates.Sum(update => update.UpdateBytes));
        Students.Note(report.Participants, report.Failed.Keys);
        _asynchrony?.Note(round.Number, report.Model);
        var memories = Memory.Bytes == 0 ? null : round.Memories(UpdateLength, Memory.Bytes);
        if (memories is not null)
        {
            Memories.Learn(round.Number, memories);
        }

        (Parameters, Model, _header, _server) = (_next!, report.Model, file.Header(), _nextServer!);
        Clip = _nextClip ?? Clip;
        (RoundsDone, _lastAccuracy, _next) = (round.Number, metrics?.Accuracy, null);
        return new(
            report,
            file,
            _server,
            memories,
            [.. updates.Select(update => new GroupShare(update.Group, update.Weight, update.Participants.Count))],
            _nextClip,
            EpsilonSpent);
    }

    /// <summary>Puts a finished round on disk: its model's file, then its ledger row, both durable when this returns.</summary>
    public void Write(FinishedRound finished)
    {
        var (report, metrics) = (finished.Report, finished.Report.Metrics);
        if (finished.Memories is { } memories)
        {
            Memories.Write(report.Round, memories);
        }

        _store.Save(finished.File, finished.Server);
        _ledger.Append(new RoundRecord
        {
            Run = Id,
            Round = report.Round,
            Model = report.Model,
            Parent = finished.File.Parent!.Value,
            Participants = report.Participants,
            Failed = [.. report.Failed.Select(failure => new Ledger.StudentFailure(failure.Key, failure.Value))],
            Missing = report.Missing,
            Groups = finished.Groups,
            NextClip = finished.NextClip,
            Epsilon = finished.Epsilon,
            TrainLoss = report.TrainLoss,
            Loss = metrics?.Loss,
            Accuracy = metrics?.Accuracy,
            MacroF1 = metrics?.MacroF1,
            Confusion = metrics?.Confusion,
            Training = report.Train,
            Wall = report.Wall,
        });
        _retention.Note(report.Model, metrics?.Accuracy);
        if (finished.Memories is not null)
        {
            Memories.Note(report.Round, report.Participants);
        }
    }

    public void Close(RunStatus status, string? reason = null) => _ledger.Finish(Id, status, reason);

    public void Dispose()
    {
        if (_evaluator.IsValueCreated)
        {
            _evaluator.Value.Dispose();
        }
    }

    private bool DrawsSecretShares => Plan.Privacy is { DrawsShares: true, Noise: NoiseSource.Secret };

    private RoundPrice? Price => RoundPrice.Of(Plan, Population.Students, Students.Quarantined.Count);

    private ModelFile FileOf(CurrentRound round) => FileOf(
        Plan, _network, Population, _layout, _next!, round.Number, parent: Model, _privacy.SpentByModel(round.Number)).With(_nextServer!);

    private static ModelFile FileOf(
        Plan plan,
        NetworkSpec network,
        Population population,
        IReadOnlyList<TensorLayout> layout,
        float[] parameters,
        int round,
        ModelHash? parent,
        double? epsilon)
        => new()
        {
            Network = network.Name,
            Classes = population.Data.Train.Classes,
            Tensors = layout,
            Parameters = parameters,
            Round = round,
            Parent = parent,
            Plan = plan.Name,
            Picture = network.Input as ImageShape ?? ImageShape.Face,
            PixelMean = plan.Data.Mean,
            PixelDeviation = plan.Data.Deviation,
            Text = population.EncodingOf(plan) as TextEncoding,
            Epsilon = plan.Privacy switch
            {
                { IsPrivate: true, Noise: NoiseSource.Seeded } => ModelFile.SeededNoise,
                _ when !plan.BoundsEpsilon || epsilon is null => ModelFile.NotAccounted,
                _ => ModelFile.EpsilonText(epsilon.Value, plan.Privacy.Delta),
            },
        };
}

/// <summary>A round whose model is made but not yet on disk.</summary>
internal sealed record FinishedRound(
    RoundReport Report,
    ModelFile File,
    ServerState Server,
    IReadOnlyDictionary<int, ReadOnlyMemory<byte>>? Memories,
    IReadOnlyList<GroupShare> Groups,
    double? NextClip,
    double? Epsilon);
