using System.CommandLine;
using Cohort.Model.Plans;
using Cohort.Pbm.Printing;
using Cohort.Seed.Privacy;

namespace Cohort.Pbm.Commands;

/// <summary><c>pbm privacy plan</c>: what a plan would spend, and what its protection is worth.</summary>
internal static class PrivacyPlanCommand
{
    public static Command Create()
    {
        var planFile = CommonOptions.Plan();
        var data = CommonOptions.Data();
        var rounds = new Option<int?>("--rounds") { Description = "Instead of the plan's rounds.count.", HelpName = "N" };
        var home = CommonOptions.Home();
        var json = CommonOptions.Json();
        var command = new CommandWithExamples(
            "plan",
            "Show what a plan would spend, round by round, by each accountant, before anything is trained.",
            "pbm privacy plan plans/private.json",
            "pbm privacy plan plans/private.json --rounds 200 --json")
        {
            planFile, data, rounds, home, json,
        };
        command.Details = """
            With training.recordPrivacy (DP-SGD) it also shows what is spent on single samples. That depends on how many each student has,
            so the data is read, where it lies or may be generated; without it only the students' privacy is shown.
            """;
        command.SetAction(parsed =>
        {
            var plan = Plan.Read(parsed.GetValue(planFile)!);
            plan = (plan with { Rounds = plan.Rounds with { Count = parsed.GetValue(rounds) ?? plan.Rounds.Count } })
                .Checked("the command line");
            var price = RoundPrice.Of(plan, plan.Students.Count);
            if (price is null && !plan.Training.RecordPrivacy.IsOn)
            {
                throw new CommandException(
                    $"The plan {plan.Name} adds no noise, or hardly any, so that nothing bounds what it spends; give privacy.clip and "
                    + "privacy.noiseMultiplier (pbm privacy calibrate finds it).");
            }

            var records = PlannedRecords.Of(plan, DataLocation.Resolve(parsed.GetValue(data), new Home(parsed.GetValue(home))));
            Show(PlannedSpending.Of(plan, price, records), parsed.GetValue(json));
        });
        return command;
    }

    private static void Show(PlannedSpending planned, bool json)
    {
        if (json)
        {
            Page.PrintJson(planned, PbmJson.Default.PlannedSpending);
            return;
        }

        if (planned.Round is null)
        {
            Page.PrintParagraph($"{planned.Plan} adds no noise to sums of updates: nothing bounds what it spends of a student's privacy.");
        }
        else
        {
            Page.PrintParagraph($"Each round of {planned.Plan} costs what {planned.Round} costs.");
            Print(planned);
        }

        foreach (var note in planned.Notes)
        {
            Page.PrintParagraph(note);
        }

        if (planned.Records is { } records)
        {
            Print(records, planned.Delta);
        }
    }

    private static void Print(PlannedSpending planned)
    {
        var table = Tables.New().Number("rounds", "epsilon (pld)", "rdp", "rdpClassic");
        foreach (var point in planned.Points)
        {
            table.Row(
                Figures.Count(point.Rounds),
                PrivacyShowCommand.Epsilon(point.Pld),
                PrivacyShowCommand.Epsilon(point.Rdp),
                PrivacyShowCommand.Epsilon(point.RdpClassic));
        }

        Page.Print(table);
        Page.PrintParagraph($"At delta {PrivacyShowCommand.Small(planned.Delta)}. The plan's accountant is {planned.Accountant}.");
    }

    private static void Print(PlannedRecords records, double delta)
    {
        Page.PrintParagraph("\nA single sample, by DP-SGD (training.recordPrivacy); another unit than a student, and not to be added to it:");
        if (records.Most is { } most)
        {
            var table = SampleTable.New("a student");
            table.Sample("asked as often as chance allows", most);
            if (records.Expected is { } expected && expected != most)
            {
                table.Sample("asked as often as the average", expected);
            }

            Page.Print(table);
            Page.PrintParagraph($"At delta {PrivacyShowCommand.Small(delta)}, for the students whose samples spend the most.");
        }

        foreach (var note in records.Notes)
        {
            Page.PrintParagraph(note);
        }
    }
}
