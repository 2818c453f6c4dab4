using System.Buffers.Binary;

namespace Cohort.Federation;

/// <summary>Four bytes a value.</summary>
public sealed class NoCompression : IUpdateCompression
{
    public string Name => "none";

    public string Meaning => "4 bytes a value";

    public bool OnlyShrinks => true;

    public byte[] Encode(ReadOnlySpan<int> update, Settings settings, Random random)
    {
        var encoded = new byte[sizeof(int) * update.Length];
        for (var i = 0; i < update.Length; i++)
            BinaryPrimitives.WriteInt32LittleEndian(encoded.AsSpan(sizeof(int) * i), update[i]);
        return encoded;
    }

    public void Decode(ReadOnlySpan<byte> encoded, Settings settings, Span<int> update)
    {
        if (encoded.Length != sizeof(int) * update.Length)
            throw new UpdateRejectedException(
                $"An update of {update.Length} values has {sizeof(int) * update.Length} bytes, but these are {encoded.Length}.");
        for (var i = 0; i < update.Length; i++)
            update[i] = BinaryPrimitives.ReadInt32LittleEndian(encoded[(sizeof(int) * i)..]);
    }
}
