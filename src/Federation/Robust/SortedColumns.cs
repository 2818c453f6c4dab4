using System.Numerics;
using System.Runtime.InteropServices;

namespace Cohort.Federation;

/// <summary>
/// Sorts the values that several updates have at one coordinate, for all coordinates: a block of columns at a time, which fits the
/// cache, by a sorting network (Batcher's merge exchange; Knuth, The Art of Computer Programming 3, 5.2.2, Algorithm M), whose
/// comparisons are the same for every column and thus go a vector at a time.
/// </summary>
internal static class SortedColumns
{
    /// <summary>Columns in a block.</summary>
    public const int Width = 256;

    /// <summary>What a rule makes of sorted columns.</summary>
    /// <param name="sorted">Shape [n, <see cref="Width"/>]: ascending from row to row.</param>
    /// <param name="combined">Shape [columns], at most <see cref="Width"/>.</param>
    public delegate void Rule(ReadOnlySpan<int> sorted, Span<int> combined);

    /// <param name="updates">n updates of shape [d].</param>
    /// <param name="combined">Shape [d].</param>
    /// <param name="rule">Is given one block after the other.</param>
    public static void Combine(IReadOnlyList<int[]> updates, Span<int> combined, Rule rule)
    {
        var rows = new int[updates.Count * Width];
        for (var first = 0; first < combined.Length; first += Width)
        {
            var columns = Math.Min(Width, combined.Length - first);
            for (var row = 0; row < updates.Count; row++)
                updates[row].AsSpan(first, columns).CopyTo(rows.AsSpan(row * Width));
            Sort(rows, updates.Count);
            rule(rows, combined.Slice(first, columns));
        }
    }

    private static void Sort(int[] rows, int count)
    {
        if (count < 2)
            return;
        var top = 1 << BitOperations.Log2((uint)(count - 1));
        for (var p = top; p > 0; p >>= 1)
        {
            var (q, r, d) = (top, 0, p);
            while (true)
            {
                for (var i = 0; i < count - d; i++)
                {
                    if ((i & p) == r)
                        Exchange(rows.AsSpan(i * Width, Width), rows.AsSpan((i + d) * Width, Width));
                }

                if (q == p)
                    break;
                d = q - p;
                q >>= 1;
                r = p;
            }
        }
    }

    private static void Exchange(Span<int> lower, Span<int> upper)
    {
        var low = MemoryMarshal.Cast<int, Vector<int>>(lower);
        var high = MemoryMarshal.Cast<int, Vector<int>>(upper);
        for (var i = 0; i < low.Length; i++)
            (low[i], high[i]) = (Vector.Min(low[i], high[i]), Vector.Max(low[i], high[i]));
    }
}
