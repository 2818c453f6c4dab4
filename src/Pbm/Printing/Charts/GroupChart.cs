using System.Globalization;
using Cohort.Federation;
using Cohort.Pbm.Commands;

namespace Cohort.Pbm.Printing.Charts;

/// <summary>
/// Groups against the population: the balanced groups' labels as bars beside everybody's, a table of all algorithms, and, where
/// groups were formed by noised reports too, balance against epsilon.
/// </summary>
internal sealed class GroupChart : IChart
{
    private const double Edge = 32;
    private const double Names = 70; // left of the first panel
    private const double PanelWidth = 148;
    private const double PanelGap = 18;
    private const double ClassHeight = 17;
    private const double PanelHead = 22;
    private const double PanelFoot = 28;
    private const int PerRow = 5;
    private const int MostPanels = 20;
    private const double BarsTop = 118;
    private const double TableRow = 22;
    private const double CurveHeight = 250;

    private readonly string _students;
    private readonly IReadOnlyList<string> _classes;
    private readonly double[] _population;
    private readonly ComparedGrouping _shown;
    private readonly IReadOnlyList<GroupBalance> _panels;
    private readonly IReadOnlyList<ComparedGrouping> _table;
    private readonly IReadOnlyList<ComparedGrouping> _noised;
    private readonly double _panelHeight;
    private readonly double _tableTop;
    private readonly double _curveTop;

    /// <param name="students">Who is grouped, as the beginning of a sentence.</param>
    /// <param name="classes">The classes' names.</param>
    /// <param name="population">Shape [C]: each class's share.</param>
    /// <param name="compared">By every algorithm, without and with noise.</param>
    public GroupChart(string students, IReadOnlyList<string> classes, double[] population, IReadOnlyList<ComparedGrouping> compared)
    {
        (_students, _classes, _population) = (students, classes, population);
        _table = [.. compared.Where(one => one.Epsilon is null)];
        _noised = [.. compared.Where(one => one.Epsilon is not null)];
        _shown = _table.First(one => string.Equals(one.Algorithm, new BalancedGrouping().Name, StringComparison.Ordinal));
        _panels = _shown.Groups.Count <= MostPanels
            ? _shown.Groups
            : [.. _shown.Groups.OrderByDescending(group => group.KullbackLeibler).Take(MostPanels)];
        _panelHeight = PanelHead + (classes.Count * ClassHeight) + PanelFoot;
        _tableTop = BarsTop + ((((_panels.Count - 1) / PerRow) + 1) * _panelHeight) + 34;
        _curveTop = _tableTop + ((_table.Count + 1) * TableRow) + 62;
        Height = _noised.Count > 0 ? _curveTop + CurveHeight + 64 : _curveTop - 30;
    }

    public double Width => (2 * Edge) + Names + (PerRow * PanelWidth) + ((PerRow - 1) * PanelGap);

    public double Height { get; }

    public void Draw(ICanvas canvas)
    {
        canvas.Text(Edge, 44, $"{Figures.Count(_shown.Groups.Count, _shown.Algorithm + " group")} against the population", 20, Colour.Ink, bold: true);
        var which = _panels.Count < _shown.Groups.Count ? $" The {_panels.Count} worst groups are shown." : "";
        canvas.Text(Edge, 68, $"{_students}.{which} KL: divergence of a group's labels from the population's, in nats.", 13, Colour.Faint);
        canvas.Rectangle(Edge, 84, 22, 10, Colour.Series[0]);
        canvas.Text(Edge + 28, 93, "group", 12, Colour.Ink);
        canvas.Rectangle(Edge + 84, 82, 3, 14, Colour.Ink);
        canvas.Text(Edge + 93, 93, "population", 12, Colour.Ink);

        var most = Math.Max(_population.Max(), _panels.Max(group => group.Distribution.Max()));
        for (var i = 0; i < _panels.Count; i++)
        {
            var (row, column) = Math.DivRem(i, PerRow);
            DrawPanel(canvas, _panels[i], Edge + Names + (column * (PanelWidth + PanelGap)), BarsTop + (row * _panelHeight), most, named: column == 0);
        }

        DrawTable(canvas);
        if (_noised.Count > 0)
        {
            DrawCurve(canvas);
        }
    }

    private void DrawPanel(ICanvas canvas, GroupBalance group, double left, double top, double most, bool named)
    {
        var (bars, foot) = (top + PanelHead, top + PanelHead + (_classes.Count * ClassHeight));
        canvas.Text(left, top + 14, $"group {group.Group}", 12, Colour.Ink, bold: true);
        canvas.Text(left + PanelWidth, top + 14, $"KL {Figures.Measure(group.KullbackLeibler)}", 11, Colour.Faint, Anchor.End);
        var step = StepOf(most);
        for (var share = 0.0; share <= most + 1e-9; share += step)
        {
            var x = left + (share / most * PanelWidth);
            canvas.Line(x, bars, x, foot, 1, Colour.Rule);
            canvas.Text(x, foot + 14, share.ToString("P0", CultureInfo.InvariantCulture).Replace(" ", "", StringComparison.Ordinal), 10, Colour.Faint, share == 0 ? Anchor.Start : Anchor.Middle);
        }

        for (var c = 0; c < _classes.Count; c++)
        {
            var y = bars + (c * ClassHeight);
            if (named)
            {
                canvas.Text(left - 8, y + 12, Short(_classes[c]), 11, Colour.Ink, Anchor.End);
            }

            canvas.Rectangle(left, y + 3, group.Distribution[c] / most * PanelWidth, ClassHeight - 6, Colour.Series[0]);
            canvas.Rectangle(left + (_population[c] / most * PanelWidth) - 1.5, y + 1, 3, ClassHeight - 2, Colour.Ink);
        }

        canvas.Line(left, bars, left, foot, 1, Colour.Faint);
    }

