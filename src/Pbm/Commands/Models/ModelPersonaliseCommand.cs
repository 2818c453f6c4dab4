using System.CommandLine;
using System.Globalization;
using Cohort.Federation;
using Cohort.Model.Evaluation;
using Cohort.Model.Plans;
using Cohort.Model.Training;
using Cohort.Model.Training.Personal;
using Cohort.Pbm.Printing;
using Cohort.Pbm.Printing.Charts;
using Cohort.Pbm.Running;

namespace Cohort.Pbm.Commands;

/// <summary><c>pbm model personalise</c>: what students gain who make a model their own, each on samples that it kept from training.</summary>
internal static class ModelPersonaliseCommand
{
    public static Command Create()
    {
        var model = ModelShowCommand.Named();
        var planFile = AuditOptions.Plan();
        var run = new Option<string?>("--run") { Description = "The run whose plan counts. Default: the newest that made the model.", HelpName = "RUN" };
        var data = AuditOptions.Data();
        var students = new Option<string?>("--students")
        {
            Description = "Whom to judge, such as 0,3,10-19. Default: all that kept samples from training, up to --most of them.",
            HelpName = "LIST",
        };
        var most = AuditOptions.Whole("--most", 1000, 1, 1_000_000, "How many students are judged at most; of more, some are drawn by the seed.");
        var methods = Catalogue.Of<IPersonalisation>();
        var method = new Option<string?>("--method")
        {
            Description = $"Instead of the plan's personalisation.method: {string.Join("; ", methods.Select(kind => $"{kind.Name}, {kind.Meaning}"))}.",
            HelpName = string.Join('|', methods.Select(kind => kind.Name)),
        };
        method.AcceptOnlyFromAmong([.. methods.Select(kind => kind.Name)]);
        var with = new Option<string?>("--with") { Description = "Numbers of the method, such as epochs=5,learningRate=0.01.", HelpName = "LIST" };
        var plot = new Option<string?>("--plot")
        {
            Description = "Draws the accuracies, and every student's own against the global model's, into FILE.svg or FILE.png.",
            HelpName = "FILE",
        };
        var csv = new Option<string?>("--csv") { Description = "Writes a line for each student.", HelpName = "FILE" };
        var home = CommonOptions.Home();
        var json = CommonOptions.Json();
        var command = new CommandWithExamples(
            "personalise",
            "Let students make a model their own, and compare both on samples that each student kept from training.",
            "pbm model personalise 3f9a1c --method fineTune",
            "pbm model personalise 3f9a1c --method ditto --with epochs=10,lambda=0.5 --plot ditto.svg --csv ditto.csv")
        {
            model, planFile, run, data, students, most, method, with, plot, csv, home, json,
        };
        command.Details = "The model has to be trained by a plan with students.holdOut. Personal models are trained on as many threads as there "
            + "are cores; the figures do not depend on that. They are kept nowhere.";
        command.SetAction((parsed, stop) =>
        {
            var chart = parsed.GetValue(plot) is { } image ? ChartFile.At(image) : null;
            var place = new Home(parsed.GetValue(home));
            var opened = Open(parsed.GetValue(model)!, parsed.GetValue(planFile), parsed.GetValue(run), parsed.GetValue(data), place);
            opened = opened with { Plan = WithMethod(opened.Plan, parsed.GetValue(method), parsed.GetValue(with)) };
            var report = Judge(opened, parsed.GetValue(students), parsed.GetValue(most), place, parsed.GetValue(json), stop);
            if (parsed.GetValue(csv) is { } file)
            {
                report.WriteCsv(file);
            }

            chart?.Save(new PersonalChart(report));
            if (parsed.GetValue(json))
            {
                Page.PrintJson(report, PbmJson.Default.PersonalReport);
            }
            else
            {
                Print(report, [parsed.GetValue(csv), chart?.Path]);
            }

            return Task.CompletedTask;
        });
        return command;
    }

    private static TrainedModel Open(string named, string? planFile, string? run, string? data, Home home)
    {
        if (planFile is not null && run is not null)
        {
            throw new CommandException("--plan and --run both say who holds which samples; leave one out.");
        }

        var model = TrainedModel.Open(named, planFile, data, home, run);
        if (planFile is not null)
        {
            model.RequireSamplesOfItsRun(home);
        }

        return model.Population.HeldOut.Samples > 0 ? model : throw new CommandException(model.Plan.Students.HoldOut > 0
            ? $"By plan {model.Plan.Name} no student has so many samples that its share of them (students.holdOut) is a whole one, so there is nothing to "
                + "judge personal models on; train a model by a plan with a larger share."
            : $"By plan {model.Plan.Name} students keep no sample from training (students.holdOut is 0), so there is nothing to judge personal models on; "
                + "train a model by a plan with students.holdOut, such as 0.2.");
    }

    internal static Plan WithMethod(Plan plan, string? method, string? numbers)
    {
        var chosen = method is null || string.Equals(method, plan.Personalisation.Method.Name, StringComparison.Ordinal)
            ? plan.Personalisation.Method
            : new(method);
        var known = chosen.Kind.Hyperparameters;
        foreach (var text in numbers?.Split(',', StringSplitOptions.TrimEntries) ?? [])
        {
            var (name, value) = text.Split('=', 2, StringSplitOptions.TrimEntries) is [var left, var right] ? (left, right) : (text, "");
            if (known.All(number => !string.Equals(number.Name, name, StringComparison.Ordinal)))
            {
                throw new CommandException($"--with {numbers}: {chosen.Name} has no number \"{name}\"; "
                    + (known.Count == 0 ? "it takes none." : $"it takes {string.Join(", ", known.Select(number => number.Name))}."));
            }

            chosen = double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var parsed)
                ? chosen with { Settings = chosen.Settings.With(name, parsed) }
                : throw new CommandException($"--with {numbers}: \"{value}\" is no number; give {name}=NUMBER.");
        }

