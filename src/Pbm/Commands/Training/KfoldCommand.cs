using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Cohort.Model.Data;
using Cohort.Model.Plans;
using Cohort.Model.Training;
using Cohort.Model.Validation;
using Cohort.Pbm.Folding;
using Cohort.Pbm.Printing;
using Cohort.Pbm.Running;
using Spectre.Console;

namespace Cohort.Pbm.Commands;

/// <summary><c>pbm kfold</c>: a plan trained and judged k times, each sample tested on once.</summary>
internal static class KfoldCommand
{
    private const int MostFolds = 1_000;
    private const int MostEpochs = 100_000;
    private const string Person = "person";

    public static Command Create()
    {
        var planFile = CommonOptions.Plan();
        var k = Whole("--k", "How many folds. Default: 10.", MostFolds);
        var by = new Option<string?>("--by") { Description = "person: nobody is in two folds.", HelpName = Person };
        by.AcceptOnlyFromAmong(Person);
        var central = new Option<bool>("--central") { Description = "Train each fold with its samples in one place, as pbm train does." };
        var federated = new Option<bool>("--federated") { Description = "Train each fold federatedly, as pbm run does. The default." };
        var epochs = Whole("--epochs", "With --central: passes over a fold's samples. Default: as many as the plan's run makes.", MostEpochs);
        var all = new Option<bool>("--all") { Description = "Deal the data's test half into folds too. Default: it plays no part." };
        var data = CommonOptions.Data();
        var seed = new Option<long?>("--seed") { Description = "Of folds and trainings, instead of the plan's seed.", HelpName = "N" };
        var slots = Whole("--slots", "Students trained at a time. Default: one per core.", 1_000);
        var device = new Option<string>("--device")
        {
            Description = "Where it trains: cpu, or cuda:N with a CUDA libtorch.",
            DefaultValueFactory = _ => "cpu",
        };
        var output = new Option<string?>("--output")
        {
            Description = "Folder of folds and results. Default: kfold/ in the home, under a name that follows from what is asked.",
            HelpName = "FOLDER",
        };
        var csv = new Option<string?>("--csv") { Description = "Write a line for each fold.", HelpName = "FILE" };
        var fresh = new Option<bool>("--fresh") { Description = "Do all folds again, also those that are done." };
        var home = CommonOptions.Home();
        var json = CommonOptions.Json();
        json.Description = "Print one JSON object at the end, and nothing else to standard output.";
        var command = new CommandWithExamples(
            "kfold",
            "Train and judge a plan k times, so that each sample is tested on once.",
            "pbm kfold plans/quick.json --k 5 --by person --central --epochs 3",
            "pbm kfold plans/fer.json --data fer2013.csv.gz --k 10 --csv folds.csv")
        {
            planFile, k, by, central, federated, epochs, all, data, seed, slots, device, output, csv, fresh, home, json,
        };
        command.Details = """
            Folds are stratified: of each class, no two folds have counts that differ by more than one, or by as little as whole persons allow.
            Synthetic and derived samples are only trained on, and derived ones not where their source is tested on. A fold that is done is not
            done again, and one that was interrupted goes on: the same command continues. Ctrl+C stops after the round or epoch under way.
            """;
        command.SetAction((parsed, stop) =>
        {
            var plan = Plan.Read(parsed.GetValue(planFile)!);
            var choices = new Choices(
                parsed.GetValue(k) ?? 10,
                parsed.GetValue(by) is not null,
                parsed.GetValue(central),
                parsed.GetValue(federated),
                parsed.GetValue(epochs),
                parsed.GetValue(all),
                parsed.GetValue(data),
                parsed.GetValue(slots) ?? Environment.ProcessorCount,
                parsed.GetValue(device)!,
                parsed.GetValue(output),
                parsed.GetValue(csv),
                parsed.GetValue(fresh),
                new Home(parsed.GetValue(home)),
                parsed.GetValue(json));
            return Validate((plan with { Seed = parsed.GetValue(seed) ?? plan.Seed }).Checked("the command line"), choices, stop);
        });
        return command;
    }

