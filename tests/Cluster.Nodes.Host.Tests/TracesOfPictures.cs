using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Cohort.Model.Data;
using Cohort.Model.Training;

namespace Cohort.Nodes.Host.Tests;

/// <summary>
/// Looks through recorded traffic for anything of known pictures: any 16 bytes of their files, of their pixels' rows, of these rows as the
/// network sees them (float32), or of a SHA-256; as they are, in hex, or in base64; and their files' names. Windows of fewer than four different bytes
/// (a white wall) are left out: they occur everywhere.
/// </summary>
internal sealed class TracesOfPictures
{
    private const int Window = 16;
    private const int LeastDifferent = 4;

    private readonly Dictionary<UInt128, string> _traces = [];

    /// <summary>How many different windows are looked for.</summary>
    public int Count => _traces.Count;

    /// <param name="path">Of a picture file.</param>
    /// <param name="scale">From bytes to what the network sees.</param>
    public void Add(string path, PixelScale scale)
    {
        var (file, name, shape) = (File.ReadAllBytes(path), Path.GetFileName(path), ImageShape.Face);
        var pixels = new byte[shape.Length];
        Vision.Decode(file, shape.Width, pixels);
        var scaled = new float[shape.Length];
        scale.Apply(pixels, scaled);
        AddEncoded(file, $"the file {name}");
        AddEncoded(SHA256.HashData(file), $"the hash of the file {name}");
        AddEncoded(SHA256.HashData(pixels), $"the hash of the pixels of {name}");
        for (var row = 0; row < shape.Height; row++)
        {
            AddEncoded(pixels.AsSpan(row * shape.Width, shape.Width), $"row {row} of {name}");
            AddAll(MemoryMarshal.AsBytes(scaled.AsSpan(row * shape.Width, shape.Width)), $"row {row} of {name}, as numbers", step: sizeof(float));
        }

        AddAll(Encoding.UTF8.GetBytes(name), $"the name {name}");
        AddAll(Encoding.Unicode.GetBytes(name), $"the name {name} in UTF-16");
    }

    /// <returns>What was found first; null if nothing.</returns>
    public string? FindIn(ReadOnlySpan<byte> traffic)
    {
        for (var at = 0; at + Window <= traffic.Length; at++)
        {
            if (_traces.TryGetValue(BinaryPrimitives.ReadUInt128LittleEndian(traffic[at..]), out var trace))
            {
                return string.Create(CultureInfo.InvariantCulture, $"{trace}, at byte {at} of {traffic.Length}");
            }
        }

        return null;
    }

    private void AddEncoded(ReadOnlySpan<byte> bytes, string what)
    {
        AddAll(bytes, what);
        AddAll(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(bytes)), what + " in hex");
        AddAll(Encoding.ASCII.GetBytes(Convert.ToHexString(bytes)), what + " in hex");
        for (var shift = 0; shift < 3; shift++)
        {
            // Three bytes are four characters; the last ones depend on what follows.
            var whole = bytes[shift..];
            AddAll(Encoding.ASCII.GetBytes(Convert.ToBase64String(whole[..(whole.Length / 3 * 3)])), what + " in base64");
        }
    }

    private void AddAll(ReadOnlySpan<byte> bytes, string what, int step = 1)
    {
        for (var at = 0; at + Window <= bytes.Length; at += step)
        {
            var window = bytes.Slice(at, Window);
            if (step == 1 ? Different(window) >= LeastDifferent : DifferentNumbers(window) >= 3)
            {
                _traces.TryAdd(BinaryPrimitives.ReadUInt128LittleEndian(window), what);
            }
        }
    }

    private static int Different(ReadOnlySpan<byte> window) => window.ToArray().Distinct().Count();

    private static int DifferentNumbers(ReadOnlySpan<byte> window) => MemoryMarshal.Cast<byte, int>(window).ToArray().Distinct().Count();
}