        return (plan with { Personalisation = new() { Method = chosen } }).Checked("--method and --with");
    }

    private static PersonalReport Judge(TrainedModel model, string? list, int most, Home home, bool quiet, CancellationToken stop)
    {
        var (population, method) = (model.Population, model.Plan.Personalisation.Method);
        var able = Enumerable.Range(0, population.Students).Count(student => population.HeldOut.SizeOf(student) > 0);
        var judging = new PersonalJudging(model.Network, model.Model.Encoding, model.Plan, population);
        var students = list is null ? judging.Draw(most) : Named(list, population);
        if (RememberedModels.Of(model, students, home) is { } own)
        {
            judging = new(model.Network, model.Model.Encoding, model.Plan, population, own);
        }

        using var progress = new WorkProgress($"Training personal models of {Figures.Count(students.Count, "student")}", students.Count, quiet);
        try
        {
            var file = model.Model.File;
            return PersonalReport.Of(
                model, method, able, judging.Judge(file.Parameters, file.Round, students, Environment.ProcessorCount, progress.Report, stop));
        }
        catch (TrainingException failure)
        {
            throw new CommandException($"By {method.Name}, {failure.Message}. What is meant is personalisation's learning rate.");
        }
    }

    private static List<int> Named(string list, Population population)
    {
        var named = new SortedSet<int>();
        foreach (var text in list.Split(',', StringSplitOptions.TrimEntries))
        {
            var (from, to) = text.Split('-', StringSplitOptions.TrimEntries) is [var first, var last] ? (Number(first), Number(last)) : (Number(text), Number(text));
            if (from > to)
            {
                throw new CommandException($"--students {list}: \"{text}\" ends before it begins; give the lower number first.");
            }

            named.UnionWith(Enumerable.Range(from, to - from + 1));
        }

        return named.FirstOrDefault(student => population.HeldOut.SizeOf(student) == 0, -1) is var without and >= 0
            ? throw new CommandException($"--students {list}: student {without} has {Figures.Count(population.Partition.SizeOf(without), "sample")} and keeps none of "
                + "them from training; leave it out.")
            : [.. named];

        int Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var student) && student < population.Students
            ? student
            : throw new CommandException($"--students {list}: there is no student \"{text}\"; the plan has those from 0 to {population.Students - 1}.");
    }

    private static void Print(PersonalReport report, IReadOnlyList<string?> files)
    {
        Page.PrintParagraph(
            $"Model {report.Model[..12]} and personal models by {report.MethodInWords}, on {Figures.Count(report.HeldOut, "sample")} of {report.Data}"
            + $"{(report.Synthetic ? " (synthetic)" : "")} that {Figures.Count(report.Students, "student")} kept from training"
            + $"{(report.Students < report.Able ? $", of {Figures.Count(report.Able)} who kept any" : "")}.");
        var table = Tables.New().Name("accuracy").Number("global", "personal", "change");
        foreach (var (name, of) in Rows)
        {
            table.Row(name, Figures.Accuracy(of(report.Global)), Figures.Accuracy(of(report.Personal)), Points(of(report.Personal) - of(report.Global)));
        }

        Page.Print(table);
        var histogram = Tables.New().Name("students with").Number("global", "personal");
        for (var bin = 0; bin < AccuracyDistribution.Bins; bin++)
        {
            histogram.Row(BinName(bin), Figures.Count(report.Global.Histogram[bin]), Figures.Count(report.Personal.Histogram[bin]));
        }

        Page.Print(histogram);
        Page.PrintParagraph($"{Outcome(report)} Who always named the commonest class of its training samples would be right in "
            + $"{Figures.Accuracy(report.CommonestMean)} (mean of students).");
        foreach (var file in files.OfType<string>())
        {
            Page.Print($"See {file}.");
        }
    }

    /// <summary>The figures of a distribution, with their names.</summary>
    public static IReadOnlyList<(string Name, Func<AccuracyDistribution, double> Of)> Rows { get; } =
    [
        ("mean of students", of => of.Mean),
        ("mean of samples", of => of.WeightedMean),
        ("standard deviation", of => of.Deviation),
        ("worst tenth", of => of.WorstTenth),
        ("10th percentile", of => of.Percentile10),
        ("25th percentile", of => of.Percentile25),
        ("median", of => of.Median),
        ("75th percentile", of => of.Percentile75),
        ("90th percentile", of => of.Percentile90),
    ];

    /// <summary>Who gains and who loses, as a sentence.</summary>
    public static string Outcome(PersonalReport report)
        => $"{Figures.Count(report.Gained, "student")} gained, {Figures.Count(report.Lost)} lost, "
            + $"{Figures.Count(report.Students - report.Gained - report.Lost)} stayed the same.";

    /// <summary>What a part of the histogram holds: "30 to 40 %".</summary>
    public static string BinName(int bin) => $"{10 * bin} to {10 * (bin + 1)} %";

    private static string Points(double difference) => (100 * difference).ToString("+0.00;-0.00;0.00", CultureInfo.InvariantCulture);
}
