using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Cohort.Federation;

/// <summary>AES-256 in counter mode (NIST SP 800-38A), the counter starting at 0, read as little-endian 64-bit words.</summary>
internal sealed class KeyStream : IDisposable
{
    private const int BlockBytes = 16;
    private const int BufferWords = 2048;

    private readonly Aes _aes;
    private readonly byte[] _counters = new byte[BufferWords * sizeof(ulong)];
    private readonly ulong[] _words = new ulong[BufferWords];
    private int _next = BufferWords;
    private ulong _block;

    public KeyStream(byte[] key)
    {
        _aes = Aes.Create();
        _aes.Key = key;
    }

    /// <summary>The stream's next word.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Next()
    {
        if (_next == BufferWords)
            Refill();
        return _words[_next++];
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_words.AsSpan()));
        _aes.Dispose();
    }

    private void Refill()
    {
        for (var offset = 0; offset < _counters.Length; offset += BlockBytes)
            BinaryPrimitives.WriteUInt64BigEndian(_counters.AsSpan(offset + 8), _block++);
        _aes.EncryptEcb(_counters, MemoryMarshal.AsBytes(_words.AsSpan()), PaddingMode.None);
        if (!BitConverter.IsLittleEndian)
            BinaryPrimitives.ReverseEndianness(_words, _words);
        _next = 0;
    }
}
