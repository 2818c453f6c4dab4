using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Cohort.Model.Data;
using Cohort.Model.Files;
using Cohort.Model.Plans;
using Cohort.Model.Training;
using Cohort.Model.Tuning;
using Cohort.Pbm.Printing;
using Cohort.Pbm.Printing.Charts;
using Cohort.Pbm.Tuning;

namespace Cohort.Pbm.Commands;

/// <summary><c>pbm tune</c>: looks for a better plan by federated runs of changed ones.</summary>
internal static class TuneCommand
{
    private const int MostTrials = 10_000;
    private const string Random = "random";
    private const string Halving = "halving";
    private const string ByAccuracy = "accuracy";
    private const string ByMacroF1 = "macroF1";

    public static Command Create()
    {
        var planFile = CommonOptions.Plan();
        var space = new Option<string>("--space")
        {
            Description = "A JSON file: fields of the plan, and the values to try.",
            HelpName = "FILE",
            Required = true,
        };
        var trials = new Option<int>("--trials") { Description = "How many plans are tried.", DefaultValueFactory = _ => 9, HelpName = "N" };
        trials.Validators.Add(given =>
        {
            if (given.GetValueOrDefault<int>() is < 1 or > MostTrials)
            {
                given.AddError($"--trials takes 1 to {Figures.Count(MostTrials)}.");
            }
        });
        var method = new Option<string>("--method")
        {
            Description = "random gives every trial all rounds; halving gives all a few, and more to the best third of them, again and again.",
            DefaultValueFactory = _ => Random,
            HelpName = "METHOD",
        };
        method.AcceptOnlyFromAmong(Random, Halving);
        var by = new Option<string>("--by")
        {
            Description = "What the best trial is best in: accuracy, or macroF1.",
            DefaultValueFactory = _ => ByAccuracy,
            HelpName = "FIGURE",
        };
        by.AcceptOnlyFromAmong(ByAccuracy, ByMacroF1);
        var validation = new Option<double>("--validation")
        {
            Description = "Share of the training samples that no trial trains on, and by which all are judged.",
            DefaultValueFactory = _ => 0.2,
            HelpName = "SHARE",
        };
        validation.Validators.Add(given =>
        {
            if (given.GetValueOrDefault<double>() is not (> 0 and < 1))
            {
                given.AddError("--validation takes a share above 0 and below 1.");
            }
        });
        var seed = new Option<long?>("--seed") { Description = "Keys what is tried and judged by. Default: the plan's seed.", HelpName = "N" };
        seed.Validators.Add(given =>
        {
            if (given.GetValueOrDefault<long?>() is < 0)
            {
                given.AddError("--seed takes a whole number of at least 0.");
            }
        });
        var slots = new Option<int?>("--slots") { Description = "Students trained at a time. Default: one per core.", HelpName = "N" };
        slots.Validators.Add(given =>
        {
            if (given.GetValueOrDefault<int?>() is < 1)
            {
                given.AddError("--slots takes at least 1.");
            }
        });
        var output = new Option<string?>("--output") { Description = "Where the best plan is written.", HelpName = "FILE" };
        var plot = new Option<string?>("--plot") { Description = "Draws all trials, as .svg or .png.", HelpName = "FILE" };
        var data = CommonOptions.Data();
        var noCache = CommonOptions.NoCache();
        var home = CommonOptions.Home();
        var json = CommonOptions.Json();
        json.Description = "Print one JSON object at the end, and nothing else to standard output.";
        var command = new CommandWithExamples(
            "tune",
            "Look for a better plan: federated runs with changed fields, judged on training data that is set apart.",
            "pbm tune plans/quick.json --space space.json --trials 4 --output better.json",
            "pbm tune plans/fer.json --data fer2013.csv.gz --space space.json --trials 27 --method halving")
        {
            planFile, space, trials, method, by, validation, seed, slots, output, plot, data, noCache, home, json,
        };
        command.Details = """
            A space maps fields to lists of values, or to ranges: { "training.learningRate": { "min": 0.01, "max": 0.1, "scale": "log" },
            "training.momentum": [0, 0.9], "training.batchSize": { "min": 8, "max": 64, "scale": "int" } }. Test samples play no part. Every finished
            trial is on disk: called again, a search goes on where it was, and one with more trials begins with those it had.
            """;
        command.SetAction((parsed, stop) =>
        {
            var plan = Plan.Read(parsed.GetValue(planFile)!);
            var place = new Home(parsed.GetValue(home));
            var file = parsed.GetValue(output);
            if (file is not null && File.Exists(file))
            {
                throw new CommandException($"{file} exists already; name another file with --output.");
            }

            return Tune(
                plan,
                SearchSpace.Read(parsed.GetValue(space)!, plan),
                DataOf(plan, parsed.GetValue(data), place, !parsed.GetValue(noCache)),
                new(
                    parsed.GetValue(trials),
                    parsed.GetValue(method)!,
                    parsed.GetValue(by)!,
                    parsed.GetValue(validation),
                    (ulong)(parsed.GetValue(seed) ?? plan.Seed),
                    parsed.GetValue(slots) ?? Environment.ProcessorCount,
                    file,
                    parsed.GetValue(plot) is { } chart ? ChartFile.At(chart) : null,
                    place,
                    parsed.GetValue(json)),
                stop);
        });
        return command;
    }