    private sealed record Choices(
        int K,
        bool ByPerson,
        bool Central,
        bool Federated,
        int? Epochs,
        bool All,
        string? Data,
        int Slots,
        string Device,
        string? Output,
        string? Csv,
        bool Fresh,
        Home Home,
        bool Json);

    private static Option<int?> Whole(string name, string description, int most)
    {
        var option = new Option<int?>(name) { Description = description, HelpName = "N" };
        option.Validators.Add(given =>
        {
            if (given.GetValueOrDefault<int?>() is { } number && (number < 1 || number > most))
            {
                given.AddError($"{name} takes 1 to {Figures.Count(most)}.");
            }
        });
        return option;
    }

    private static async Task<int> Validate(Plan plan, Choices choices, CancellationToken stop)
    {
        if (choices is { Central: true, Federated: true })
        {
            throw new CommandException("--central and --federated are two ways to train; give one of them.");
        }

        if (choices is { Central: false, Epochs: not null })
        {
            throw new CommandException("--epochs is for --central; what federated training passes over, the plan's rounds say.");
        }

        // Duplicates are dropped from the folds, not from the test half alone.
        var whole = plan with { Data = plan.Data with { DropDuplicates = false } };
        var data = PlannedData.Load(whole, DataLocation.Resolve(choices.Data, choices.Home)).Data;
        var folds = FoldedData.Create(data, new(choices.K, (ulong)plan.Seed)
        {
            ByPerson = choices.ByPerson,
            WithTestHalf = choices.All,
            DropDuplicates = plan.Data.DropDuplicates,
        });
        var epochs = choices.Epochs ?? CentralTraining.EpochsOf(plan);
        IFoldTraining training = choices.Central
            ? new CentralFolds(plan, epochs, choices.Device)
            : new FederatedFolds(plan, dataPath: null, choices.Slots, choices.Device, () => Display(choices.Json));
        var folder = choices.Output ?? choices.Home.KfoldFolder(NameOf(plan, folds, training, choices.Central ? epochs : 0));
        if (!choices.Json)
        {
            Announce(plan, data, folds, training, folder);
        }

        var results = new List<FoldResult>();
        using (var validation = new CrossValidation(plan, folds, training, folder, choices.Home.OpenModels(), choices.Fresh))
        {
            await Do(validation, folds, data, results, choices.Json, stop);
        }

        var report = FoldReport.Of(plan, data, folds, training.Name, folder, results);
        if (choices.Csv is not null)
        {
            report.WriteCsv(choices.Csv);
        }

        if (choices.Json)
        {
            Page.PrintJson(report, PbmJson.Default.FoldReport);
        }
        else
        {
            Print(report, choices.Csv);
        }

        return report.Stopped ? ExitCodes.Stopped : ExitCodes.Done;
    }

    private static async Task Do(
        CrossValidation validation, FoldedData folds, DataSet data, List<FoldResult> results, bool silent, CancellationToken stop)
    {
        var clock = TimeProvider.System;
        var began = clock.GetTimestamp();
        var trained = 0;
        for (var fold = 1; fold <= folds.Rules.Folds; fold++)
        {
            var before = clock.GetTimestamp();
            var known = validation.Known(fold);
            if ((known ?? await validation.Do(fold, stop)) is not { } result)
            {
                break;
            }

            results.Add(result);
            trained += known is null ? 1 : 0;
            if (!silent)
            {
                var took = known is not null
                    ? "done before"
                    : string.Create(CultureInfo.InvariantCulture, $"{clock.GetElapsedTime(before).TotalSeconds:F1} s");
                var left = fold < folds.Rules.Folds && trained > 0
                    ? $", about {Sentences.Of(clock.GetElapsedTime(began) / trained * (folds.Rules.Folds - fold))} left"
                    : "";
                Page.Print($"{Line(result, folds.Rules.Folds, data)}, {took}{left}");
            }
        }
    }

