using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Cohort.Brokers;

/// <summary>
/// Looks through recorded traffic for anything of what must not be in it: any 16 bytes, as they are, in hex, or in base64. Windows of fewer
/// than four different bytes (a white wall) are left out: they occur everywhere.
/// </summary>
public sealed class Traces
{
    private const int Window = 16;
    private const int LeastDifferent = 4;
    private const int LeastDifferentNumbers = 3;

    private readonly Dictionary<UInt128, string> _traces = [];

    /// <summary>How many different windows are looked for.</summary>
    public int Count => _traces.Count;

    /// <summary>Bytes, wherever a window of them begins, and in hex and base64.</summary>
    /// <param name="bytes">What must not be seen.</param>
    /// <param name="what">Its name, where it is seen.</param>
    public void AddEncoded(ReadOnlySpan<byte> bytes, string what)
    {
        Add(bytes, what);
        Add(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(bytes)), what + " in hex");
        Add(Encoding.ASCII.GetBytes(Convert.ToHexString(bytes)), what + " in hex");
        for (var shift = 0; shift < Math.Min(3, bytes.Length); shift++)
        {
            // Three bytes are four characters; the last ones depend on what follows.
            var whole = bytes[shift..];
            Add(Encoding.ASCII.GetBytes(Convert.ToBase64String(whole[..(whole.Length / 3 * 3)])), what + " in base64");
        }
    }

    /// <summary>Bytes, wherever a window of them begins.</summary>
    public void Add(ReadOnlySpan<byte> bytes, string what) => AddWindows(bytes, what, step: 1, window => window.ToArray().Distinct().Count() >= LeastDifferent);

    /// <summary>Four numbers of four bytes side by side, three of them different.</summary>
    public void AddNumbers<T>(ReadOnlySpan<T> numbers, string what)
        where T : unmanaged
        => AddWindows(
            MemoryMarshal.AsBytes(numbers), what, step: sizeof(int),
            window => MemoryMarshal.Cast<byte, int>(window).ToArray().Distinct().Count() >= LeastDifferentNumbers);

    /// <summary>A name or a text in UTF-8 and UTF-16.</summary>
    public void AddText(string text, string what)
    {
        Add(Encoding.UTF8.GetBytes(text), what);
        Add(Encoding.Unicode.GetBytes(text), what + " in UTF-16");
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

    private void AddWindows(ReadOnlySpan<byte> bytes, string what, int step, Func<ReadOnlySpan<byte>, bool> isTelling)
    {
        for (var at = 0; at + Window <= bytes.Length; at += step)
        {
            var window = bytes.Slice(at, Window);
            if (isTelling(window))
            {
                _traces.TryAdd(BinaryPrimitives.ReadUInt128LittleEndian(window), what);
            }
        }
    }
}
