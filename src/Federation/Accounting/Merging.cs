namespace Cohort.Federation.Accounting;

/// <summary>
/// Merges cells into the points k h + s. A sweep from either tail gives each point what is left of the cells beyond it, and as much of
/// the nearest on its other side as brings their mean u to the point's; where masses grow, as they do up to the mode, uneven cuts even
/// out from point to point. What the sweeps leave around the mode gets its mean u by taking some of a neighbour's mass; where that would
/// take too much, as under rare sampling, by a choice of s.
/// </summary>
internal sealed class Merging
{
    private const int N = LossCells.PerStep;
    private const double LeastMass = 1e-280;

    // By how much of a step the rest's loss is to exceed its point's, attempt by attempt: a neighbour's mass can mend it on one side only.
    private static readonly double[] Targets = [1e-6, 1e-6, 1e-6, 1e-6, -0.02, -0.02, 0.02, 0.02, -0.05, -0.05, 0.05, 0.05, 0];

    private readonly double _step;
    private readonly double[] _p;
    private readonly double[] _q;
    private readonly double[] _growths;
    private readonly double[] _masses = [];
    private readonly int _mode;

    // What no point has got yet: cells from _from to _to, of the outermost two only a share, and what was taken in vain.
    private int _from;
    private int _to;
    private double _shareOfFrom;
    private double _shareOfTo;
    private (double P, double Q) _rest;

    private Merging(LossCells cells)
    {
        _step = N * cells.Width;
        First = (cells.First / N) - 2;
        (_p, _q) = Listed(cells);
        _growths = new double[(cells.P.Length / N) + 5];
        Masses = new double[_growths.Length];
        if (_p.Length == 0)
            return;
        _mode = Mode();
        _masses = new double[_growths.Length];
        var least = double.PositiveInfinity;
        var shift = 0.0;
        foreach (var target in Targets)
        {
            Sweep(shift);
            var over = -Math.Log(_rest.Q / _rest.P) - ((First + _mode) * _step) - shift;
            var loss = Settle(shift);
            if (loss < least)
            {
                (least, Shift) = (loss, shift);
                _masses.CopyTo(Masses, 0);
            }

            if (loss <= 1e-5)
                break;
            shift = Math.IEEERemainder(shift + over - (target * _step), _step);
        }
    }

    /// <summary>The k of the first point.</summary>
    public long First { get; }

    /// <summary>s.</summary>
    public double Shift { get; }

    /// <summary>P's probability of each point.</summary>
    public double[] Masses { get; }

    public static Merging Of(LossCells cells) => new(cells);

    /// <summary>Cells by growing loss, that of a loss of exactly 0 among them; without those too rare for doubles.</summary>
    private static (double[] P, double[] Q) Listed(LossCells cells)
    {
        var (p, q) = (new List<double>(cells.P.Length + 1), new List<double>(cells.P.Length + 1));
        for (var i = 0; i < cells.P.Length; i++)
        {
            if (cells.First + i == 0)
                Add(cells.AtZero, cells.AtZero);
            Add(cells.P[i], cells.Q[i]);
        }

        return ([.. p], [.. q]);

        void Add(double underP, double underQ)
        {
            if (underP <= LeastMass || underQ <= LeastMass)
                return;
            p.Add(underP);
            q.Add(underQ);
        }
    }

    /// <summary>The place of the point nearest to where most mass lies.</summary>
    private int Mode()
    {
        var densest = Array.IndexOf(_p, _p.Max());
        return (int)(Math.Round(-Math.Log(_q[densest] / _p[densest]) / _step) - First);
    }

    private void Sweep(double shift)
    {
        for (var k = 0; k < _growths.Length; k++)
            _growths[k] = Math.Exp(((First + k) * _step) + shift);
        Array.Clear(_masses);
        (_from, _to, _shareOfFrom, _shareOfTo, _rest) = (0, _p.Length - 1, 1, 1, (0, 0));
        SweepUp();
        SweepDown();
        for (var i = _from; i <= _to; i++)
        {
            var share = i == _from ? _shareOfFrom : i == _to ? _shareOfTo : 1;
            _rest = (_rest.P + (share * _p[i]), _rest.Q + (share * _q[i]));
        }
    }

    /// <summary>From the lowest loss up to the mode: a positive excess is a mean u above the point's.</summary>
    private void SweepUp()
    {
        for (var k = 0; k < _mode; k++)
        {
            double p = 0, q = 0, excess = 0;
            while (_from <= _to)
            {
                var each = (_q[_from] * _growths[k]) - _p[_from];
                var share = each < 0 ? Math.Min(_shareOfFrom, -excess / each) : _shareOfFrom;
                (p, q, excess) = (p + (share * _p[_from]), q + (share * _q[_from]), excess + (share * each));
                _shareOfFrom -= share;
                if (_shareOfFrom > 0)
                    break;
                (_from, _shareOfFrom) = (_from + 1, 1);
            }

            Give(k, p, q, isBalanced: _from <= _to);
        }
    }

    /// <summary>From the highest loss down to the mode.</summary>
    private void SweepDown()
    {
        for (var k = _masses.Length - 1; k > _mode; k--)
        {
            double p = 0, q = 0, excess = 0;
            while (_to > _from)
            {
                var each = (_q[_to] * _growths[k]) - _p[_to];
                var share = each > 0 ? Math.Min(_shareOfTo, -excess / each) : _shareOfTo;
                (p, q, excess) = (p + (share * _p[_to]), q + (share * _q[_to]), excess + (share * each));
                _shareOfTo -= share;
                if (_shareOfTo > 0)
                    break;
                (_to, _shareOfTo) = (_to - 1, 1);
            }

            Give(k, p, q, isBalanced: _to > _from);
        }
    }

    private void Give(int k, double p, double q, bool isBalanced)
    {
        if (isBalanced)
            _masses[k] = p;
        else
            _rest = (_rest.P + p, _rest.Q + q);
    }

    /// <summary>
    /// Gives the rest to a point, and says how much of a step was given away, on average. That a side has to give more than a hundredth of
    /// what it has counts too, as it thins out a tail.
    /// </summary>
    private double Settle(double shift)
    {
        var (p, q) = _rest;
        if (p <= 0)
            return 0;

        // A loss above the point's needs mass of lower ones, a u above the point's needs mass of higher ones.
        var excess = (q * _growths[_mode]) - p;
        var (side, asked, had) = (excess < 0 ? -1 : 1, Math.Abs(excess), 0.0);
        for (var k = _mode + side; k >= 0 && k < _masses.Length; k += side)
            had += _masses[k] * Math.Abs(PreciseMath.Expm1((_mode - k) * _step));
        for (var k = _mode + side; k >= 0 && k < _masses.Length && excess * side > 0; k += side)
        {
            var each = PreciseMath.Expm1((_mode - k) * _step);
            var taken = Math.Min(_masses[k], -excess / each);
            _masses[k] -= taken;
            (p, q, excess) = (p + taken, q + (taken / _growths[k]), taken < _masses[k] + taken ? 0 : excess + (taken * each));
        }

        // Where nobody has enough, the point below is sure not to raise delta.
        var exact = ((-Math.Log(q / p) - shift) / _step) - First;
        var place = excess * side > 0 ? (int)Math.Clamp(Math.Floor(exact), 0, _masses.Length - 1) : _mode;
        _masses[place] += p;
        return excess * side > 0
            ? (p * (exact - place)) + (side > 0 ? 1e-3 : 0)
            : asked > 0.01 * had ? 1e-3 * asked / had : 0;
    }
}
