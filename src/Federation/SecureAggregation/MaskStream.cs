using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using NewInstructions = System.Runtime.Intrinsics.X86.Aes;

namespace Cohort.Federation.SecureAggregation;

/// <summary>
/// The masks' generator: AES-256 in counter mode from 0, the same bits as <see cref="KeyStream"/>. A leader whose students drop
/// out draws gigabytes of it, so that here eight blocks at a time are encrypted in registers where the processor can; elsewhere
/// the system's library does it.
/// </summary>
internal sealed class MaskStream : IDisposable
{
    private const int BlockBytes = 16;
    private const int Rounds = 14;

    private readonly Vector128<byte>[]? _roundKeys;
    private readonly Aes? _aes;
    private readonly byte[] _counters = [];
    private ulong _block;

    /// <param name="key">32 bytes.</param>
    /// <param name="portable">True for the system's library even where the processor has instructions for AES.</param>
    public MaskStream(ReadOnlySpan<byte> key, bool portable = false)
    {
        if (NewInstructions.IsSupported && !portable)
        {
            _roundKeys = Expand(key);
            return;
        }

        _aes = Aes.Create();
        _aes.SetKey(key);
        _counters = new byte[16384];
    }

    /// <summary>The next bytes of the stream.</summary>
    /// <param name="destination">A multiple of 16 bytes, unless nothing is read afterwards.</param>
    public void Next(Span<byte> destination)
    {
        if (_roundKeys is null)
            NextPortable(destination);
        else
            NextInRegisters(_roundKeys, destination);
    }

    public void Dispose()
    {
        _aes?.Dispose();
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_roundKeys.AsSpan()));
    }

    private void NextPortable(Span<byte> destination)
    {
        Span<byte> last = stackalloc byte[BlockBytes];
        while (!destination.IsEmpty)
        {
            var whole = Math.Min(_counters.Length, destination.Length / BlockBytes * BlockBytes);
            var output = whole == 0 ? last : destination[..whole];
            for (var offset = 0; offset < output.Length; offset += BlockBytes)
                BinaryPrimitives.WriteUInt64BigEndian(_counters.AsSpan(offset + 8), _block++);
            _aes!.EncryptEcb(_counters.AsSpan(0, output.Length), output, PaddingMode.None);
            if (whole == 0)
                last[..destination.Length].CopyTo(destination);
            destination = destination[Math.Min(output.Length, destination.Length)..];
        }
    }

    private void NextInRegisters(Vector128<byte>[] keys, Span<byte> destination)
    {
        while (destination.Length >= 8 * BlockBytes)
        {
            var first = keys[0];
            var b0 = Counter(0) ^ first;
            var b1 = Counter(1) ^ first;
            var b2 = Counter(2) ^ first;
            var b3 = Counter(3) ^ first;
            var b4 = Counter(4) ^ first;
            var b5 = Counter(5) ^ first;
            var b6 = Counter(6) ^ first;
            var b7 = Counter(7) ^ first;
            for (var round = 1; round < Rounds; round++)
            {
                var key = keys[round];
                b0 = NewInstructions.Encrypt(b0, key);
                b1 = NewInstructions.Encrypt(b1, key);
                b2 = NewInstructions.Encrypt(b2, key);
                b3 = NewInstructions.Encrypt(b3, key);
                b4 = NewInstructions.Encrypt(b4, key);
                b5 = NewInstructions.Encrypt(b5, key);
                b6 = NewInstructions.Encrypt(b6, key);
                b7 = NewInstructions.Encrypt(b7, key);
            }

            var last = keys[Rounds];
            NewInstructions.EncryptLast(b0, last).CopyTo(destination);
            NewInstructions.EncryptLast(b1, last).CopyTo(destination[16..]);
            NewInstructions.EncryptLast(b2, last).CopyTo(destination[32..]);
            NewInstructions.EncryptLast(b3, last).CopyTo(destination[48..]);
            NewInstructions.EncryptLast(b4, last).CopyTo(destination[64..]);
            NewInstructions.EncryptLast(b5, last).CopyTo(destination[80..]);
            NewInstructions.EncryptLast(b6, last).CopyTo(destination[96..]);
            NewInstructions.EncryptLast(b7, last).CopyTo(destination[112..]);
            _block += 8;
            destination = destination[(8 * BlockBytes)..];
        }

        Span<byte> block = stackalloc byte[BlockBytes];
        while (!destination.IsEmpty)
        {
            var state = Counter(0) ^ keys[0];
            for (var round = 1; round < Rounds; round++)
                state = NewInstructions.Encrypt(state, keys[round]);
            NewInstructions.EncryptLast(state, keys[Rounds]).CopyTo(block);
            _block++;
            var count = Math.Min(BlockBytes, destination.Length);
            block[..count].CopyTo(destination);
            destination = destination[count..];
        }
    }

    private Vector128<byte> Counter(ulong offset) =>
        Vector128.Create(0UL, BinaryPrimitives.ReverseEndianness(_block + offset)).AsByte();

    /// <summary>FIPS 197, 5.2, for 256 bits.</summary>
    private static Vector128<byte>[] Expand(ReadOnlySpan<byte> key)
    {
        var keys = new Vector128<byte>[Rounds + 1];
        keys[0] = Vector128.Create(key[..16]);
        keys[1] = Vector128.Create(key[16..]);
        for (var i = 2; i <= Rounds; i++)
        {
            var before = keys[i - 1];
            // The instruction's constant has to be one at compile time.
            var assist = (i switch
            {
                2 => NewInstructions.KeygenAssist(before, 0x01),
                4 => NewInstructions.KeygenAssist(before, 0x02),
                6 => NewInstructions.KeygenAssist(before, 0x04),
                8 => NewInstructions.KeygenAssist(before, 0x08),
                10 => NewInstructions.KeygenAssist(before, 0x10),
                12 => NewInstructions.KeygenAssist(before, 0x20),
                14 => NewInstructions.KeygenAssist(before, 0x40),
                _ => NewInstructions.KeygenAssist(before, 0x00),
            }).AsUInt32();
            var word = Vector128.Create(assist[i % 2 == 0 ? 3 : 2]);
            var older = keys[i - 2].AsUInt32();
            var running = older ^ Vector128.Shuffle(older, Vector128.Create(4u, 0, 1, 2));
            running ^= Vector128.Shuffle(running, Vector128.Create(4u, 4, 0, 1));
            keys[i] = (running ^ word).AsByte();
        }

        return keys;
    }
}
