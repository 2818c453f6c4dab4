using Cohort.Federation;
using Cohort.Model.Files;
using Cohort.Model.Networks;
using Cohort.Model.Plans;
using Cohort.Model.Training;
using Cohort.Seed.Ledger;
using Cohort.Seed.Privacy;

namespace Cohort.Seed.Coordination;

/// <summary>How a run begins, goes on where it was interrupted, or stands again as it was before one of its rounds.</summary>
internal sealed partial class TrainingRun
{
    /// <summary>Continues the newest unfinished run of the same plan, seed and data, or starts one.</summary>
    /// <exception cref="LedgerException">The ledger cannot be used.</exception>
    /// <exception cref="ModelFileException">The interrupted run's model is missing or damaged.</exception>
    /// <exception cref="StorageException">The first model cannot be written.</exception>
    /// <exception cref="ArgumentException">The plan's noise does not go with its grid.</exception>
    public static TrainingRun Open(StartRun order, ILedger ledger, IModelStore store, SeedOptions options)
    {
        var plan = order.Plan;
        var digest = order.Population.Data.Digest;
        var record = order.Fresh ? null : ledger.FindUnfinished(plan.Digest, plan.Seed, digest, order.From);
        return record is null
            ? Begin(order, digest, ledger, store, options)
            : Continue(order, record, ledger, store, options);
    }

    /// <summary>The run as it stood before one of its recorded rounds, to train that once more.</summary>
    /// <exception cref="ModelFileException">The model that the round started from is not kept any more, or damaged.</exception>
    public static TrainingRun Before(
        RoundRecord round, StartRun order, RunRecord record, ILedger ledger, IModelStore store, SeedOptions options)
    {
        var run = new TrainingRun(order, record, store.Load(round.Parent), ledger, store, options) { RoundsDone = round.Round - 1 };
        run.GroupOf = GroupForming.Assign(run.Plan, run.Histograms());
        var earlier = ledger.Rounds(record.Id).Where(before => before.Round < round.Round).ToList();
        run.ContinueClippingAfter(earlier.LastOrDefault());
        run.RememberUpTo(earlier);
        earlier.ForEach(before => run._asynchrony?.Note(before.Round, before.Model));
        if (run.StartsOf(round.Round)?.FirstOrDefault(start => !store.Contains(start.Value.Model)) is { Value.Staleness: > 0 } absent)
        {
            throw new ModelFileException(
                $"Student {absent.Key} began round {round.Round} of {record.Id} with model {absent.Value.Model.Short}, which is not kept any "
                + "more; a plan with a higher models.keep keeps more of them.");
        }

        return run.Memories.Forgotten(round.Participants) is { } forgotten
            ? throw new ModelFileException(
                $"Round {round.Round} of {record.Id} began with what student {forgotten} remembered, which is not kept any more; a plan with "
                + "a higher models.keep keeps more of it.")
            : run;
    }

    private static TrainingRun Begin(
        StartRun order, string digest, ILedger ledger, IModelStore store, SeedOptions options)
    {
        var plan = order.Plan;
        var network = order.Population.NetworkOf(plan);
        var (parameters, layout) = order.From is { } start
            ? StartOf(store.Load(start), network, order.Population)
            : InitialModel.Create(network, (ulong)plan.Seed);
        if (plan.Privacy.IsPrivate)
        {
            plan.RequireUsableNoise(order.Population.Students, parameters.Length);
        }

        var charged = order.Population.Roster is null ? digest : RunRecord.ResidentStudents;
        var account = new PrivacyAccount(plan, run: "", charged, ledger, order.From);
        account.RequireRoomFor(plan.Rounds.Count, RoundPrice.Of(plan, order.Population.Students));
        var state = InitialState(plan, parameters.Length);
        var model = FileOf(plan, network, order.Population, layout, parameters, round: 0, parent: order.From, account.SpentByModel(round: 0));
        if (state.Control is not null)
        {
            model = model.With(state); // what goes to students with it is as much part of it as its parameters
        }

        var secret = plan.Privacy.Noise == NoiseSource.Seeded ? NoiseSecret.FromSeed((ulong)plan.Seed) : NoiseSecret.Create();
        var record = ledger.StartRun(new RunRecord
        {
            PlanName = plan.Name,
            PlanJson = plan.ToCanonicalJson(),
            PlanDigest = plan.Digest,
            Seed = plan.Seed,
            DataDigest = digest,
            DataPath = order.DataPath,
            NoiseSecret = secret.ToArray(),
            LabelEpsilon = plan.Groups.HistogramEpsilon,
            Roster = order.Population.Roster,
            InitialModel = store.Save(model, state),
            StartedFrom = order.From,
        });
        return new(order, record, model, ledger, store, options);
    }

    /// <summary>An earlier model's parameters, if it is one of the plan's network for this data.</summary>
    private static (float[] Parameters, IReadOnlyList<TensorLayout> Layout) StartOf(
        ModelFile model, NetworkSpec network, Population population)
    {
        var layout = network.Layout();
        return model.Tensors.SequenceEqual(layout) && model.Classes.SequenceEqual(population.Data.Classes, StringComparer.Ordinal)
            ? (model.Parameters, layout)
            : throw new ModelFileException(
                $"Model {model.Hash.Short} is a {model.Network} for {model.Classes.Count} classes ({string.Join(", ", model.Classes)}), and the plan "
                + $"trains a {network.Name} for {network.Classes} ({string.Join(", ", population.Data.Classes)}); name a model of the plan's network and classes.");
    }

    private static TrainingRun Continue(StartRun order, RunRecord record, ILedger ledger, IModelStore store, SeedOptions options)
    {
        ledger.Resume(record.Id);
        var rounds = ledger.Rounds(record.Id);
        var model = store.Load(rounds.Count == 0 ? record.InitialModel : rounds[^1].Model);
        var run = new TrainingRun(order, record, model, ledger, store, options) { RoundsDone = rounds.Count };
        run.ContinueClippingAfter(rounds.Count == 0 ? null : rounds[^1]);
        run.RememberUpTo(rounds);
        foreach (var round in rounds)
        {
            run._asynchrony?.Note(round.Round, round.Model);
        }

        run._asynchrony?.Of(rounds.Count + 1); // from here on it is known which models are needed
        foreach (var round in rounds)
        {
            run.Students.Note(round.Participants, round.Failed.Select(failure => failure.Student));
            run._retention.Note(round.Model, round.Accuracy);
            run._lastAccuracy = round.Accuracy;
        }

        return run;
    }

    private void RememberUpTo(IReadOnlyList<RoundRecord> rounds)
    {
        foreach (var round in rounds.Where(_ => Memory.Bytes > 0))
        {
            Memories.Note(round.Round, round.Participants);
        }
    }

    private static ServerState InitialState(Plan plan, int parameters)
        => ServerState.Initial(plan.Server.Optimizer, parameters, plan.Training.Algorithm.Kind.HasControl, plan.Server.Averages);

    private void ContinueClippingAfter(RoundRecord? last) => Clip = last?.NextClip ?? Plan.Privacy.Clip;
}
