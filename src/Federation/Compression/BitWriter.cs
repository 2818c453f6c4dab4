namespace Cohort.Federation;

/// <summary>Packs numbers of few bits, the lowest bit first.</summary>
/// <param name="length">How many bytes there will be.</param>
internal struct BitWriter(int length)
{
    private readonly byte[] _bytes = new byte[length];
    private int _next;
    private ulong _waiting;
    private int _count;

    /// <summary>All that was written; nothing may be written after.</summary>
    public byte[] Written
    {
        get
        {
            if (_count > 0)
                _bytes[_next] = (byte)_waiting;
            return _bytes;
        }
    }

    /// <param name="value">Below 2^bits.</param>
    /// <param name="bits">0 to 32.</param>
    public void Write(uint value, int bits)
    {
        _waiting |= (ulong)value << _count;
        _count += bits;
        while (_count >= 8)
        {
            _bytes[_next++] = (byte)_waiting;
            _waiting >>= 8;
            _count -= 8;
        }
    }

    /// <summary>Rice's code: value / 2^bits in ones and a zero, and the rest in bits.</summary>
    public void WriteRice(uint value, int bits)
    {
        for (var quotient = value >> bits; quotient > 0; quotient--)
            Write(1, 1);
        Write(0, 1);
        Write(value & ((1u << bits) - 1), bits);
    }
}
