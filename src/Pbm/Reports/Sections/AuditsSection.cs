namespace Cohort.Pbm.Reports.Sections;

/// <summary>What attacks on the models have shown, where somebody has made them.</summary>
internal sealed class AuditsSection : IReportSection
{
    public string Title => "Audits";

    public IEnumerable<IReportPart> PartsOf(RunReport report)
    {
        foreach (var (model, audit) in report.Models.SelectMany(model => model.Audits.Select(audit => (model, audit))))
        {
            foreach (var paragraph in audit.Section)
            {
                yield return new Paragraph($"{model.Name}: {paragraph}");
            }

            if (audit.Inversion is { } inversion)
            {
                yield return new Figure(
                    $"audit-inversion-{FileWord.Of(model.Name)}",
                    $"Pictures rebuilt from single updates of {model.Name} ({inversion.Attack}); PSNR in dB.",
                    ReportTable.Of(["view"], ["PSNR", "best", "recovered", "labels read"], inversion.Views.Select(view => (IReadOnlyList<ReportCell>)
                    [
                        ReportCell.Text(view.Planned ? view.Name + " (as planned)" : view.Name), ReportCell.Measure(view.MeanPsnr), ReportCell.Measure(view.BestPsnr),
                        ReportCell.Count(view.Recovered), ReportCell.Count(view.Labels),
                    ])));
            }

            if (audit.Membership is { } membership)
            {
                yield return new Figure(
                    $"audit-membership-{FileWord.Of(model.Name)}",
                    $"Whether training samples of {model.Name} can be told from others.",
                    ReportTable.Of(
                        ["attack", "unit"],
                        ["members", "others", "area", "TPR at 0.1 %", "TPR at 1 %", "epsilon at least"],
                        membership.Attacks.Select(attack => (IReadOnlyList<ReportCell>)
                        [
                            ReportCell.Text(attack.Name), ReportCell.Text(attack.Unit), ReportCell.Count(attack.Members), ReportCell.Count(attack.Others),
                            ReportCell.Measure(attack.Area), ReportCell.Share(attack.TruePositivesAtTenth), ReportCell.Share(attack.TruePositivesAtOne),
                            ReportCell.Measure(attack.EpsilonLowerBound),
                        ])));
            }
        }
    }
}
