namespace Cohort.Model.Evaluation;

/// <summary>One point of a curve: at some threshold, the shares of others and of members that are taken for members.</summary>
/// <param name="FalsePositives">FPR.</param>
/// <param name="TruePositives">TPR.</param>
public readonly record struct RocPoint(double FalsePositives, double TruePositives);

/// <summary>How well a score tells members, who should score high, from others.</summary>
public sealed class RocCurve
{
    private readonly double[] _members;
    private readonly double[] _others;

    /// <param name="members">A score each; at least one.</param>
    /// <param name="others">A score each; at least one.</param>
    public RocCurve(IEnumerable<double> members, IEnumerable<double> others)
    {
        (_members, _others) = ([.. members], [.. others]);
        if (_members.Length == 0 || _others.Length == 0)
        {
            throw new ArgumentException($"A curve needs members and others; there are {_members.Length} and {_others.Length}.");
        }

        Array.Sort(_members);
        Array.Sort(_others);
    }

    /// <summary>The probability that a member scores above another; ties count half. 0.5 is a coin.</summary>
    public double Area
    {
        get
        {
            var wins = 0.0;
            foreach (var score in _members)
            {
                wins += (Below(_others, score) + AtMost(_others, score)) / 2.0;
            }

            return wins / ((double)_members.Length * _others.Length);
        }
    }

    /// <summary>
    /// The greatest TPR of any threshold whose FPR is no more than this (Carlini et al. 2022 ask at 0.1 % and 1 %).
    /// </summary>
    public double TruePositivesAt(double falsePositives)
    {
        var allowed = (int)Math.Floor(falsePositives * _others.Length);
        if (allowed >= _others.Length)
        {
            return 1;
        }

        var threshold = _others[_others.Length - 1 - allowed];
        return (double)(_members.Length - AtMost(_members, threshold)) / _members.Length;
    }

    /// <summary>The curve from (0, 0) to (1, 1).</summary>
    /// <param name="steps">Into how many steps of FPR it is cut.</param>
    public IReadOnlyList<RocPoint> Points(int steps)
        => [.. Enumerable.Range(0, steps + 1).Select(i => new RocPoint((double)i / steps, TruePositivesAt((double)i / steps)))];

    private static int Below(double[] sorted, double value) => Count(sorted, value, orEqual: false);

    private static int AtMost(double[] sorted, double value) => Count(sorted, value, orEqual: true);

    private static int Count(double[] sorted, double value, bool orEqual)
    {
        var (low, high) = (0, sorted.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = sorted[middle] < value || (orEqual && sorted[middle] == value) ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
