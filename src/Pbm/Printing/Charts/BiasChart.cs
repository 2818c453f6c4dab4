using Cohort.Model.Evaluation.Bias;
using Cohort.Pbm.Commands;

namespace Cohort.Pbm.Printing.Charts;

/// <summary>The groups of each attribute beside each other: accuracy, and recall by class.</summary>
internal sealed class BiasChart : IChart
{
    private readonly IReadOnlyList<RangeChart> _charts;

    /// <exception cref="CommandException">There is no attribute of few values.</exception>
    public BiasChart(BiasReport report)
    {
        _charts = [.. report.Attributes.Where(bias => bias.Groups.Count > 0).Select(Of)];
        if (_charts.Count == 0)
        {
            throw new CommandException("--plot draws groups side by side, and no attribute has so few values; name another with --by.");
        }
    }

    public double Width => _charts.Max(chart => chart.Width);

    public double Height => _charts.Sum(chart => chart.Height);

    /// <summary>One attribute's groups.</summary>
    public static RangeChart Of(AttributeBias bias) => new(
        $"Accuracy and recall by {bias.Attribute}",
        bias.Resamples > 0 ? "share of samples found, with 95 % intervals; a cross: fewer samples than --least" : "share of samples found; a cross: fewer samples than --least",
        [.. bias.Groups.Select(group => $"{group.Value} ({Figures.Count(group.Samples)})")],
        [
            new("all classes", [.. bias.Groups.Select(group => new RangeValue(group.Accuracy, group.AccuracyInterval, group.IsSmall))]),
            .. Enumerable.Range(0, bias.Groups[0].Classes.Count).Select(label => new RangeRow(
                bias.Groups[0].Classes[label].Name,
                [.. bias.Groups.Select(group => group.Classes[label]).Select(of => of.Recall is { } recall
                    ? new RangeValue(recall, of.RecallInterval, of.IsSmall)
                    : null)])),
        ]);

    public void Draw(ICanvas canvas)
    {
        var top = 0.0;
        foreach (var chart in _charts)
        {
            chart.Draw(new ShiftedCanvas(canvas, 0, top));
            top += chart.Height;
        }
    }
}
