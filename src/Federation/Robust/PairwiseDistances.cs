namespace Cohort.Federation;

/// <summary>
/// The squared Euclidean distances between n updates of d values, O(n^2 d): a block of coordinates of all updates at a time, which fits
/// the cache and is converted once.
/// </summary>
internal sealed class PairwiseDistances
{
    private readonly double[] _squares;
    private readonly int _count;

    /// <param name="updates">n updates of shape [d], in steps of the grid.</param>
    public PairwiseDistances(IReadOnlyList<int[]> updates)
    {
        _count = updates.Count;
        _squares = new double[_count * _count];
        var rows = new double[_count * FixedOrderSum.Block];
        for (var first = 0; first < updates[0].Length; first += FixedOrderSum.Block)
        {
            for (var i = 0; i < _count; i++)
                FixedOrderSum.Widen(updates[i], first, Row(rows, i));
            for (var i = 1; i < _count; i++)
            {
                for (var j = 0; j < i; j++)
                    _squares[(i * _count) + j] += FixedOrderSum.SquaredDistance(Row(rows, i), Row(rows, j));
            }
        }

        for (var i = 1; i < _count; i++)
        {
            for (var j = 0; j < i; j++)
                _squares[(j * _count) + i] = _squares[(i * _count) + j];
        }
    }

    /// <summary>|x_i - x_j|^2, in squared steps.</summary>
    public double this[int i, int j] => _squares[(i * _count) + j];

    private static Span<double> Row(double[] rows, int i) => rows.AsSpan(i * FixedOrderSum.Block, FixedOrderSum.Block);
}
