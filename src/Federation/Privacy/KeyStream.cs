using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Cohort.Federation;

/// <summary>AES-256 in counter mode (NIST SP 800-38A), the counter starting at 0, read as little-endian 64-bit words.</summary>
internal sealed class KeyStream : IDisposable
{
    private const int BlockBytes = 16;

    private readonly Aes _aes;
    private readonly byte[] _counters = new byte[8192];
    private readonly byte[] _stream = new byte[8192];
    private ulong _block;

    public KeyStream(byte[] key)
    {
        _aes = Aes.Create();
        _aes.Key = key;
    }

    /// <summary>The next words of the stream; valid until the next call.</summary>
    public ReadOnlySpan<ulong> Next()
    {
        for (var offset = 0; offset < _counters.Length; offset += BlockBytes)
            BinaryPrimitives.WriteUInt64BigEndian(_counters.AsSpan(offset + 8), _block++);
        _aes.EncryptEcb(_counters, _stream, PaddingMode.None);
        var words = MemoryMarshal.Cast<byte, ulong>(_stream.AsSpan());
        if (!BitConverter.IsLittleEndian)
            BinaryPrimitives.ReverseEndianness(words, words);
        return words;
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_stream);
        _aes.Dispose();
    }
}
