using System.Security.Cryptography;

namespace Cohort.Model.Data.Synthesis;

/// <summary>SHA-256 in hex of a picture's bytes as they are read, [channels, height, width]: what a derived picture names its source by.</summary>
public static class PictureHash
{
    /// <summary>Hex digits of a hash.</summary>
    public const int Length = 2 * SHA256.HashSizeInBytes;

    public static string Of(ReadOnlySpan<byte> picture) => Convert.ToHexStringLower(SHA256.HashData(picture));

    /// <summary>The hashes of all samples of a set, in their order.</summary>
    public static string[] OfAll(ISampleSet set)
    {
        ArgumentNullException.ThrowIfNull(set);
        byte[] picture = new byte[set.Shape.Length];
        string[] hashes = new string[set.Count];
        for (int i = 0; i < set.Count; i++)
        {
            set.CopySample(i, picture);
            hashes[i] = Of(picture);
        }

        return hashes;
    }

    public static bool IsOne(string text) => text is { Length: Length } && text.All(char.IsAsciiHexDigitLower);
}