    private static string Line(FoldResult result, int folds, DataSet data)
    {
        var metrics = result.Metrics();
        var kind = data.IsSynthetic ? " (synthetic)" : "";
        return $"fold {result.Fold} of {folds}: accuracy {Figures.Accuracy(metrics.Accuracy)}{kind}, macro F1 {Figures.Measure(metrics.MacroF1)} "
            + $"on {Figures.Count(result.Test)}, model {result.Model[..12]}";
    }

    private static IRunDisplay Display(bool json)
        => !json && AnsiConsole.Profile.Capabilities.Interactive && AnsiConsole.Profile.Out.IsTerminal
            ? new TerminalDisplay(AnsiConsole.Console, TimeProvider.System)
            : new SilentDisplay();

    // Everything that results follow from: what is called the same goes on where it was.
    private static string NameOf(Plan plan, FoldedData folds, IFoldTraining training, int epochs)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{plan.Digest}\n{plan.Seed}\n{folds.Digest}\n{training.Name}\n{epochs}");
        return $"{plan.Name}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..12]}";
    }

    private static void Announce(Plan plan, DataSet data, FoldedData folds, IFoldTraining training, string folder)
    {
        Page.Print(DataSentences.Of(data, duplicates: null));
        var rules = folds.Rules;
        var halves = rules.WithTestHalf ? "training and test half" : "training half; the test half plays no part";
        Page.PrintParagraph(
            $"{rules.Folds} folds of {Figures.Count(folds.Tested, "sample")} ({halves}), stratified by class"
            + $"{(rules.ByPerson ? ", nobody in two of them" : "")}; {training.Name} training of {plan.Network}."
            + (folds.Duplicates > 0 ? $" {Figures.Count(folds.Duplicates)} that stand earlier in the data were left out." : "")
            + (folds.Made > 0 ? $" {Figures.Count(folds.Made)} made ones are only trained on." : ""));
        foreach (var (name, samples) in folds.RareClasses())
        {
            Page.PrintParagraph(
                samples == 0
                    ? $"Note: there is no sample of {name}; macro figures count 0 for it."
                    : $"Note: there are {Figures.Count(samples, "sample")} of {name}, and a fold has none: its recall is a mean over the folds that do, and "
                        + "macro figures count 0 for it in the others. Fewer folds mend that.");
        }

        if (plan.Privacy.IsPrivate && training is FederatedFolds)
        {
            Page.PrintParagraph(
                $"Note: each sample is trained on in {rules.Folds - 1} of the {rules.Folds} runs, whose privacy adds up: all models together tell more than "
                + "the epsilon that stands in each.");
        }

        Page.Print($"Kept in {folder}");
    }

    private static void Print(FoldReport report, string? csv)
    {
        if (report.Folds.Count > 0)
        {
            var table = Tables.New().Name(report.Synthetic ? "synthetic" : "").Number("mean", "deviation", "least to most", "95 % interval");
            foreach (var figure in report.Figures)
            {
                Func<double?, string> show = figure.Class is not null || figure.Name is "accuracy" or "macro recall"
                    ? share => Figures.Share(share!.Value)
                    : Figures.Measure;
                table.Row(figure.Over is { } over
                    ? [
                        figure.Name,
                        show(over.Mean),
                        show(over.Deviation),
                        $"{show(over.Least)} to {show(over.Most)}",
                        over.Low is null ? "-" : $"{show(over.Low)} to {show(over.High)}",
                    ]
                    : [figure.Name, "-", "-", "-", "-"]);
            }

            Page.Print(table);
            Page.PrintParagraph(
                $"Over {Figures.Count(report.Folds.Count, "fold")}; deviation is between folds; intervals by the corrected resampled t (Nadeau, Bengio 2003). "
                + $"All folds' predictions together: accuracy {Figures.Accuracy(report.Pooled!.Accuracy)}, macro F1 {Figures.Measure(report.Pooled.MacroF1)}.");
        }

        if (csv is not null)
        {
            Page.Print($"A line for each fold: {csv}");
        }

        Page.Print(report.Stopped
            ? $"Stopped after {Figures.Count(report.Folds.Count)} of {report.K} folds. The same command continues."
            : $"Folds and results: {report.Folder}");
    }
}
