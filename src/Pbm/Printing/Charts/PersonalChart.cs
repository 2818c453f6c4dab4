using Cohort.Model.Evaluation;
using Cohort.Pbm.Commands;

namespace Cohort.Pbm.Printing.Charts;

/// <summary>
/// Personal models against the global one: how many students have which accuracy, every student as a point, and the figures of both
/// distributions.
/// </summary>
/// <param name="report">What was judged.</param>
internal sealed class PersonalChart(PersonalReport report) : IChart
{
    private const double Edge = 32;
    private const double Axis = 44; // left of a panel, for its numbers
    private const double PanelTop = 156;
    private const double Side = 340; // of both panels, so that the points' diagonal is one
    private const double Gap = 56;
    private const double TableTop = PanelTop + Side + 78;
    private const double TableRow = 22;

    private static readonly string[] s_heads = ["accuracy", "global", "personal"];
    private static readonly double[] s_ends = [0, 260, 360];

    public double Width => (2 * Edge) + (2 * Axis) + (2 * Side) + Gap;

    public double Height => TableTop + ((ModelPersonaliseCommand.Rows.Count + 1) * TableRow) + 24;

    public void Draw(ICanvas canvas)
    {
        canvas.Text(Edge, 44, $"Personal models of {Figures.Count(report.Students, "student")}", 20, Colour.Ink, bold: true);
        canvas.Text(
            Edge,
            68,
            $"{report.MethodInWords}, on {Figures.Count(report.HeldOut, "sample")} of {report.Data}{(report.Synthetic ? " (synthetic)" : "")} kept from training.",
            13,
            Colour.Faint);
        canvas.Text(Edge, 88, ModelPersonaliseCommand.Outcome(report), 13, Colour.Faint);
        canvas.Rectangle(Edge, 104, 22, 10, Colour.Faint);
        canvas.Text(Edge + 28, 113, "global model", 12, Colour.Ink);
        canvas.Rectangle(Edge + 130, 104, 22, 10, Colour.Series[0]);
        canvas.Text(Edge + 158, 113, "personal models", 12, Colour.Ink);
        DrawHistogram(canvas, Edge + Axis);
        DrawPoints(canvas, Edge + Axis + Side + Gap + Axis);
        DrawTable(canvas);
    }

    private void DrawHistogram(ICanvas canvas, double left)
    {
        const double Bottom = PanelTop + Side;
        const double Bin = Side / AccuracyDistribution.Bins;
        canvas.Text(left - Axis, PanelTop - 14, "How many students have which accuracy", 13, Colour.Ink, bold: true);
        var most = Math.Max(report.Global.Histogram.Max(), report.Personal.Histogram.Max());
        var step = StepOf(most);
        for (var count = 0; count <= most; count += step)
        {
            var y = Bottom - (count / (double)most * Side);
            canvas.Line(left, y, left + Side, y, 1, Colour.Rule);
            canvas.Text(left - 8, y + 4, Figures.Count(count), 11, Colour.Faint, Anchor.End);
        }

        for (var bin = 0; bin < AccuracyDistribution.Bins; bin++)
        {
            var x = left + (bin * Bin);
            Bar(report.Global.Histogram[bin], x + (0.08 * Bin), Colour.Faint);
            Bar(report.Personal.Histogram[bin], x + (0.5 * Bin), Colour.Series[0]);
        }

        canvas.Line(left, Bottom, left + Side, Bottom, 1, Colour.Faint);
        DrawShares(canvas, left);

        void Bar(int students, double x, Colour colour)
        {
            var height = students / (double)most * Side;
            canvas.Rectangle(x, Bottom - height, 0.42 * Bin, height, colour);
        }
    }

    private void DrawPoints(ICanvas canvas, double left)
    {
        const double Bottom = PanelTop + Side;
        canvas.Text(left - Axis, PanelTop - 14, "Every student: above the line, own is better", 13, Colour.Ink, bold: true);
        for (var tenth = 0; tenth <= 10; tenth += 2)
        {
            var y = Bottom - (tenth / 10.0 * Side);
            canvas.Line(left, y, left + Side, y, 1, Colour.Rule);
            canvas.Text(left - 8, y + 4, $"{10 * tenth}%", 11, Colour.Faint, Anchor.End);
        }

        canvas.Line(left, Bottom, left + Side, PanelTop, 1.5, Colour.Faint);
        foreach (var student in report.Accuracies)
        {
            canvas.Marker(left + (student.Global * Side), Bottom - (student.Personal * Side), 0);
        }

        DrawShares(canvas, left);
        canvas.Text(left + (Side / 2), Bottom + 40, "accuracy of the global model", 12, Colour.Ink, Anchor.Middle);
    }

    private static void DrawShares(ICanvas canvas, double left)
    {
        for (var tenth = 0; tenth <= 10; tenth += 2)
        {
            canvas.Text(left + (tenth / 10.0 * Side), PanelTop + Side + 18, $"{10 * tenth}%", 11, Colour.Faint, Anchor.Middle);
        }
    }

    private void DrawTable(ICanvas canvas)
    {
        var y = TableTop;
        Row(s_heads, Colour.Faint);
        canvas.Line(Edge, y + 7, Edge + s_ends[^1], y + 7, 1, Colour.Faint);
        foreach (var (name, of) in ModelPersonaliseCommand.Rows)
        {
            y += TableRow;
            Row([name, Figures.Accuracy(of(report.Global)), Figures.Accuracy(of(report.Personal))], Colour.Ink);
        }

        void Row(string[] cells, Colour colour)
        {
            for (var i = 0; i < cells.Length; i++)
            {
                canvas.Text(Edge + s_ends[i], y, cells[i], 12, colour, i == 0 ? Anchor.Start : Anchor.End);
            }
        }
    }

    /// <summary>1, 2 or 5 times a power of ten: at most seven lines.</summary>
    private static int StepOf(int most)
    {
        for (var power = 1; ; power *= 10)
        {
            foreach (var step in (int[])[power, 2 * power, 5 * power])
            {
                if (most / step <= 6)
                {
                    return step;
                }
            }
        }
    }
}