    private sealed record Choices(
        int Trials, string Method, string By, double Validation, ulong Seed, int Slots, string? Output, ChartFile? Plot, Home Home, bool Json)
    {
        public double ScoreOf(TrialResult result) => (By is ByMacroF1 ? result.MacroF1 : result.Accuracy) ?? double.NegativeInfinity;
    }

    private static DataSet DataOf(Plan plan, string? given, Home home, bool cached)
    {
        if (SearchSpace.WhyNot(plan) is { } reason)
        {
            throw new CommandException($"The plan '{plan.Name}' adds noise: {reason}");
        }

        return PlannedData.Load(plan, DataLocation.Resolve(given, home), cached ? home.Samples : null).Data;
    }

    private static async Task<int> Tune(Plan plan, SearchSpace space, DataSet data, Choices choices, CancellationToken stop)
    {
        var judged = ValidationSplit.Of(data, choices.Validation, choices.Seed);
        var key = KeyOf(string.Create(
            CultureInfo.InvariantCulture,
            $"tune\n{plan.Digest}\n{space.ToCanonicalJson()}\n{choices.Seed}\n{choices.Validation:R}\n{data.Digest}"));
        var runs = new TrialRuns(choices.Home.SearchOf(key), judged, choices.Slots);
        var left = Enumerable.Range(1, choices.Trials).Select(number => space.Draw(plan, choices.Seed, number)).ToList();
        var rungs = choices.Method is Halving
            ? SuccessiveHalving.Of(choices.Trials, plan.Rounds.Count)
            : SuccessiveHalving.None(choices.Trials, plan.Rounds.Count);
        if (!choices.Json)
        {
            Page.Print(
                $"{Figures.Count(choices.Trials, "trial")} of {plan.Name}, trained on {Figures.Count(judged.Train.Count, "sample")} and judged by "
                + $"{Figures.Count(judged.Test.Count)} others of the training data{(data.IsSynthetic ? " (synthetic)" : "")}.");
        }

        var results = new List<TrialResult>();
        List<(Trial Trial, TrialResult Result)> ranked = [];
        foreach (var rung in rungs)
        {
            ranked = [];
            foreach (var trial in left.Take(rung.Trials))
            {
                var (result, kept) = await runs.Of(trial, rung.Rounds, stop);
                if (result is null)
                {
                    if (!choices.Json)
                    {
                        Page.Print("Stopped. The same command continues.");
                    }

                    return ExitCodes.Stopped;
                }

                ranked.Add((trial, result));
                results.Add(result);
                if (!choices.Json)
                {
                    Print(result, kept);
                }
            }

            ranked = [.. ranked.OrderByDescending(entry => choices.ScoreOf(entry.Result)).ThenBy(entry => entry.Trial.Number)];
            left = [.. ranked.Select(entry => entry.Trial)];
        }

        var (best, reached) = ranked[0];
        if (reached.Failure is not null)
        {
            throw new CommandException($"All trials failed, the first of them because: {reached.Failure}", ExitCodes.Failed);
        }

        Finish(new(plan, best, reached, results, data.IsSynthetic, judged), choices);
        return ExitCodes.Done;
    }

