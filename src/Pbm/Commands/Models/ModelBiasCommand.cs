using System.CommandLine;
using Cohort.Model.Evaluation;
using Cohort.Model.Evaluation.Bias;
using Cohort.Pbm.Printing;
using Cohort.Pbm.Printing.Charts;

namespace Cohort.Pbm.Commands;

/// <summary><c>pbm model bias</c>: whether a model does as well for one group of people as for another.</summary>
internal static class ModelBiasCommand
{
    private const int MostWithIntervals = 2; // groups whose recalls fit beside each other with theirs; --json has all

    public static Command Create()
    {
        var model = ModelShowCommand.Named();
        var data = EvaluationOptions.Data();
        var by = new Option<string[]>("--by")
        {
            Description = "An attribute of the samples, such as gender or person; may be given several times. Default: all there are.",
            HelpName = "ATTRIBUTE",
        };
        var least = AuditOptions.Whole(
            "--least", BiasAudit.DefaultLeastSamples, 1, 1_000_000, "Groups, and a group's classes, of fewer samples are marked, and no gap is measured on them.");
        var unknown = new Option<bool>("--unknown") { Description = "Samples whose value is not known are a group too. Default: they are left out." };
        var resamples = EvaluationOptions.Resamples();
        var plot = new Option<string?>("--plot")
        {
            Description = "Draws the groups' accuracies and recalls with their intervals into FILE.svg or FILE.png.",
            HelpName = "FILE",
        };
        var csv = new Option<string?>("--csv") { Description = "Writes a line for each group and class.", HelpName = "FILE" };
        var home = CommonOptions.Home();
        var json = CommonOptions.Json();
        var command = new CommandWithExamples(
            "bias",
            "Compare how well a model does for groups of samples: by gender, by person, by any attribute in the data.",
            "pbm model bias 3f9a1c --by gender",
            "pbm model bias 3f9a1c --data faces --by gender --by person --plot gender.svg --csv gender.csv")
        {
            model, data, by, least, unknown, resamples, plot, csv, home, json,
        };
        command.Details = "Attributes are the further columns of an image folder's labels.csv. A gap is the largest difference between two groups; "
            + "for equalised odds (Hardt et al. 2016) of a class's recall or false positive rate, for demographic parity of how often a class is said. "
            + "Its interval says where the difference of these two groups lies; \"by chance\" is the gap that 95 of 100 attributes without meaning stay below.";
        command.SetAction(parsed =>
        {
            var chart = parsed.GetValue(plot) is { } image ? ChartFile.At(image) : null;
            var place = new Home(parsed.GetValue(home));
            var judged = JudgedModel.Of(NamedModel.Open(parsed.GetValue(model)!, place), parsed.GetValue(data), place);
            if (judged.Data.Test.AttributeNames.Count == 0)
            {
                throw new CommandException($"Nothing is known of the test samples of {judged.Data.Name} but their class, so there are no groups to compare; "
                    + "a column of labels.csv in an image folder, such as gender, tells more.");
            }

            var report = BiasReport.Of(
                judged, parsed.GetValue(by) ?? [], parsed.GetValue(least), parsed.GetValue(resamples), parsed.GetValue(unknown));
            if (parsed.GetValue(csv) is { } file)
            {
                CsvText.Write(file, report.ToCsvRows());
            }

            chart?.Save(new BiasChart(report));
            if (parsed.GetValue(json))
            {
                Page.PrintJson(report, PbmJson.Default.BiasReport);
            }
            else
            {
                Print(report, [parsed.GetValue(csv), chart?.Path]);
            }
        });
        return command;
    }

    /// <summary>Gaps as rows: what, how large, between whom, the interval, and what chance gives.</summary>
    public static IReadOnlyList<string> RowOf(Gap gap) =>
    [
        gap.Name,
        Figures.Share(gap.Value),
        gap.Interval is { } interval ? $"{Figures.Share(interval.Low)} to {Figures.Share(interval.High)}" : "-",
        gap.ByChance is { } chance ? Figures.Share(chance) : "-",
        Where(gap),
    ];

    /// <summary>"recall of happy: male over female".</summary>
    public static string Where(Gap gap) => gap switch
    {
        { Rate: { } rate, Class: { } of } => $"{rate} of {of}: {gap.Most} over {gap.Least}",
        { Class: { } of } => $"{of} is said: {gap.Most} over {gap.Least}",
        _ => $"{gap.Most} over {gap.Least}",
    };

