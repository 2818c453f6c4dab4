using System.CommandLine;
using Cohort.Model.Audit;
using Cohort.Pbm.Auditing;
using Cohort.Pbm.Printing;
using Cohort.Pbm.Running;

namespace Cohort.Pbm.Commands;

/// <summary><c>pbm audit membership</c>: whether a model tells what it was trained on.</summary>
internal static class AuditMembershipCommand
{
    public static Command Create()
    {
        var model = ModelShowCommand.Named();
        var plan = AuditOptions.Plan();
        var data = AuditOptions.Data();
        var delta = new Option<double?>("--delta")
        {
            Description = "Delta of the guarantee that is tested, from 0 to below 1. Default: the plan's.",
            HelpName = "DELTA",
        };
        var shadows = AuditOptions.Whole(
            "--shadows", 4, 0, 1000, "Models trained for comparison, an even number; 0 leaves the likelihood ratio out.");
        var epochs = AuditOptions.Whole("--shadow-epochs", 5, 1, 10_000, "How often each of them goes through its samples.");
        var seed = AuditOptions.Seed();
        var home = CommonOptions.Home();
        var json = CommonOptions.Json();
        var command = new CommandWithExamples(
            "membership",
            "Try to tell training samples and students from others, and measure how large epsilon is at least.",
            "pbm audit membership 3f9a1c",
            "pbm audit membership 3f9a1c --shadows 8 --shadow-epochs 20 --json")
        {
            model, plan, data, delta, shadows, epochs, seed, home, json,
        };
        command.Details = "Members are the training samples, others the test samples. The lower bounds on epsilon hold with 95 % confidence; "
            + $"if one is above what the model's file says was spent, the command says so and ends with exit code {ExitCodes.Violation}.";
        command.SetAction((parsed, stop) =>
        {
            var place = new Home(parsed.GetValue(home));
            var audited = TrainedModel.Open(parsed.GetValue(model)!, parsed.GetValue(plan), parsed.GetValue(data), place);
            var options = new MembershipOptions
            {
                Delta = parsed.GetValue(delta) is { } given ? Checked(given) : audited.Plan.Privacy.Delta,
                ShadowPairs = Pairs(parsed.GetValue(shadows)),
                ShadowEpochs = parsed.GetValue(epochs),
                Seed = (ulong)parsed.GetValue(seed),
            };
            return Task.FromResult(Test(audited, options, place, parsed.GetValue(json), stop));
        });
        return command;
    }

    private static int Test(TrainedModel audited, MembershipOptions options, Home home, bool json, CancellationToken stop)
    {
        var file = audited.Model.File;
        MembershipFindings findings;
        var shadows = 2 * options.ShadowPairs;
        using (var progress = new WorkProgress(
            shadows == 0 ? "Testing membership" : $"Training {Figures.Count(shadows, "shadow model")}", Math.Max(1, shadows), json))
        {
            findings = MembershipAudit.Run(
                audited.Network, file.Parameters, audited.Model.Encoding, audited.Plan, audited.Population,
                MembershipAudit.AccountedBy(file), options, progress.Report, stop);
        }

        var report = AuditInversionCommand.Report(audited, AuditSection.Of(findings), null, findings);
        KeptAudits.Keep(report, home);
        if (json)
        {
            Page.PrintJson(report, PbmJson.Default.AuditReport);
        }
        else
        {
            Print(report, findings);
        }

        if (findings.Violation)
        {
            Console.Error.WriteLine("VIOLATION: an attack proves a larger epsilon than the model's file promises.");
        }

        return findings.Violation ? ExitCodes.Violation : ExitCodes.Done;
    }

    private static void Print(AuditReport report, MembershipFindings findings)
    {
        var table = Tables.New().Name("attack", "unit").Number("members", "others", "area", "TPR at 0.1 %", "TPR at 1 %", "epsilon >=");
        foreach (var attack in findings.Attacks)
        {
            table.Row(
                attack.Name,
                attack.Unit,
                Figures.Count(attack.Members),
                Figures.Count(attack.Others),
                Figures.Measure(attack.Area),
                Figures.Share(attack.TruePositivesAtTenth),
                Figures.Share(attack.TruePositivesAtOne),
                Figures.Measure(attack.EpsilonLowerBound));
        }

        Page.Print(report.Title + (report.Synthetic ? " (synthetic faces)" : ""));
        Page.Print(table);
        foreach (var paragraph in report.Section)
        {
            Page.PrintParagraph(paragraph);
        }
    }

    private static int Pairs(int shadows) => shadows % 2 == 0
        ? shadows / 2
        : throw new CommandException($"--shadows is {shadows}; give an even number: each model has a partner trained on the other half.");

    private static double Checked(double delta) => delta is >= 0 and < 1
        ? delta
        : throw new CommandException($"--delta is {delta}; give a number from 0 to below 1.");
}