    private void DrawTable(ICanvas canvas)
    {
        string[] heads = ["algorithm", "mean KL", "worst KL", "mean TV", "worst TV", "students a group", "samples a group", "seconds"];
        double[] ends = [0, 180, 270, 360, 450, 580, 730, 830];
        canvas.Text(Edge, _tableTop, "All algorithms on the same students", 15, Colour.Ink, bold: true);
        var y = _tableTop + 26;
        Row(heads, bold: true);
        canvas.Line(Edge, y + 7, Edge + ends[^1], y + 7, 1, Colour.Faint);
        foreach (var one in _table)
        {
            y += TableRow;
            Row(
                [
                    one.Algorithm,
                    Figures.Measure(one.MeanKl),
                    Figures.Measure(one.MaxKl),
                    Figures.Measure(one.MeanTotalVariation),
                    Figures.Measure(one.MaxTotalVariation),
                    Range(one.LeastStudents, one.MostStudents),
                    Range(one.LeastSamples, one.MostSamples),
                    one.Seconds.ToString("F3", CultureInfo.InvariantCulture),
                ],
                bold: false);
        }

        void Row(string[] cells, bool bold)
        {
            for (var i = 0; i < cells.Length; i++)
            {
                canvas.Text(Edge + ends[i], y, cells[i], 12, bold ? Colour.Faint : Colour.Ink, i == 0 ? Anchor.Start : Anchor.End, bold && i == 0);
            }
        }
    }

    private void DrawCurve(ICanvas canvas)
    {
        var epsilons = _noised.Select(one => one.Epsilon!.Value).Distinct().Order().ToArray();
        var algorithms = _noised.Select(one => one.Algorithm).Distinct(StringComparer.Ordinal).ToArray();
        var random = _table[0].MeanKl;
        double[] values = [.. _noised.Concat(_table).Select(one => Math.Max(one.MeanKl, 1e-7))];
        var (low, high) = (Math.Floor(Math.Log10(values.Min())), Math.Ceiling(Math.Log10(values.Max())));
        var (left, right) = (Edge + Names, Edge + Names + 560);
        var (top, bottom) = (_curveTop + 26, _curveTop + CurveHeight);

        canvas.Text(Edge, _curveTop, "Balance against the privacy of reports", 15, Colour.Ink, bold: true);
        for (var power = low; power <= high; power++)
        {
            var y = Y(Math.Pow(10, power));
            canvas.Line(left, y, right, y, 1, Colour.Rule);
            canvas.Text(left - 8, y + 4, Math.Pow(10, power).ToString("0.#######", CultureInfo.InvariantCulture), 11, Colour.Faint, Anchor.End);
        }

        canvas.Text(Edge, top - 8, "mean KL", 11, Colour.Faint);
        for (var i = 0; i <= epsilons.Length; i++)
        {
            var text = i < epsilons.Length ? epsilons[i].ToString("0.######", CultureInfo.InvariantCulture) : "no noise";
            canvas.Text(X(i), bottom + 18, text, 11, Colour.Faint, Anchor.Middle);
        }

        canvas.Text((left + right) / 2, bottom + 38, "epsilon of a student's report, for each sample", 12, Colour.Ink, Anchor.Middle);
        canvas.Line(left, Y(random), right, Y(random), 2, Colour.Faint);
        var labels = new List<(double Y, string Text, int Series)> { (Y(random), "random", -1) };
        for (var series = 0; series < algorithms.Length; series++)
        {
            var points = epsilons.Select(epsilon => _noised.First(one => one.Epsilon == epsilon && Is(one, algorithms[series])))
                .Append(_table.First(one => Is(one, algorithms[series])))
                .Select((one, i) => (X: X(i), Y: Y(Math.Max(one.MeanKl, 1e-7)))).ToArray();
            for (var i = 1; i < points.Length; i++)
            {
                canvas.Line(points[i - 1].X, points[i - 1].Y, points[i].X, points[i].Y, 2, Colour.Series[series % Colour.Series.Count]);
            }

            foreach (var (x, y) in points)
            {
                canvas.Marker(x, y, series);
            }

            labels.Add((points[^1].Y, algorithms[series], series));
        }

        // Names stand beside the lines' ends, pushed apart where these meet.
        var last = double.NegativeInfinity;
        foreach (var (y, text, series) in labels.OrderBy(label => label.Y))
        {
            last = Math.Max(y, last + 17);
            if (series >= 0)
            {
                canvas.Marker(right + 22, last, series);
            }
            else
            {
                canvas.Line(right + 14, last, right + 30, last, 2, Colour.Faint);
            }

            canvas.Text(right + 36, last + 4, text, 12, Colour.Ink);
        }

        double X(int i) => left + 20 + (i * (right - left - 40) / epsilons.Length);
        double Y(double kl) => bottom - ((Math.Log10(kl) - low) / Math.Max(1, high - low) * (bottom - top));
    }

    private static bool Is(ComparedGrouping one, string algorithm) => string.Equals(one.Algorithm, algorithm, StringComparison.Ordinal);

    private static double StepOf(double most) => most switch
    {
        <= 0.15 => 0.05,
        <= 0.35 => 0.1,
        <= 0.7 => 0.2,
        _ => 0.5,
    };

    private static string Short(string name) => name.Length <= 10 ? name : name[..9] + ".";

    private static string Range(long least, long most)
        => least == most ? Figures.Count(least) : $"{Figures.Count(least)} to {Figures.Count(most)}";
}
