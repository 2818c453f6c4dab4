namespace Cohort.Federation.SecureAggregation;

/// <summary>
/// The public numbers of a secure sum (Bonawitz et al. 2017, "Practical Secure Aggregation for Privacy-Preserving Machine
/// Learning"). They fix the modulus 2^w so that no sum of so many values can wrap around.
/// </summary>
public sealed record SecureSetup
{
    /// <summary>Fewer in a sum protect nobody: of two, each knows the other's value.</summary>
    public const int FewestStudents = 3;

    /// <summary>Shares are points of GF(2^16), of which 0 is the secret.</summary>
    public const int MostStudents = (1 << 16) - 1;

    /// <summary>The widest modulus: sums stay within 64-bit integers.</summary>
    public const int MostBits = 62;

    /// <param name="students">n, students asked.</param>
    /// <param name="threshold">t: so many have to last to the end, above n/2, so that no two sets of t can be told two
    /// stories.</param>
    /// <param name="length">Values in a vector.</param>
    /// <param name="bound">B, the largest |value| of one student, in steps of the grid, its noise included.</param>
    /// <exception cref="SecureAggregationException">No secure sum can be had with these numbers.</exception>
    public SecureSetup(int students, int threshold, int length, long bound)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(bound, 1);
        if (students is < FewestStudents or > MostStudents)
            throw new SecureAggregationException(
                $"A secure sum of {students} students protects nobody or cannot be shared out; ask {FewestStudents} to {MostStudents} "
                + "students of a group (fewer groups, or a larger client fraction).");
        if (threshold < FewestStudents || threshold > students || 2L * threshold <= students)
            throw new SecureAggregationException(
                $"A threshold of {threshold} of {students} students is refused: it has to be above half of them, "
                + $"at least {FewestStudents}, and at most all of them.");
        Students = students;
        Threshold = threshold;
        Length = length;
        Bound = bound;
        Bits = BitsFor(students, bound);
        if (Bits > MostBits)
            throw new SecureAggregationException(
                $"{students} students with values of up to {bound} steps need a modulus of {Bits} bits, and {MostBits} are the most; "
                + "take a coarser grid (privacy.fractionBits) or a smaller privacy.clip.");
    }

    /// <summary>n, students asked.</summary>
    public int Students { get; }

    /// <summary>t, students that have to last to the end.</summary>
    public int Threshold { get; }

    /// <summary>Values in a vector.</summary>
    public int Length { get; }

    /// <summary>B, the largest |value| of one student, in steps.</summary>
    public long Bound { get; }

    /// <summary>w: sums are taken modulo 2^w, the least power with -nB .. nB inside.</summary>
    public int Bits { get; }

    /// <summary>t for a share of the students asked: rounded up, above half, and at least <see cref="FewestStudents"/>.</summary>
    /// <param name="students">n, students asked.</param>
    /// <param name="share">t / n, above 0.5 and at most 1.</param>
    public static int ThresholdOf(int students, double share)
    {
        if (share is not (> 0.5 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(share), share, "The threshold's share is above 0.5 and at most 1.");
        return Math.Max((int)Math.Ceiling(share * students), Math.Max((students / 2) + 1, FewestStudents));
    }

    /// <summary>
    /// The largest |value| of an update that was clipped: |x_i| is at most |x|_2, and that at most the clipping
    /// bound.
    /// </summary>
    /// <param name="clip">The clipping bound S, in the unit of the update.</param>
    /// <param name="grid">The grid that it is put on.</param>
    public static long BoundOf(double clip, FixedPointGrid grid)
    {
        ArgumentNullException.ThrowIfNull(grid);
        L2Clipping.RequireBound(clip);
        var steps = Math.Ceiling(clip / grid.Step);
        // A value beyond 32 bits is refused when it is put on the grid.
        return (long)Math.Clamp(steps, 1, 1L << 31);
    }

    private static int BitsFor(int students, long bound)
    {
        // nB <= 2^(w-1) - 1, so the 2nB + 1 values -nB .. nB are different modulo 2^w.
        var largest = (UInt128)(ulong)students * (ulong)bound;
        var bits = 2;
        while (largest > (UInt128.One << (bits - 1)) - 1)
            bits++;
        return bits;
    }
}
