using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Cohort.Model.Data;
using Cohort.Model.Files;
using Cohort.Model.Plans;
using Cohort.Model.Training;
using Cohort.Pbm.Printing;
using Cohort.Pbm.Running;
using Cohort.Seed.Coordination;
using Spectre.Console;

namespace Cohort.Pbm.Commands;

/// <summary><c>pbm run</c>: the whole cluster in this process, from a plan to a model.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var planFile = CommonOptions.Plan();
        var data = CommonOptions.Data();
        var home = CommonOptions.Home();
        var json = CommonOptions.Json();
        json.Description = "Print one JSON object at the end, and nothing else to standard output.";
        var rounds = new Option<int?>("--rounds") { Description = "Rounds, instead of the plan's rounds.count.", HelpName = "N" };
        var seed = new Option<long?>("--seed") { Description = "Instead of the plan's seed.", HelpName = "N" };
        var slots = new Option<int?>("--slots")
        {
            Description = "Students trained at a time. Default: one per core.",
            HelpName = "N",
        };
        var device = new Option<string>("--device")
        {
            Description = "Where students train: cpu, or cuda:N with a CUDA libtorch.",
            DefaultValueFactory = _ => "cpu",
        };
        var noCache = CommonOptions.NoCache();
        var fresh = new Option<bool>("--fresh") { Description = "Start anew even if an interrupted run could be continued." };

        var from = CommonOptions.From();
        var command = new CommandWithExamples(
            "run",
            "Train a plan federatedly, with the whole cluster in this process.",
            "pbm run plans/quick.json",
            "pbm run plans/fer.json --data fer2013.csv.gz --rounds 5")
        {
            planFile, data, noCache, rounds, slots, seed, device, from, fresh, home, json,
        };
        command.Details = """
            Every finished round is on disk. Called again with the same plan, seed and data, an interrupted run is
            continued with the round it was in. Ctrl+C stops after the round under way; a second one stops at once.
            """;
        command.SetAction((parsed, stop) => Run(
            Changed(Plan.Read(parsed.GetValue(planFile)!), parsed.GetValue(rounds), parsed.GetValue(seed)),
            new Choices(
                parsed.GetValue(data),
                !parsed.GetValue(noCache),
                parsed.GetValue(slots) ?? Environment.ProcessorCount,
                parsed.GetValue(device)!,
                parsed.GetValue(fresh),
                parsed.GetValue(from),
                new Home(parsed.GetValue(home)),
                parsed.GetValue(json)),
            stop));
        return command;
    }

    private sealed record Choices(string? Data, bool Cached, int Slots, string Device, bool Fresh, string? From, Home Home, bool Json);

    private static Plan Changed(Plan plan, int? rounds, long? seed)
    {
        var changed = plan with
        {
            Rounds = plan.Rounds with { Count = rounds ?? plan.Rounds.Count },
            Seed = seed ?? plan.Seed,
        };
        return changed.Checked("the command line");
    }

    private static async Task<int> Run(Plan plan, Choices choices, CancellationToken stop)
    {
        if (choices.Slots < 1)
        {
            throw new CommandException($"--slots is {choices.Slots}; give at least 1.");
        }

        var (data, duplicates) = PlannedData.Load(
            plan, DataLocation.Resolve(choices.Data, choices.Home), choices.Cached ? choices.Home.Samples : null);
        var population = Population.Create(plan, data);
        using var ledger = choices.Home.OpenLedger();
        var store = choices.Home.OpenModels();
        store.DeleteParts(); // half-written by a process that died; the ledger's lock says that nobody else is writing
        var interactive = !choices.Json && AnsiConsole.Profile.Capabilities.Interactive && AnsiConsole.Profile.Out.IsTerminal;
        if (!choices.Json)
        {
            Console.WriteLine(DataSentences.Of(data, duplicates));
        }

        IRunDisplay display = choices.Json ? new SilentDisplay()
            : interactive ? new TerminalDisplay(AnsiConsole.Console, TimeProvider.System)
            : new PlainDisplay(Console.Out, TimeProvider.System);
        var totals = new RunTotals(display, TimeProvider.System);
        RunEvent ended;
        await using (var cohort = new LocalCohort(ledger, store, choices.Slots, choices.Device))
        {
            var order = new StartRun(
                plan,
                population,
                DataLocation.Lasting(choices.Data),
                choices.Fresh,
                choices.From is null ? null : store.Find(choices.From));
            ended = await cohort.Train(order, totals, stop);
        }

        (display as IDisposable)?.Dispose();
        if (ended is not RunFinished finished)
        {
            var failed = (RunFailed)ended;
            throw new CommandException(failed.Reason, failed.Cause is null ? ExitCodes.Failed : ExitCodes.BadInput);
        }

        if (choices.Json)
        {
            PrintJson(finished, plan, totals, choices.Slots, data.Made);
        }
        else
        {
            PrintTable(finished, plan, totals, choices, data);
        }

        return finished.Stopped ? ExitCodes.Stopped : ExitCodes.Done;
    }

    private static void PrintJson(RunFinished finished, Plan plan, RunTotals totals, int slots, MadeSamples made)
        => Console.WriteLine(JsonSerializer.Serialize(
            new RunResult(
                finished.Model.ToString(),
                finished.Rounds,
                finished.Metrics.Accuracy,
                finished.Metrics.MacroF1,
                finished.Metrics.Loss,
                EpsilonOf(finished, plan),
                totals.Participants,
                totals.Train.TotalSeconds,
                totals.Wall.TotalSeconds,
                totals.Evaluation.TotalSeconds,
                slots,
                totals.Samples,
                totals.Failures,
                totals.UpdateBytes,
                finished.Run,
                finished.Stopped,
                made.Synthetic,
                made.Derived),
            PbmJson.Default.RunResult));

    private static string EpsilonOf(RunFinished finished, Plan plan)
        => finished.Epsilon is not { } spent ? ModelFile.NotAccounted
            : ModelFile.EpsilonText(spent, plan.Privacy.Delta)
                + (plan.Privacy.Noise is NoiseSource.Seeded ? $" ({ModelFile.SeededNoise})" : "");

    private static void PrintTable(RunFinished finished, Plan plan, RunTotals totals, Choices choices, DataSet data)
    {
        var invariant = CultureInfo.InvariantCulture;
        var metrics = finished.Metrics;
        var table = new Table().HideHeaders().RoundedBorder().AddColumn("what").AddColumn("value");
        table.AddRow("model", finished.Model.ToString()[..16]);
        table.AddRow("rounds", finished.Rounds.ToString(invariant));
        var kind = data.IsSynthetic ? " (synthetic avatar faces)" : "";
        table.AddRow("test accuracy", metrics.Accuracy.ToString("P2", invariant) + kind);
        if (DataSentences.Made(data) is { } made)
        {
            table.AddRow("made for training", $"{made} of {data.Train.Count.ToString("N0", invariant)} samples");
        }

        table.AddRow("macro F1", metrics.MacroF1.ToString("F4", invariant));
        table.AddRow("test loss", metrics.Loss.ToString("F4", invariant));
        table.AddRow("updates averaged", totals.Participants.ToString("N0", invariant));
        if (plan.Compression.IsOn && totals.UpdateBytes > 0)
        {
            table.AddRow("bytes of updates", totals.UpdateBytes.ToString("N0", invariant));
        }

        table.AddRow("epsilon", EpsilonOf(finished, plan));
        table.AddRow("training", $"{totals.Train.TotalSeconds.ToString("F1", invariant)} s over {choices.Slots} slots");
        table.AddRow("wall time", totals.Wall.TotalSeconds.ToString("F1", invariant) + " s");
        Page.Print(table);
        Console.WriteLine(finished.Stopped
            ? $"Stopped. The same command continues run {finished.Run}."
            : $"Try it: pbm model eval {finished.Model.Short}");
    }
}