    private static string KeyOf(string search) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(search)));

    private sealed record Found(
        Plan Plan, Trial Best, TrialResult Reached, IReadOnlyList<TrialResult> Results, bool Synthetic, DataSet Judged);

    private static void Finish(Found found, Choices choices)
    {
        if (choices.Output is { } file)
        {
            var text = Encoding.UTF8.GetBytes(found.Best.Plan.ToCanonicalJson());
            DurableFile.Write(file, stream => stream.Write(text));
        }

        choices.Plot?.Save(new TuneChart(found.Plan.Name, choices.By, choices.ScoreOf, found.Results, found.Synthetic));
        if (choices.Json)
        {
            Page.PrintJson(
                new TunedPlan(
                    choices.Method,
                    choices.By,
                    found.Judged.Train.Count,
                    found.Judged.Test.Count,
                    found.Synthetic,
                    found.Results,
                    found.Reached,
                    JsonNode.Parse(found.Best.Plan.ToCanonicalJson())!.AsObject()),
                PbmJson.Default.TunedPlan);
            return;
        }

        var table = Tables.New().Number("trial", "rounds", "accuracy", "macro F1").Words("values");
        foreach (var result in found.Results.OrderByDescending(result => result.Rounds).ThenByDescending(choices.ScoreOf).ThenBy(result => result.Trial))
        {
            table.Row(
                result.Trial.ToString(CultureInfo.InvariantCulture),
                result.Rounds.ToString(CultureInfo.InvariantCulture),
                result.Failure is null ? Figures.Accuracy(result.Accuracy) : "failed",
                Figures.Measure(result.MacroF1),
                result.ValuesInWords);
        }

        Page.Print(table);
        Page.PrintParagraph(
            $"Trial {found.Reached.Trial} is the best in {choices.By}. Chosen as the best of several, it will do a little worse on samples that it "
            + "was not chosen by, such as the test samples.");
        Page.Print(choices.Output is { } written ? $"Try it: pbm run {written}" : "Its plan is written with --output FILE.");
    }

    private static void Print(TrialResult result, bool kept)
    {
        var reached = result.Failure is { } failure
            ? $"failed: {failure}"
            : string.Create(CultureInfo.InvariantCulture, $"accuracy {result.Accuracy:P1}, macro F1 {result.MacroF1:F3}");
        Page.Print(
            $"trial {result.Trial}, {Figures.Count(result.Rounds, "round")}: {result.ValuesInWords}: {reached}{(kept ? " (kept from before)" : "")}");
    }
}

/// <summary>What <c>pbm tune --json</c> prints.</summary>
/// <param name="Method">random or halving.</param>
/// <param name="By">What the best trial is best in.</param>
/// <param name="Trained">Samples that trials train on.</param>
/// <param name="Judged">Samples that they are judged by.</param>
/// <param name="Synthetic">Whether the samples are generated.</param>
/// <param name="Trials">All, in the order in which they were trained.</param>
/// <param name="Best">The best of those with all rounds.</param>
/// <param name="Plan">Its plan.</param>
internal sealed record TunedPlan(
    string Method,
    string By,
    int Trained,
    int Judged,
    bool Synthetic,
    IReadOnlyList<TrialResult> Trials,
    TrialResult Best,
    JsonObject Plan);
