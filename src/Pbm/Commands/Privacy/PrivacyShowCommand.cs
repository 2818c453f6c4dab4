using System.CommandLine;
using System.Globalization;
using Cohort.Model.Training;
using Cohort.Pbm.Printing;
using Cohort.Seed.Privacy;

namespace Cohort.Pbm.Commands;

/// <summary><c>pbm privacy show</c>: what has been spent, by population and run, here or in a cluster.</summary>
internal static class PrivacyShowCommand
{
    public static Command Create()
    {
        var home = CommonOptions.Home();
        var cluster = new ClusterOptions();
        var json = CommonOptions.Json();
        var command = new CommandWithExamples(
            "show",
            "Show how much privacy every run has spent, and all runs together on the same samples.",
            "pbm privacy show",
            "pbm privacy show --cluster http://127.0.0.1:8080")
        {
            home, cluster.Url, cluster.TokenFile, json,
        };
        command.Details = """
            A round is charged before its students are asked, and again when it is tried again; so a run may have been charged
            more rounds than it has finished. The unit is a student: epsilon bounds what anybody who sees the models can learn
            about whether a student's updates are in them (docs/privacy.md). Runs with training.recordPrivacy stand in a table of
            their own, whose unit is a sample (docs/privacy-records.md). Labels are how students report their label counts for
            grouping; their unit is a sample too (docs/groups.md). These budgets are never added up.
            """;
        command.SetAction(async (parsed, stop) =>
        {
            if (cluster.Asked(parsed, home))
            {
                using var seed = cluster.Open(parsed);
                Show(await seed.Privacy(stop), parsed.GetValue(json));
            }
            else
            {
                Show(StatementOf(new Home(parsed.GetValue(home))), parsed.GetValue(json));
            }
        });
        return command;
    }

    private static PrivacyStatement StatementOf(Home home)
    {
        using var ledger = home.ReadLedger();
        return PrivacyStatement.Of(ledger) with
        {
            Records = [.. RecordTrainings.Of(ledger).Select(run => run.Spent((record, plan) =>
                PlannedData.Load(plan, DataLocation.Resolve(record.DataPath, home)).Data is var data && record.Roster is { } roster
                    ? Population.OfRoster(data, roster)
                    : Population.Create(plan, data)))],
        };
    }

    private static void Show(PrivacyStatement statement, bool json)
    {
        if (json)
        {
            Page.PrintJson(statement, PbmJson.Default.PrivacyStatement);
            return;
        }

        if (statement.Populations.Count == 0)
        {
            Page.Print("No run has been recorded yet.");
        }

        foreach (var population in statement.Populations)
        {
            Print(population);
        }

        if (statement.Records is [_, ..] records)
        {
            Print(records);
        }
    }

    private static void Print(IReadOnlyList<RecordSpending> records)
    {
        Page.PrintParagraph("Single samples, by DP-SGD, each run by itself: the students whose samples have spent the most.");
        var table = SampleTable.New("run").Number("delta").Name("accountant");
        foreach (var run in records.Where(run => run.Greatest is not null))
        {
            table.Sample(run.Run, run.Greatest!, Small(run.Delta), run.Accountant);
        }

        if (table.Rows.Count > 0)
        {
            Page.Print(table);
        }

        foreach (var run in records.Where(run => run.Note.Length > 0))
        {
            Page.PrintParagraph(Printable.Of($"{run.Run}: {run.Note.TrimEnd('.')}."));
        }
    }

    private static void Print(PopulationSpending population)
    {
        var spent = population.Epsilon is { } epsilon
            ? $"epsilon {Epsilon(epsilon)} at delta {Small(population.Delta)}"
            : "no bound, as a run without noise is among them";
        var budget = population.Budget is { } limit ? $" of {Epsilon(limit)}" : "";
        Page.PrintParagraph(Printable.Of($"Population {population.Population[..12]} ({population.Data ?? "of the plan"}), all runs: {spent}{budget}."));
        var table = Tables.New().Name("run").Number("rounds", "charged", "epsilon", "budget", "delta").Name("accountant").Number("labels").Words("note");
        foreach (var run in population.Runs)
        {
            table.Row(
                run.Run,
                Figures.Count(run.Rounds),
                Figures.Count(run.Charged),
                run.Epsilon is { } own ? Epsilon(own) : "-",
                run.Budget is { } most ? Epsilon(most) : "-",
                Small(run.Delta),
                run.Accountant,
                run.LabelEpsilon is { } labels && run.Labels is RunSpending.Noised ? Epsilon(labels) : run.Labels,
                run.Note);
        }

        Page.Print(table);
        if (population.Runs.Any(run => run.LabelEpsilon is not null))
        {
            Page.PrintParagraph(population.LabelEpsilon is { } sum
                ? $"Reports of labels, all runs: epsilon {Epsilon(sum)} for each sample of a student, apart from the above."
                : "Reports of labels, all runs: no bound, as a run was told them without secret noise.");
        }
    }

    internal static string Epsilon(double epsilon) => double.IsFinite(epsilon) ? Figures.Measure(epsilon) : "infinite";

    internal static string Small(double delta) => delta.ToString("G3", CultureInfo.InvariantCulture);
}
