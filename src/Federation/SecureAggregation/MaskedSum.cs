using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Cohort.Federation.SecureAggregation;

/// <summary>
/// A vector of integers modulo 2^w, to which values, masks and other such vectors are added, in whatever order and tree. While a
/// mask is in it, it is uniformly distributed and tells nothing.
/// </summary>
public sealed class MaskedSum
{
    private const int ChunkBytes = 8192;

    // Modulo 2^32 or 2^64, of which modulo 2^w is what the low bits say.
    private readonly uint[] _narrow = [];
    private readonly ulong[] _wide = [];

    /// <param name="length">Values.</param>
    /// <param name="bits">w, 2 to 62.</param>
    public MaskedSum(int length, int bits)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(bits, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bits, SecureSetup.MostBits);
        (Length, Bits) = (length, bits);
        if (bits <= 32)
            _narrow = new uint[length];
        else
            _wide = new ulong[length];
    }

    public int Length { get; }

    /// <summary>w.</summary>
    public int Bits { get; }

    private bool IsNarrow => Bits <= 32;

    private ulong Modulo => (1UL << Bits) - 1;

    /// <summary>Adds plain values.</summary>
    /// <param name="values">Shape [n].</param>
    public void Add(ReadOnlySpan<int> values)
    {
        RequireLength(values.Length);
        for (var i = 0; i < values.Length; i++)
            AddAt(i, unchecked((ulong)values[i]));
    }

    /// <summary>Adds another such vector.</summary>
    public void Add(MaskedSum other)
    {
        ArgumentNullException.ThrowIfNull(other);
        RequireLength(other.Length);
        if (other.Bits != Bits)
            throw new ArgumentException($"A sum modulo 2^{Bits} cannot take one modulo 2^{other.Bits}.", nameof(other));
        Accumulate<uint>(_narrow, other._narrow, subtract: false);
        Accumulate<ulong>(_wide, other._wide, subtract: false);
    }

    /// <summary>Adds a vector as it travels.</summary>
    /// <param name="packed">w bits a value, little-endian; bits left over in the last byte are 0.</param>
    /// <exception cref="ArgumentException">It is of another length, or those bits are not 0; nothing was added.</exception>
    public void AddPacked(ReadOnlySpan<byte> packed)
    {
        var expected = SecureSizes.Packed(Length, Bits);
        if (packed.Length != expected)
            throw new ArgumentException(
                $"A masked vector has {packed.Length} bytes, expected {expected} for {Length} values of {Bits} bits; "
                + "the sender trains another network, or has other numbers for the round.", nameof(packed));
        var spare = (8L * packed.Length) - ((long)Length * Bits);
        if (packed[^1] >> (int)(8 - spare) != 0)
            throw new ArgumentException("A masked vector's last byte has bits that belong to no value.", nameof(packed));

        ulong buffer = 0;
        var held = 0;
        for (var i = 0; i < Length; i++)
        {
            ulong value;
            if (held >= Bits)
            {
                value = buffer;
                buffer >>= Bits;
                held -= Bits;
            }
            else
            {
                var next = ReadUpTo8(ref packed, out var read);
                value = buffer | (next << held);
                buffer = next >> (Bits - held);
                held += read - Bits;
            }

            AddAt(i, value & Modulo);
        }
    }

    /// <summary>As it travels.</summary>
    public byte[] Pack()
    {
        var packed = new byte[SecureSizes.Packed(Length, Bits)];
        var rest = packed.AsSpan();
        ulong buffer = 0;
        var held = 0;
        for (var i = 0; i < Length; i++)
        {
            var value = At(i);
            buffer |= value << held;
            if (held + Bits < 64)
            {
                held += Bits;
                continue;
            }

            BinaryPrimitives.WriteUInt64LittleEndian(rest, buffer);
            rest = rest[8..];
            buffer = held == 0 ? 0 : value >> (64 - held);
            held += Bits - 64;
        }

        for (var i = 0; i < rest.Length; i++)
            rest[i] = (byte)(buffer >> (8 * i));
        return packed;
    }

    /// <summary>The values, taken to lie around 0: from -2^(w-1) to below 2^(w-1).</summary>
    public long[] Centred()
    {
        var values = new long[Length];
        for (var i = 0; i < values.Length; i++)
            values[i] = (long)(At(i) << (64 - Bits)) >> (64 - Bits);
        return values;
    }

    /// <summary>Adds or takes away a mask: words of the generator, of 32 bits where w is at most 32, else of 64.</summary>
    /// <param name="key">32 bytes; the same key gives the same mask.</param>
    /// <param name="subtract">True to take it away.</param>
    internal void AddMask(ReadOnlySpan<byte> key, bool subtract)
    {
        using var stream = new MaskStream(key);
        if (IsNarrow)
            AddMask<uint>(stream, _narrow, subtract);
        else
            AddMask<ulong>(stream, _wide, subtract);
    }

    private static void AddMask<T>(MaskStream stream, Span<T> lanes, bool subtract) where T : unmanaged, IBinaryInteger<T>
    {
        Span<byte> chunk = stackalloc byte[ChunkBytes];
        var words = MemoryMarshal.Cast<byte, T>(chunk);
        while (!lanes.IsEmpty)
        {
            var count = Math.Min(words.Length, lanes.Length);
            stream.Next(MemoryMarshal.AsBytes(words[..count]));
            if (!BitConverter.IsLittleEndian)
                Reverse(words[..count]);
            Accumulate<T>(lanes[..count], words[..count], subtract);
            lanes = lanes[count..];
        }
    }

    private static void Accumulate<T>(Span<T> target, ReadOnlySpan<T> source, bool subtract) where T : unmanaged, IBinaryInteger<T>
    {
        var targets = MemoryMarshal.Cast<T, Vector<T>>(target);
        var sources = MemoryMarshal.Cast<T, Vector<T>>(source);
        for (var i = 0; i < targets.Length; i++)
            targets[i] = subtract ? targets[i] - sources[i] : targets[i] + sources[i];
        for (var i = targets.Length * Vector<T>.Count; i < target.Length; i++)
            target[i] = subtract ? unchecked(target[i] - source[i]) : unchecked(target[i] + source[i]);
    }

    private static void Reverse<T>(Span<T> words) where T : unmanaged, IBinaryInteger<T>
    {
        foreach (ref var word in words)
            MemoryMarshal.AsBytes(new Span<T>(ref word)).Reverse();
    }

    private static ulong ReadUpTo8(ref ReadOnlySpan<byte> bytes, out int bits)
    {
        if (bytes.Length >= 8)
        {
            var whole = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            bytes = bytes[8..];
            bits = 64;
            return whole;
        }

        ulong value = 0;
        bits = 8 * bytes.Length;
        for (var i = 0; i < bytes.Length; i++)
            value |= (ulong)bytes[i] << (8 * i);
        bytes = [];
        return value;
    }

    private ulong At(int index) => (IsNarrow ? _narrow[index] : _wide[index]) & Modulo;

    private void AddAt(int index, ulong value)
    {
        if (IsNarrow)
            _narrow[index] = unchecked(_narrow[index] + (uint)value);
        else
            _wide[index] = unchecked(_wide[index] + value);
    }

    private void RequireLength(int length)
    {
        if (length != Length)
            throw new ArgumentException($"The masked sum has {Length} values but got {length}; send vectors of the round's model.");
    }
}
