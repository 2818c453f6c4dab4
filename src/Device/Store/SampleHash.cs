using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Cohort.Device.Store;

/// <summary>SHA-256 of a sample's bytes, a picture's file or a text's UTF-8: its name on the device, in lower-case hex.</summary>
public readonly record struct SampleHash
{
    /// <summary>Letters of the text form.</summary>
    public const int TextLength = 64;

    private readonly string? _text;

    private SampleHash(string text) => _text = text;

    public static SampleHash Of(ReadOnlySpan<byte> content) => new(Convert.ToHexStringLower(SHA256.HashData(content)));

    /// <exception cref="FormatException">The text is not 64 hexadecimal digits.</exception>
    public static SampleHash Parse(string text) => TryParse(text, out var hash)
        ? hash
        : throw new FormatException($"\"{text}\" is no sample's hash; give {TextLength} hexadecimal digits.");

    public static bool TryParse([NotNullWhen(true)] string? text, out SampleHash hash)
    {
        var isHash = text?.Length == TextLength && text.All(char.IsAsciiHexDigit);
        hash = isHash ? new(text!.ToLowerInvariant()) : default;
        return isHash;
    }

    public override string ToString() => _text ?? "";

    /// <summary>The first 12 digits: enough for people to tell samples apart.</summary>
    public string Short => ToString()[..12];

    /// <summary>The first 8 bytes as a number from 0 to below 1.</summary>
    internal double Fraction => Convert.ToUInt64(ToString()[..16], 16) / 18446744073709551616.0;
}
