using System.Buffers.Binary;

namespace Cohort.Model.Randomness;

/// <summary>
/// A random generator named by a key: the same seed, purpose and key words give the same numbers on every machine and under
/// every version of .NET, because nothing is left to <see cref="Random"/>'s own algorithms. Every random choice of a run comes
/// from one of these (privacy noise excepted, which needs a cryptographic one). Not safe for use by two threads at once.
/// </summary>
public sealed class KeyedRandom : Random
{
    private Xoshiro256 _stream;

    private KeyedRandom(ulong hash) : base(0) => _stream = new Xoshiro256(hash);

    /// <summary>
    /// The stream of this seed for this purpose; the key says for whom and when, for example round and student.
    /// </summary>
    public static KeyedRandom For(ulong seed, Purpose purpose, params ReadOnlySpan<long> key) =>
        new(KeyHash.Of(seed, purpose, key));

    /// <summary>All 64 bits random.</summary>
    public ulong NextUInt64() => _stream.NextUInt64();

    public override int Next() => (int)_stream.NextBelow(int.MaxValue);

    public override int Next(int maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxValue);
        return (int)Below((ulong)maxValue);
    }

    public override int Next(int minValue, int maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minValue, maxValue);
        return (int)(minValue + (long)Below((ulong)((long)maxValue - minValue)));
    }

    public override long NextInt64() => (long)_stream.NextBelow(long.MaxValue);

    public override long NextInt64(long maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxValue);
        return (long)Below((ulong)maxValue);
    }

    public override long NextInt64(long minValue, long maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minValue, maxValue);
        return unchecked(minValue + (long)Below((ulong)maxValue - (ulong)minValue));
    }

    public override double NextDouble() => _stream.NextDouble();

    public override float NextSingle() => _stream.NextSingle();

    public override void NextBytes(byte[] buffer)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        NextBytes(buffer.AsSpan());
    }

    public override void NextBytes(Span<byte> buffer)
    {
        Span<byte> word = stackalloc byte[sizeof(ulong)];
        while (!buffer.IsEmpty)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(word, _stream.NextUInt64());
            int taken = Math.Min(word.Length, buffer.Length);
            word[..taken].CopyTo(buffer);
            buffer = buffer[taken..];
        }
    }

    protected override double Sample() => _stream.NextDouble();

    // As in Random, an empty range yields its lower end.
    private ulong Below(ulong bound) => bound <= 1 ? 0 : _stream.NextBelow(bound);
}
