namespace Cohort.Federation;

/// <summary>Reads what <see cref="BitWriter"/> has packed.</summary>
internal ref struct BitReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _next;
    private ulong _waiting;
    private int _count;

    /// <param name="bits">0 to 32.</param>
    /// <exception cref="UpdateRejectedException">The bytes end before.</exception>
    public uint Read(int bits)
    {
        while (_count < bits)
        {
            if (_next == _bytes.Length)
                throw new UpdateRejectedException($"An update's {_bytes.Length} bytes end before all of its values are told.");
            _waiting |= (ulong)_bytes[_next++] << _count;
            _count += 8;
        }

        var value = (uint)(_waiting & ((1ul << bits) - 1));
        _waiting >>= bits;
        _count -= bits;
        return value;
    }

    /// <exception cref="UpdateRejectedException">Whole bytes are left.</exception>
    public readonly void RequireEnd()
    {
        if (_next < _bytes.Length)
            throw new UpdateRejectedException($"An update has {_bytes.Length - _next} bytes more than its values need.");
    }

    /// <param name="bits">Rice's parameter.</param>
    /// <param name="most">No number is as large as this.</param>
    /// <exception cref="UpdateRejectedException">The bytes end before, or the number is too large.</exception>
    public long ReadRice(int bits, int most)
    {
        var quotient = 0L;
        while (Read(1) == 1)
            quotient++;
        var value = (quotient << bits) + Read(bits);
        return value < most ? value : throw new UpdateRejectedException($"An update's gap of {value} is longer than its {most} values.");
    }
}
