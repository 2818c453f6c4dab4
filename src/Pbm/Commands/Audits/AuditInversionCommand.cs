using System.CommandLine;
using Cohort.Model.Audit;
using Cohort.Model.Files;
using Cohort.Model.Randomness;
using Cohort.Pbm.Auditing;
using Cohort.Pbm.Printing;
using Cohort.Pbm.Running;

namespace Cohort.Pbm.Commands;

/// <summary><c>pbm audit inversion</c>: which pictures come out of updates.</summary>
internal static class AuditInversionCommand
{
    private static readonly string[] s_attacks = [.. Enum.GetNames<InversionAttack>().Select(name => name.ToLowerInvariant())];

    public static Command Create()
    {
        var model = ModelShowCommand.Named();
        var plan = AuditOptions.Plan();
        var data = AuditOptions.Data();
        var pictures = AuditOptions.Whole("--pictures", 4, 1, 1000, "How many training pictures are attacked.");
        var iterations = AuditOptions.Whole("--iterations", 1200, 1, 1_000_000, "Steps of each search.");
        var restarts = AuditOptions.Whole("--restarts", 1, 1, 1000, "Searches for each update, of which the nearest counts.");
        var attack = new Option<string?>("--attack")
        {
            Description = "How: analytic solves networks that begin with a linear layer; cosine, idlg and dlg search for the picture. "
                + "Default: analytic where it can be, else cosine.",
            HelpName = string.Join('|', s_attacks),
        };
        attack.AcceptOnlyFromAmong(s_attacks);
        var output = new Option<string?>("--output")
        {
            Description = "Writes a PNG with the originals and what each view gave away. It shows training pictures: keep it where they "
                + "are kept.",
            HelpName = "PNG",
        };
        var seed = AuditOptions.Seed();
        var home = CommonOptions.Home();
        var json = CommonOptions.Json();
        var command = new CommandWithExamples(
            "inversion",
            "Try to get training pictures back from single students' updates, before and after protection.",
            "pbm audit inversion 3f9a1c",
            "pbm audit inversion 3f9a1c --plan plans/fer.json --data fer2013.csv.gz --pictures 2 --output leak.png")
        {
            model, plan, data, pictures, iterations, restarts, attack, output, seed, home, json,
        };
        command.Details = "The attacker is the leader, who keeps to the protocol and is curious. Each attacked student has one picture and "
            + "trains one step on it, which shows most. Views follow the plan's privacy section; where it has no clipping bound or noise, "
            + "clip 1 and noise multiplier 1 are tried. PSNR is in dB: above 20 a face is recognised.";
        command.SetAction((parsed, stop) =>
        {
            var place = new Home(parsed.GetValue(home));
            var audited = TrainedModel.Open(parsed.GetValue(model)!, parsed.GetValue(plan), parsed.GetValue(data), place);
            var search = new MatchingOptions
            {
                Iterations = parsed.GetValue(iterations),
                Restarts = parsed.GetValue(restarts),
                Seed = (ulong)parsed.GetValue(seed),
            };
            Attack(
                audited, place, parsed.GetValue(attack), search, parsed.GetValue(pictures), parsed.GetValue(output), parsed.GetValue(json), stop);
            return Task.CompletedTask;
        });
        return command;
    }

    private static void Attack(
        TrainedModel audited, Home home, string? named, MatchingOptions search, int count, string? output, bool json, CancellationToken stop)
    {
        var (model, data) = (audited.Model, audited.Data);
        var known = new AttackerKnowledge(
            audited.Network, model.File.Parameters, model.Scale, audited.Plan.Training.LearningRate);
        var attack = named is null ? InversionAudit.BestFor(known) : Enum.Parse<InversionAttack>(named, ignoreCase: true);
        var chosen = audited.Population.TrainedSamples();
        KeyedRandom.For(search.Seed, Purpose.Audit).Permute(chosen.AsSpan());
        chosen = chosen[..Math.Min(count, chosen.Length)];

        using var step = new AuditedStep(known, data);
        var views = new UpdateViews(
            step, chosen, data.Train.Count, Protection.Of(audited.Plan, audited.Population), search.Seed).All();
        var audit = new InversionAudit(known, data, attack, search);
        InversionFindings findings;
        IReadOnlyList<IReadOnlyList<Reconstruction>> made;
        var updates = chosen.Length * views.Count;
        using (var progress = new WorkProgress($"Attacking {Figures.Count(updates, "update")}", audit.Steps(updates), json))
        {
            (findings, made) = audit.Run(chosen, views, progress.Report, stop);
        }

        if (output is not null)
        {
            Draw(output, audited, audit, findings, made);
        }

        var report = Report(audited, AuditSection.Of(findings), findings, null);
        KeptAudits.Keep(report, home);
        if (json)
        {
            Page.PrintJson(report, PbmJson.Default.AuditReport);
            return;
        }

        Print(report, findings, output);
    }

    public static AuditReport Report(
        TrainedModel audited, IReadOnlyList<string> section, InversionFindings? inversion, MembershipFindings? membership)
        => new(
            audited.Model.Hash.ToString(),
            audited.Network.Name,
            audited.Plan.Name,
            audited.Data.Name,
            audited.Data.IsSynthetic,
            AuditSection.Title,
            section,
            inversion,
            membership);

    private static void Draw(
        string path,
        TrainedModel audited,
        InversionAudit audit,
        InversionFindings findings,
        IReadOnlyList<IReadOnlyList<Reconstruction>> made)
    {
        var rows = findings.Pictures.Select((picture, i) => (IReadOnlyList<(float[], string)>)
        [
            (audit.Original(picture.Sample), picture.Label),
            .. made[i].Select((found, view) => (found.Pixels, ReconstructionSheet.Decibels(picture.Psnr[view]))),
        ]);
        var part = path + DurableFile.PartSuffix;
        try
        {
            ReconstructionSheet.Save(
                part, audited.Network.Input.Picture, ["original", .. findings.Views.Select(view => view.Name)], [.. rows]);
            File.Move(part, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{path}: the pictures cannot be written ({e.Message.TrimEnd('.')}); name another file.");
        }
    }

    private static void Print(AuditReport report, InversionFindings findings, string? output)
    {
        var table = Tables.New().Name("view").Number("PSNR", "best", "SSIM", "recovered", "labels read");
        foreach (var view in findings.Views)
        {
            table.Row(
                view.Planned ? view.Name + " *" : view.Name,
                ReconstructionSheet.Decibels(view.MeanPsnr),
                ReconstructionSheet.Decibels(view.BestPsnr),
                view.MeanSsim is { } ssim ? Figures.Measure(ssim) : "-",
                $"{view.Recovered} of {findings.Pictures.Count}",
                $"{view.Labels} of {findings.Pictures.Count}");
        }

        Page.Print(report.Title + (report.Synthetic ? " (synthetic faces)" : ""));
        Page.Print(table);
        Page.Print("* what the plan lets a leader see");
        foreach (var paragraph in report.Section)
        {
            Page.PrintParagraph(paragraph);
        }

        if (output is not null)
        {
            Page.Print($"The pictures are in {output}; keep them where the training pictures are kept.");
        }
    }
}
