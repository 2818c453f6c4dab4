namespace Cohort.Federation.Accounting;

/// <summary>
/// Merges cells into the points k h + s. A sweep from either tail gives each point what is left of the cells beyond it and as much of the
/// nearest on its other side as brings their mean u to the point's; where masses grow, as they do up to the mode, an uneven cut evens out
/// from point to point. What is left between the sweeps, around the mode, goes to one point, and s is chosen so that it has the mean
/// u of that point; whatever it lacks is given away by taking the point below.
/// </summary>
internal sealed class Merging
{
    private const int N = LossCells.PerStep;
    private const double LeastMass = 1e-280;

    private readonly double _step;
    private readonly double[] _p;
    private readonly double[] _q;
    private readonly double[] _growths;
    private readonly int _mode;

    public Merging(LossCells cells)
    {
        _step = N * cells.Width;
        First = (cells.First / N) - 2;
        (_p, _q) = Listed(cells);
        _growths = new double[(cells.P.Length / N) + 5];
        for (var k = 0; k < _growths.Length; k++)
            _growths[k] = Math.Exp((First + k) * _step);
        _mode = Mode(cells);
    }

    /// <summary>The k of the first point.</summary>
    public long First { get; }

    /// <summary>The masses of the points, and their s.</summary>
    public (double[] Masses, double Shift) Best()
    {
        // What the rest's mean exceeds its point by falls as s grows.
        var (low, high) = (-_step, _step);
        var masses = new double[_growths.Length];
        if (Excess(low, masses) >= 0)
        {
            for (var i = 0; i < 40; i++)
            {
                var middle = 0.5 * (low + high);
                (low, high) = Excess(middle, masses) >= 0 ? (middle, high) : (low, middle);
            }
        }

        Excess(low, masses);
        return (masses, low);
    }

    /// <summary>Merges at a shift; says what the rest's loss exceeds that of the mode's point by.</summary>
    private double Excess(double shift, double[] masses)
    {
        Array.Clear(masses);
        var grown = Math.Exp(shift);
        var (from, to) = (0, _p.Length - 1);
        double fromLeft = 1, toLeft = 1, restP = 0, restQ = 0;
        for (var k = 0; k < _mode; k++)
        {
            var growth = _growths[k] * grown;
            double p = 0, q = 0, excess = 0;
            while (from <= to)
            {
                var each = (_q[from] * growth) - _p[from];
                var share = each > 0 ? fromLeft : Math.Min(fromLeft, each < 0 ? -excess / each : fromLeft);
                (p, q, excess) = (p + (share * _p[from]), q + (share * _q[from]), excess + (share * each));
                fromLeft -= share;
                if (fromLeft > 0)
                    break;
                (from, fromLeft) = (from + 1, 1);
            }

            if (from <= to)
                masses[k] = p;
            else
                (restP, restQ) = (restP + p, restQ + q);
        }

        for (var k = masses.Length - 1; k > _mode; k--)
        {
            var growth = _growths[k] * grown;
            double p = 0, q = 0, excess = 0;
            while (to > from)
            {
                var each = (_q[to] * growth) - _p[to];
                var share = each < 0 ? toLeft : Math.Min(toLeft, each > 0 ? -excess / each : toLeft);
                (p, q, excess) = (p + (share * _p[to]), q + (share * _q[to]), excess + (share * each));
                toLeft -= share;
                if (toLeft > 0)
                    break;
                (to, toLeft) = (to - 1, 1);
            }

            if (to > from)
                masses[k] = p;
            else
                (restP, restQ) = (restP + p, restQ + q);
        }

        for (var i = from; i <= to; i++)
        {
            var share = i == from ? fromLeft : i == to ? toLeft : 1;
            (restP, restQ) = (restP + (share * _p[i]), restQ + (share * _q[i]));
        }

        if (restP <= 0)
            return 0;
        var over = -Math.Log(restQ / restP) - ((First + _mode) * _step) - shift;
        masses[Math.Clamp(_mode + (int)Math.Floor(over / _step), 0, masses.Length - 1)] += restP;
        return over;
    }

    /// <summary>Cells by growing loss, that of a loss of exactly 0 among them; without those too rare for doubles.</summary>
    private static (double[] P, double[] Q) Listed(LossCells cells)
    {
        var (p, q) = (new List<double>(cells.P.Length + 1), new List<double>(cells.P.Length + 1));
        for (var i = 0; i < cells.P.Length; i++)
        {
            if (cells.AtZero > 0 && cells.First + i == 0)
            {
                p.Add(cells.AtZero);
                q.Add(cells.AtZero);
            }

            if (cells.P[i] > LeastMass && cells.Q[i] > LeastMass)
            {
                p.Add(cells.P[i]);
                q.Add(cells.Q[i]);
            }
        }

        return ([.. p], [.. q]);
    }

    /// <summary>The place of the point nearest to where most mass lies.</summary>
    private int Mode(LossCells cells)
    {
        var densest = Array.IndexOf(_p, _p.Max());
        return (int)(Math.Round(-Math.Log(_q[densest] / _p[densest]) / _step) - First);
    }
}
