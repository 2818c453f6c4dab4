using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Cohort.Federation;

/// <summary>
/// The 32 secret bytes from which all privacy noise of a run is drawn. Who holds them can subtract the noise, so they are never
/// logged; they are recorded where a replay may read them.
/// </summary>
public sealed class NoiseSecret
{
    public const int Length = 32;

    private readonly byte[] _bytes;

    private NoiseSecret(byte[] bytes) => _bytes = bytes;

    /// <summary>A new secret from the operating system's cryptographic generator.</summary>
    public static NoiseSecret Create() => new(RandomNumberGenerator.GetBytes(Length));

    /// <summary>
    /// A secret that anybody who knows the seed can rebuild. NOT PRIVATE: for tests and for comparing runs only.
    /// </summary>
    public static NoiseSecret FromSeed(ulong seed)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, seed);
        return new NoiseSecret(SHA256.HashData(bytes));
    }

    /// <summary>Restores a recorded secret.</summary>
    /// <exception cref="ArgumentException">It is not 32 bytes long.</exception>
    public static NoiseSecret FromBytes(ReadOnlySpan<byte> bytes) => bytes.Length == Length
        ? new NoiseSecret(bytes.ToArray())
        : throw new ArgumentException($"A noise secret has {Length} bytes but got {bytes.Length}.", nameof(bytes));

    /// <summary>A copy of the bytes, for the record.</summary>
    public byte[] ToArray() => [.. _bytes];

    public override string ToString() => "NoiseSecret (hidden)";

    internal byte[] DeriveKey(ReadOnlySpan<byte> info)
    {
        var key = new byte[Length];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, _bytes, key, salt: default, info);
        return key;
    }
}