/// <summary>What <c>pbm run --json</c> prints.</summary>
/// <param name="ModelHash">SHA-256 of the final model's file.</param>
/// <param name="Rounds">Rounds trained in all, earlier parts of a continued run included.</param>
/// <param name="Accuracy">On the test samples.</param>
/// <param name="MacroF1">On the test samples.</param>
/// <param name="LossTest">Mean cross-entropy on the test samples, in nats.</param>
/// <param name="Epsilon">Privacy spent, with its delta; or "not accounted".</param>
/// <param name="Participants">Updates averaged by this process.</param>
/// <param name="TrainSeconds">Slot time of this process, added up.</param>
/// <param name="WallSeconds">From the run's start to its end, in this process.</param>
/// <param name="EvaluationSeconds">Of <paramref name="WallSeconds"/>, the time spent on evaluating.</param>
/// <param name="Slots">Students trained at a time.</param>
/// <param name="SamplePasses">Samples trained on, epochs counted, by this process.</param>
/// <param name="Failures">Failed trainings in this process.</param>
/// <param name="UpdateBytes">Of the updates averaged by this process, as their students sent them (compression.method).</param>
/// <param name="Run">The run's id in the ledger.</param>
/// <param name="Stopped">True if it was stopped before its plan was fulfilled.</param>
/// <param name="SyntheticTraining">Training samples of the data that a generator drew.</param>
/// <param name="DerivedTraining">Training samples of the data that were changed from recorded ones.</param>
internal sealed record RunResult(
    string ModelHash,
    int Rounds,
    double Accuracy,
    double MacroF1,
    double LossTest,
    string Epsilon,
    int Participants,
    double TrainSeconds,
    double WallSeconds,
    double EvaluationSeconds,
    int Slots,
    long SamplePasses,
    int Failures,
    long UpdateBytes,
    string Run,
    bool Stopped,
    int SyntheticTraining,
    int DerivedTraining);
