using System.CommandLine;
using System.Globalization;
using Cohort.Model.Data;
using Cohort.Model.Evaluation;
using Cohort.Model.Files;
using Cohort.Model.Plans;
using Cohort.Model.Training;
using Cohort.Pbm.Printing;
using Cohort.Pbm.Running;

namespace Cohort.Pbm.Commands;

/// <summary><c>pbm train</c>: what a plan's network learns if all data lies in one place.</summary>
internal static class TrainCommand
{
    private const int MostEpochs = 100_000;

    public static Command Create()
    {
        var planFile = CommonOptions.Plan();
        var data = CommonOptions.Data();
        var home = CommonOptions.Home();
        var json = CommonOptions.Json();
        json.Description = "Print one JSON object at the end, and nothing else to standard output.";
        var seed = new Option<long?>("--seed") { Description = "Instead of the plan's seed.", HelpName = "N" };
        var epochs = new Option<int?>("--epochs")
        {
            Description = "Passes over all samples. Default: as many as pbm run makes with the plan, on average.",
            HelpName = "N",
        };
        epochs.Validators.Add(given =>
        {
            if (given.GetValueOrDefault<int?>() is < 1 or > MostEpochs)
            {
                given.AddError($"--epochs takes 1 to {Figures.Count(MostEpochs)}.");
            }
        });
        var device = new Option<string>("--device")
        {
            Description = "Where it trains: cpu, or cuda:N with a CUDA libtorch.",
            DefaultValueFactory = _ => "cpu",
        };
        var noCache = CommonOptions.NoCache();
        var fresh = new Option<bool>("--fresh") { Description = "Start anew even if an interrupted training could be continued." };
        var command = new CommandWithExamples(
            "train",
            "Train a plan's network with all data in one place: the bound for the federated run.",
            "pbm train plans/quick.json --epochs 3",
            "pbm train plans/fer.json --data fer2013.csv.gz --seed 2 --json")
        {
            planFile, data, noCache, epochs, seed, device, fresh, home, json,
        };
        command.Details = """
            For researchers who hold the data anyway: nothing is federated, and nothing private. The network, the optimiser, the losses and the
            augmentation are the plan's; its students, groups, rounds and privacy play no part, and what changes from round to round changes from
            epoch to epoch. Every finished epoch is on disk: called again with the same plan, seed, data and epochs, an interrupted training is
            continued. Ctrl+C stops after the epoch under way.
            """;
        command.SetAction((parsed, stop) =>
        {
            var plan = Plan.Read(parsed.GetValue(planFile)!);
            var changed = plan with { Seed = parsed.GetValue(seed) ?? plan.Seed };
            return Task.FromResult(Train(
                changed.Checked("the command line"),
                new(
                    parsed.GetValue(data),
                    !parsed.GetValue(noCache),
                    parsed.GetValue(epochs),
                    parsed.GetValue(device)!,
                    parsed.GetValue(fresh),
                    new Home(parsed.GetValue(home)),
                    parsed.GetValue(json)),
                stop));
        });
        return command;
    }

    private sealed record Choices(string? Data, bool Cached, int? Epochs, string Device, bool Fresh, Home Home, bool Json);

    private static int Train(Plan plan, Choices choices, CancellationToken stop)
    {
        var (data, duplicates) = PlannedData.Load(
            plan, DataLocation.Resolve(choices.Data, choices.Home), choices.Cached ? choices.Home.Samples : null);
        var epochs = choices.Epochs ?? CentralTraining.EpochsOf(plan);
        using var training = Begin(plan, CentralTraining.SamplesOf(plan, data), epochs, choices.Device);
        var checkpoint = choices.Home.CheckpointOf(training.Key);
        var continues = !choices.Fresh && training.TakeUp(checkpoint);
        if (!choices.Json)
        {
            Page.Print(DataSentences.Of(data, duplicates));
            Page.Print(
                !continues ? $"{Figures.Count(epochs, "epoch")} of {plan.Network} over all samples in one place."
                : training.Done == epochs ? $"All {epochs} epochs were trained before."
                : $"Continuing with epoch {training.Done + 1} of {epochs}.");
        }

        var began = training.Done;
        var clock = new RunClock(began, epochs, TimeProvider.System);
        using var evaluator = new Evaluator(
            training.Network, data.Test, Population.EncodingOf(plan, data.Shape), choices.Device, Environment.ProcessorCount);
        Metrics? metrics = null;
        while (training.Done < epochs && !stop.IsCancellationRequested)
        {
            var before = clock.Elapsed;
            var loss = Trained(training);
            training.PutAway(checkpoint);
            var took = clock.Elapsed - before;
            metrics = training.Done % plan.Evaluation.EveryRounds == 0 || training.Done == epochs
                ? evaluator.Evaluate(training.Model.Parameters)
                : null;
            if (!choices.Json)
            {
                Print(training.Done, loss, metrics, took, clock);
            }
        }

        var elapsed = clock.Elapsed;
        var model = training.Model;
        var hash = choices.Home.OpenModels().Save(model);
        metrics ??= evaluator.Evaluate(model.Parameters);
        var stopped = training.Done < epochs;
        var result = new CentralResult(
            hash.ToString(),
            training.Done,
            training.Loss,
            metrics.Accuracy,
            metrics.MacroF1,
            metrics.Loss,
            [.. data.Classes.Zip(metrics.Classes, ClassEvaluation.Of)],
            data.IsSynthetic,
            (long)(training.Done - began) * training.Samples,
            elapsed.TotalSeconds,
            stopped);
        if (choices.Json)
        {
            Page.PrintJson(result, PbmJson.Default.CentralResult);
        }
        else
        {
            Print(result, elapsed, choices.Data);
        }

        return stopped ? ExitCodes.Stopped : ExitCodes.Done;
    }

