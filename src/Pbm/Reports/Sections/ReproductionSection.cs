using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Cohort.Pbm.Reports.Sections;

/// <summary>What somebody needs who wants the same again.</summary>
internal sealed class ReproductionSection : IReportSection
{
    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public string Title => "Reproduction";

    public IEnumerable<IReportPart> PartsOf(RunReport report)
    {
        yield return new Paragraph("The same plan, seed and data give the same model, bit for bit, on the same kind of processor; with a run's own secret noise, another.");
        yield return new Figure(
            "reproduction",
            "What determines each model.",
            ReportTable.Of(["model", "hash", "run", "plan", "data digest"], ["seed"], report.Models.Select(model =>
            {
                var run = report.Runs.FirstOrDefault(run => string.Equals(run.Run, model.Run, StringComparison.Ordinal));
                return (IReadOnlyList<ReportCell>)
                [
                    ReportCell.Text(model.Name), ReportCell.Text(model.Evaluation.Model), ReportCell.Text(run?.Run ?? "-"), ReportCell.Text(run?.PlanDigest ?? "-"),
                    ReportCell.Text(run?.DataDigest ?? "-"), run is null ? ReportCell.Text("-") : ReportCell.Count(run.Seed),
                ];
            })));
        foreach (var run in report.Runs)
        {
            yield return new Listing($"Trains {run.Run} again, once the plan below is in plan.json:", run.Command);
            yield return new Listing($"The plan of {run.Run}:", JsonNode.Parse(run.PlanJson)!.ToJsonString(s_indented));
        }
    }
}
