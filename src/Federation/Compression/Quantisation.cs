namespace Cohort.Federation;

/// <summary>
/// Stochastic uniform quantisation (Alistarh et al. 2017, "QSGD", section 3.1, with the greatest magnitude of a bucket for its norm as in
/// section 5; in federated averaging Reisizadeh et al. 2020, "FedPAQ"). A bucket's values become multiples of its step D, the least of
/// which 2^(b-1) - 1 reach its greatest value, and a value between two of them becomes the upper one with probability (q mod D) / D. All of
/// it is done in integers, so the expectation is the update, exactly, and the bytes are of one length whatever the update.
/// </summary>
public sealed class Quantisation : IUpdateCompression
{
    // 4 bytes of step for so many values: 1/32 bit each.
    private const int Bucket = 1024;

    private const int StepBits = 32;

    internal static Hyperparameter Bits { get; } = new("bits", 8, "How many bits a value has.")
    {
        Least = 2,
        Most = 16,
        IsWhole = true,
        Unit = "bits",
        Symbol = "b",
    };

    public string Name => "quantise";

    public string Meaning => "stochastic rounding to few levels, right on average (Alistarh et al. 2017)";

    public IReadOnlyList<Hyperparameter> Hyperparameters => [Bits];

    public bool OnlyShrinks => false;

    public byte[] Encode(ReadOnlySpan<int> update, Settings settings, Random random)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(random);
        var (bits, levels) = LevelsOf(settings);
        var writer = new BitWriter(LengthOf(update.Length, bits));
        for (var first = 0; first < update.Length; first += Bucket)
        {
            var values = update.Slice(first, Math.Min(Bucket, update.Length - first));
            var step = StepOf(values, levels, first);
            writer.Write((uint)step, StepBits);
            foreach (var value in values)
                writer.Write((uint)(LevelOf(value, step, random) + levels), bits);
        }

        return writer.Written;
    }

    public void Decode(ReadOnlySpan<byte> encoded, Settings settings, Span<int> update)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var (bits, levels) = LevelsOf(settings);
        if (encoded.Length != LengthOf(update.Length, bits))
            throw new UpdateRejectedException(
                $"An update of {update.Length} values at {bits} bits has {LengthOf(update.Length, bits)} bytes, but these are "
                + $"{encoded.Length}.");
        var reader = new BitReader(encoded);
        for (var first = 0; first < update.Length; first += Bucket)
        {
            var step = (long)reader.Read(StepBits);
            foreach (ref var value in update.Slice(first, Math.Min(Bucket, update.Length - first)))
            {
                var exact = ((long)reader.Read(bits) - levels) * step;
                value = (int)exact;
                if (value != exact)
                    throw new UpdateRejectedException($"A value of {exact} steps is outside the 32-bit grid.");
            }
        }
    }

    private static (int Bits, int Levels) LevelsOf(Settings settings)
    {
        var bits = (int)settings[Bits];
        return (bits, (1 << (bits - 1)) - 1);
    }

    private static int LengthOf(int values, int bits) =>
        checked((int)((((long)StepBits * ((values + Bucket - 1) / Bucket)) + ((long)bits * values) + 7) / 8));

    /// <summary>D: the bucket's greatest magnitude over the number of levels, rounded up.</summary>
    private static long StepOf(ReadOnlySpan<int> values, int levels, int first)
    {
        var greatest = 0L;
        foreach (var value in values)
            greatest = Math.Max(greatest, Math.Abs((long)value));
        var step = (greatest + levels - 1) / levels;
        return step * levels <= int.MaxValue
            ? step
            : throw new UpdateRejectedException(
                $"The update's values from index {first} on reach {greatest} steps, too close to the edge of the 32-bit grid to be rounded "
                + $"to {levels} levels; lower privacy.fractionBits.");
    }

    private static int LevelOf(int value, long step, Random random)
    {
        if (value == 0)
            return 0;
        var (level, rest) = Math.DivRem(Math.Abs((long)value), step);
        if (rest > 0 && random.NextInt64(step) < rest)
            level++;
        return (int)(value < 0 ? -level : level);
    }
}