    /// <summary>What a reader must know of an attribute's figures.</summary>
    public static string Sentence(AttributeBias bias)
    {
        var unknown = bias.Unknown == 0 ? "" : bias.UnknownCounts
            ? $" {Figures.Count(bias.Unknown, "sample")} of unknown value are a group too."
            : $" {Figures.Count(bias.Unknown, "sample")} of unknown value are left out.";
        var small = bias.Groups.Where(group => group.IsSmall).Select(group => group.Value).ToList();
        var left = small.Count == 0 ? "" : $" Fewer than {bias.LeastSamples} samples, and in no gap: {string.Join(", ", small)}.";
        var values = $"{Figures.Count(bias.Samples, "sample")}, {Figures.Count(bias.Values, "value")}.{unknown}{left}";
        return bias switch
        {
            { Distribution: not null } => $"{values} So many values are shown as a distribution. With few samples each, most of its spread is chance.",
            { Gaps.Count: 0 } => $"{values} There are no two groups with {bias.LeastSamples} samples or more, so that nothing can be compared.",
            { Resamples: 0 } => values,
            _ when bias.Gaps.Any(gap => gap.IsClear) =>
                $"{values} Larger than samples and chance explain: {string.Join(", ", bias.Gaps.Where(gap => gap.IsClear).Select(gap => gap.Name))}.",
            _ => $"{values} No gap is larger than so few samples and chance explain.",
        };
    }

    private static void Print(BiasReport report, IReadOnlyList<string?> files)
    {
        Page.Print($"Model {report.Model[..12]} on {Figures.Count(report.Samples, "test sample")} of {report.Data}{(report.Synthetic ? " (synthetic)." : ".")}");
        foreach (var bias in report.Attributes)
        {
            Page.Print("");
            Page.PrintParagraph(Printable.Of($"By {bias.Attribute}: {Sentence(bias)}"));
            if (bias.Distribution is { } distribution)
            {
                Page.Print(Distribution(distribution));
            }
            else if (bias.Groups.Count > 0)
            {
                PrintGroups(bias);
            }
        }

        Page.Print("");
        if (report.Attributes.Any(bias => bias.Resamples > 0 && bias.Groups.Count > 0))
        {
            Page.PrintParagraph($"In brackets: 95 % intervals, by {Figures.Count(report.Attributes[0].Resamples, "resample")} of each group's "
                + (report.Attributes.Any(bias => bias.ByPerson) ? "persons, each with all of its test samples." : "test samples."));
        }

        foreach (var file in files.OfType<string>())
        {
            Page.Print($"See {file}.");
        }
    }

    private static void PrintGroups(AttributeBias bias)
    {
        var groups = Tables.New().Name(bias.Attribute).Number("samples", "persons", "accuracy", "macro F1");
        foreach (var group in bias.Groups)
        {
            groups.Row(
                Marked(group.Value, group.IsSmall),
                Figures.Count(group.Samples),
                group.Persons is { } persons ? Figures.Count(persons) : "-",
                Figures.Share(group.Accuracy) + Between(group.AccuracyInterval),
                Figures.Measure(group.MacroF1));
        }

        Page.Print(groups);
        var narrow = bias.Groups.Count > MostWithIntervals;
        var recalls = Tables.New().Name("recall").Number([.. bias.Groups.Select(group => group.Value)]);
        for (var label = 0; label < bias.Groups[0].Classes.Count; label++)
        {
            var of = bias.Groups.Select(group => group.Classes[label]).ToList();
            recalls.Row([of[0].Name, .. of.Select(each => each.Recall is { } recall
                ? $"{Figures.Share(recall)}{(each.IsSmall ? $" (of {each.Samples})" : narrow ? "" : Between(each.RecallInterval))}"
                : "-")]);
        }

        Page.Print(recalls);
        if (bias.Groups.Any(group => group.Classes.Any(of => of.IsSmall)))
        {
            Page.Print($"(of n): only so many samples, fewer than {bias.LeastSamples}: in no gap.");
        }

        if (bias.Gaps.Count > 0)
        {
            var gaps = Tables.New().Name("gap").Number("largest", "95 %", "by chance").Words("where");
            foreach (var gap in bias.Gaps)
            {
                gaps.Row(RowOf(gap));
            }

            Page.Print(gaps);
        }
    }

    private static Spectre.Console.Table Distribution(AccuracyDistribution distribution)
    {
        var table = Tables.New().Name("accuracy").Number("share");
        foreach (var (name, of) in ModelPersonaliseCommand.Rows)
        {
            table.Row(name.Replace("students", "values", StringComparison.Ordinal), Figures.Accuracy(of(distribution)));
        }

        return table;
    }

    private static string Marked(string value, bool small) => small ? value + " (few)" : value;

    private static string Between(Interval? interval)
        => interval is { } range ? $" ({Figures.Share(range.Low)} to {Figures.Share(range.High)})" : "";
}
