namespace Cohort.Model.Evaluation;

/// <summary>How often each class was taken for each: rows are actual classes, columns predicted ones.</summary>
public sealed class ConfusionMatrix
{
    private readonly long[] _counts;

    public ConfusionMatrix(int classes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(classes);
        Classes = classes;
        _counts = new long[classes * classes];
    }

    public int Classes { get; }

    /// <summary>Samples counted.</summary>
    public long Total => _counts.Sum();

    public long this[int actual, int predicted] => _counts[Index(actual, predicted)];

    public void Add(int actual, int predicted, long times = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(times);
        _counts[Index(actual, predicted)] += times;
    }

    /// <summary>Adds the counts of another matrix over the same classes.</summary>
    public void Add(ConfusionMatrix other)
    {
        if (other.Classes != Classes)
            throw new ArgumentException($"A confusion matrix of {other.Classes} classes cannot be added to one of {Classes}.");
        for (var i = 0; i < _counts.Length; i++)
            _counts[i] += other._counts[i];
    }

    /// <summary>Samples that are of the class.</summary>
    public long Actual(int label) => Enumerable.Range(0, Classes).Sum(p => this[label, p]);

    /// <summary>Samples that were taken for the class.</summary>
    public long Predicted(int label) => Enumerable.Range(0, Classes).Sum(a => this[a, label]);

    /// <summary>
    /// Counts as rows of actual classes, <c>[classes][classes]</c>: the form that the ledger and JSON output carry.
    /// </summary>
    public long[][] ToRows() => [.. Enumerable.Range(0, Classes).Select(a => _counts.AsSpan(a * Classes, Classes).ToArray())];

    /// <exception cref="ArgumentException">The rows are no square, or a count is negative.</exception>
    public static ConfusionMatrix FromRows(IReadOnlyList<long[]> rows)
    {
        var matrix = new ConfusionMatrix(rows.Count);
        for (var actual = 0; actual < rows.Count; actual++)
        {
            if (rows[actual].Length != rows.Count)
                throw new ArgumentException($"Row {actual} of a confusion matrix of {rows.Count} classes has " +
                    $"{rows[actual].Length} counts.");
            for (var predicted = 0; predicted < rows.Count; predicted++)
                matrix.Add(actual, predicted, rows[actual][predicted]);
        }
        return matrix;
    }

    private int Index(int actual, int predicted)
    {
        if ((uint)actual >= (uint)Classes || (uint)predicted >= (uint)Classes)
            throw new ArgumentOutOfRangeException(nameof(actual),
                $"Class {actual} taken for {predicted}: both must be from 0 to {Classes - 1}.");
        return (actual * Classes) + predicted;
    }
}
