using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Cohort.Model.Files;

/// <summary>SHA-256 of a model file's bytes: the model's name everywhere, in lower-case hex.</summary>
public readonly record struct ModelHash
{
    /// <summary>Letters of the text form.</summary>
    public const int TextLength = 64;

    /// <summary>Letters of <see cref="Short"/>.</summary>
    public const int ShortLength = 12;

    // Four words instead of an array: equality by value, and no allocation when hashes are compared or kept in rows.
    private readonly UInt128 _high;
    private readonly UInt128 _low;

    private ModelHash(ReadOnlySpan<byte> digest)
    {
        _high = System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(digest);
        _low = System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(digest[16..]);
    }

    public static ModelHash Of(ReadOnlySpan<byte> bytes)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, digest);
        return new ModelHash(digest);
    }

    /// <summary>Hash of several pieces as if they were one, without putting them together.</summary>
    public static ModelHash Of(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(first);
        hash.AppendData(second);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        return new ModelHash(digest);
    }

    /// <exception cref="FormatException">The text is not 64 hexadecimal digits.</exception>
    public static ModelHash Parse(string text) => TryParse(text, out var hash)
        ? hash
        : throw new FormatException($"\"{text}\" is no model hash; give {TextLength} hexadecimal digits.");

    public static bool TryParse([NotNullWhen(true)] string? text, out ModelHash hash)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        if (text?.Length != TextLength ||
            Convert.FromHexString(text, digest, out _, out _) != System.Buffers.OperationStatus.Done)
        {
            hash = default;
            return false;
        }
        hash = new ModelHash(digest);
        return true;
    }

    public override string ToString() => $"{_high:x32}{_low:x32}";

    /// <summary>The first 12 digits: enough for people to tell models apart.</summary>
    public string Short => ToString()[..ShortLength];
}
