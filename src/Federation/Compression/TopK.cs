using System.Numerics;

namespace Cohort.Federation;

/// <summary>
/// The k = share n values of the greatest magnitude, as they are; all others become 0 (Stich et al. 2018, "Sparsified SGD with memory",
/// definition 2.1, top_k). Where they lie is sent as gaps in Rice's code (Rice 1979), which takes at most a quarter
/// of a bit more for each than the entropy of places drawn at random.
/// </summary>
public sealed class TopK : IUpdateCompression
{
    private const int CountBits = 32;
    private const int WidthBits = 6;

    internal static Hyperparameter Share { get; } = new("share", 0.05, "The share of an update's values that is sent.")
    {
        Least = 0,
        IsAboveLeast = true,
        Most = 1,
        Symbol = "k / n",
    };

    public string Name => "topK";

    public string Meaning => "the largest values alone (Stich et al. 2018)";

    public IReadOnlyList<Hyperparameter> Hyperparameters => [Share];

    public bool OnlyShrinks => true;

    public byte[] Encode(ReadOnlySpan<int> update, Settings settings, Random random)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var wanted = CountOf(update.Length, settings);
        var (threshold, atThreshold) = Threshold(update, wanted);
        var count = 0;
        var greatest = 0u;
        var last = -1;
        var gapBits = GapBitsOf(update.Length, wanted);
        var length = (long)CountBits + WidthBits;
        var ties = atThreshold;
        for (var i = 0; i < update.Length; i++)
        {
            if (!IsSent(update[i], threshold, ref ties))
                continue;
            length += ((i - last - 1) >> gapBits) + 1 + gapBits;
            greatest = Math.Max(greatest, Magnitude(update[i]));
            last = i;
            count++;
        }

        var width = BitOperations.Log2(greatest) + 1;
        var writer = new BitWriter(checked((int)((length + ((long)count * (1 + width)) + 7) / 8)));
        writer.Write((uint)count, CountBits);
        writer.Write((uint)width, WidthBits);
        last = -1;
        ties = atThreshold;
        for (var i = 0; i < update.Length; i++)
        {
            if (!IsSent(update[i], threshold, ref ties))
                continue;
            writer.WriteRice((uint)(i - last - 1), gapBits);
            writer.Write(update[i] < 0 ? 1u : 0u, 1);
            writer.Write(Magnitude(update[i]), width);
            last = i;
        }

        return writer.Written;
    }

    public void Decode(ReadOnlySpan<byte> encoded, Settings settings, Span<int> update)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var wanted = CountOf(update.Length, settings);
        var gapBits = GapBitsOf(update.Length, wanted);
        var reader = new BitReader(encoded);
        var count = reader.Read(CountBits);
        var width = (int)reader.Read(WidthBits);
        if (count > wanted || width is < 1 or > 32)
            throw new UpdateRejectedException(
                $"These bytes tell of {count} values of {width} bits, expected at most {wanted} of 1 to 32 bits.");
        update.Clear();
        var at = -1L;
        for (var sent = 0u; sent < count; sent++)
        {
            at += 1 + reader.ReadRice(gapBits, update.Length);
            var negative = reader.Read(1) == 1;
            var magnitude = (long)reader.Read(width);
            var value = negative ? -magnitude : magnitude;
            if (at >= update.Length || value is < int.MinValue or > int.MaxValue)
                throw new UpdateRejectedException(
                    $"These bytes tell of {value} steps at index {at}, which no update of {update.Length} values has.");
            update[(int)at] = (int)value;
        }

        reader.RequireEnd();
    }

    private static int CountOf(int values, Settings settings) => Math.Clamp((int)Math.Ceiling(settings[Share] * values), 1, values);

    /// <summary>Rice's parameter: floor(log2(ln 2 n / k)) is within one bit of the best for gaps of mean n / k.</summary>
    private static int GapBitsOf(int values, int count) => Math.Max(0, Math.ILogB(0.6931471805599453 * values / count));

    /// <summary>True for the first values of the threshold's magnitude, as many as there is room for, and for all above it.</summary>
    private static bool IsSent(int value, uint threshold, ref int atThreshold)
    {
        var magnitude = Magnitude(value);
        return magnitude > threshold || (magnitude == threshold && atThreshold-- > 0);
    }

    private static uint Magnitude(int value) => (uint)Math.Abs((long)value);

    /// <summary>
    /// The k-th greatest magnitude, and how many values of just that size are among the k greatest: counted by upper and then by lower half,
    /// so that it takes two passes and no sorting. Zeros are not among them: they need not be sent.
    /// </summary>
    private static (uint Threshold, int AtThreshold) Threshold(ReadOnlySpan<int> update, int wanted)
    {
        var counts = new int[1 << 16];
        foreach (var value in update)
            counts[Magnitude(value) >> 16]++;
        var (upper, above) = LastBin(counts, wanted);
        counts.AsSpan().Clear();
        foreach (var value in update)
        {
            if (Magnitude(value) >> 16 == upper)
                counts[Magnitude(value) & 0xFFFF]++;
        }

        var (lower, higher) = LastBin(counts, wanted - above);
        var threshold = ((uint)upper << 16) | (uint)lower;
        return (threshold, threshold == 0 ? 0 : wanted - above - higher);
    }

    /// <summary>The bin that holds the k-th value from above, and how many lie in the bins above it.</summary>
    private static (int Bin, int Above) LastBin(int[] counts, int wanted)
    {
        var above = 0;
        var bin = counts.Length - 1;
        while (above + counts[bin] < wanted)
            above += counts[bin--];
        return (bin, above);
    }
}