    private static CentralTraining Begin(Plan plan, ISampleSet samples, int epochs, string device)
    {
        try
        {
            return new CentralTraining(plan, samples, epochs, device);
        }
        catch (TrainingException impossible)
        {
            throw new CommandException($"The plan '{plan.Name}' cannot be trained in one place: {impossible.Message}.");
        }
    }

    private static double Trained(CentralTraining training)
    {
        try
        {
            return training.TrainEpoch();
        }
        catch (TrainingException failed)
        {
            throw new CommandException($"Training failed in epoch {training.Done + 1}: {failed.Message}.", ExitCodes.Failed);
        }
    }

    private static void Print(int epoch, double loss, Metrics? metrics, TimeSpan took, RunClock clock)
    {
        var measured = metrics is null
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $"accuracy {metrics.Accuracy:P1}, test loss {metrics.Loss:F3}, ");
        var left = clock.Left(epoch) is { } time ? $", about {Sentences.Of(time)} left" : "";
        Page.Print(string.Create(
            CultureInfo.InvariantCulture, $"epoch {epoch}: train loss {loss:F3}, {measured}{took.TotalSeconds:F2} s{left}"));
    }

    private static void Print(CentralResult result, TimeSpan elapsed, string? data)
    {
        var kind = result.Synthetic ? " (synthetic avatar faces)" : "";
        var table = Tables.Facts()
            .Row("model", result.ModelHash[..16])
            .Row("epochs", Figures.Count(result.Epochs))
            .Row("test accuracy", Figures.Accuracy(result.Accuracy) + kind)
            .Row("macro F1", Figures.Measure(result.MacroF1))
            .Row("test loss", Figures.Measure(result.LossTest))
            .Row("train loss", Figures.Measure(result.LossTrain))
            .Row("wall time", Figures.Seconds(elapsed) + " s");
        Page.Print(table);
        Page.Print(result.Stopped
            ? "Stopped. The same command continues."
            : data is null
                ? $"Look at it: pbm model show {result.ModelHash[..ModelHash.ShortLength]}"
                : $"Try it: pbm model eval {result.ModelHash[..ModelHash.ShortLength]} --data {data}");
    }
}

/// <summary>What <c>pbm train --json</c> prints.</summary>
/// <param name="ModelHash">SHA-256 of the model's file.</param>
/// <param name="Epochs">Epochs trained in all, earlier parts of a continued training included.</param>
/// <param name="LossTrain">Mean loss of the last epoch, as the plan defines it, in nats; null before the first.</param>
/// <param name="Accuracy">On the test samples.</param>
/// <param name="MacroF1">On the test samples.</param>
/// <param name="LossTest">Mean cross-entropy on the test samples, in nats.</param>
/// <param name="Classes">By class, on the test samples.</param>
/// <param name="Synthetic">Whether the samples are generated.</param>
/// <param name="SamplePasses">Samples trained on, epochs counted, by this process.</param>
/// <param name="WallSeconds">From the first epoch of this process to the last, evaluation included.</param>
/// <param name="Stopped">True if it was stopped before its last epoch.</param>
internal sealed record CentralResult(
    string ModelHash,
    int Epochs,
    double? LossTrain,
    double Accuracy,
    double MacroF1,
    double LossTest,
    IReadOnlyList<ClassEvaluation> Classes,
    bool Synthetic,
    long SamplePasses,
    double WallSeconds,
    bool Stopped);
