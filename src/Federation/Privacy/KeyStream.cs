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
    private readonly byte[] _counters;
    private readonly ulong[] _words;
    private int _next;
    private ulong _block;

    /// <param name="key">32 bytes.</param>
    /// <param name="ahead">How many words are made at a time, an even number; they are the same however many.</param>
    public KeyStream(byte[] key, int ahead = BufferWords)
    {
        _counters = new byte[ahead * sizeof(ulong)];
        _words = new ulong[ahead];
        _next = ahead;
        _aes = Aes.Create();
        _aes.Key = key;
    }

    /// <summary>The stream's next word.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Next()
    {
        if (_next == _words.Length)
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
