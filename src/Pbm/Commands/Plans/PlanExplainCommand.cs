using System.CommandLine;
using Cohort.Model.Plans;
using Cohort.Model.Training;
using Cohort.Pbm.Printing;

namespace Cohort.Pbm.Commands;

/// <summary><c>pbm plan explain</c>: every field of a plan, and what the whole will do.</summary>
internal static class PlanExplainCommand
{
    private const int WidthForAllowed = 110;

    public static Command Create()
    {
        var planFile = CommonOptions.Plan();
        var data = CommonOptions.Data();
        data.Description = "Count the training samples of this data, for the amount of work.";
        var home = CommonOptions.Home();
        var json = CommonOptions.Json();
        var command = new CommandWithExamples(
            "explain",
            "Explain a plan: every field with its value, default and meaning, and in plain words what a run will do.",
            "pbm plan explain plans/quick.json",
            "pbm plan explain plans/fer.json --data fer2013.csv.gz")
        {
            planFile, data, home, json,
        };
        command.SetAction(parsed =>
        {
            var plan = Plan.Read(parsed.GetValue(planFile)!);
            var path = DataLocation.Resolve(parsed.GetValue(data), new Home(parsed.GetValue(home)));
            var samples = path is null ? (long?)null : PlannedData.Load(plan, path).Data.Train.Count;
            Explain(plan, PlanExplanation.Of(plan, samples), parsed.GetValue(json));
        });
        return command;
    }

    private static void Explain(Plan plan, PlanExplanation explanation, bool json)
    {
        if (json)
        {
            Page.PrintJson(
                new ExplainedPlan(plan.Name, plan.Digest, explanation.Summary, explanation.Rows), PbmJson.Default.ExplainedPlan);
            return;
        }

        var wide = Page.Width >= WidthForAllowed;
        var table = Tables.New().Name("field", "value", "default");
        if (wide)
        {
            table.Words("allowed");
        }

        table.Words("meaning");
        foreach (var row in explanation.Rows)
        {
            string[] first = [row.Path, row.Value, row.Default];
            table.Row(wide ? [.. first, row.Allowed, Meaning(row)] : [.. first, Meaning(row)]);
        }

        Page.Print(table);
        Page.PrintParagraph(explanation.Summary);
    }

    /// <summary>The sentence, and in brackets symbol and unit where there are some: "... (E, in epochs)".</summary>
    private static string Meaning(PlanRow row)
    {
        var unit = row.Unit.Length > 0 ? $"in {row.Unit}" : "";
        var notes = string.Join(", ", new[] { row.Symbol, unit }.Where(note => note.Length > 0));
        return notes.Length > 0 ? $"{row.Meaning} ({notes})" : row.Meaning;
    }
}

/// <summary>What <c>pbm plan explain --json</c> prints.</summary>
/// <param name="Name">The plan's name.</param>
/// <param name="Digest">SHA-256 of the plan in its canonical form.</param>
/// <param name="Summary">What a run will do, in words.</param>
/// <param name="Fields">Every field.</param>
internal sealed record ExplainedPlan(string Name, string Digest, string Summary, IReadOnlyList<PlanRow> Fields);
