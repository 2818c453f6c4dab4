namespace Cohort.Federation;

/// <summary>How many samples of each class every student holds; all that a grouping may know about them.</summary>
public sealed class StudentHistograms
{
    private readonly int[] _counts;

    /// <param name="classes">Number of classes C.</param>
    /// <param name="counts">Shape [students, C], row by row; kept, not copied.</param>
    /// <exception cref="ArgumentException">There is no student, the last row is incomplete, or a count is negative.</exception>
    public StudentHistograms(int classes, int[] counts)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        ArgumentNullException.ThrowIfNull(counts);
        if (counts.Length == 0 || counts.Length % classes != 0)
            throw new ArgumentException(
                $"{counts.Length} counts are not the rows of one or more students with {classes} classes each.", nameof(counts));
        var negative = Array.FindIndex(counts, count => count < 0);
        if (negative >= 0)
            throw new ArgumentException(
                $"Student {negative / classes} has {counts[negative]} samples of class {negative % classes}; "
                + "a count is 0 or more.",
                nameof(counts));
        Classes = classes;
        Students = counts.Length / classes;
        _counts = counts;
    }

    public int Students { get; }

    public int Classes { get; }

    /// <summary>Shape [C]: the student's samples of each class.</summary>
    public ReadOnlySpan<int> Of(int student) => _counts.AsSpan(student * Classes, Classes);

    /// <summary>Shape [C]: each class's share of all samples; all zero when there is no sample.</summary>
    public double[] Population()
    {
        var totals = new long[Classes];
        for (var student = 0; student < Students; student++)
        {
            var histogram = Of(student);
            for (var c = 0; c < totals.Length; c++)
                totals[c] += histogram[c];
        }

        return LabelDistribution.Of(totals);
    }
}
