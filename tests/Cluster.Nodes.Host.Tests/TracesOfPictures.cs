using System.Security.Cryptography;
using Cohort.Brokers;
using Cohort.Model.Data;
using Cohort.Model.Training;

namespace Cohort.Nodes.Host.Tests;

/// <summary>
/// Looks through recorded traffic for anything of known pictures: their files, their pixels' rows, these rows as the network sees them
/// (float32), SHA-256 of both, and their files' names.
/// </summary>
internal sealed class TracesOfPictures
{
    private readonly Traces _traces = new();

    /// <inheritdoc cref="Traces.Count"/>
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
        _traces.AddEncoded(file, $"the file {name}");
        _traces.AddEncoded(SHA256.HashData(file), $"the hash of the file {name}");
        _traces.AddEncoded(SHA256.HashData(pixels), $"the hash of the pixels of {name}");
        for (var row = 0; row < shape.Height; row++)
        {
            _traces.AddEncoded(pixels.AsSpan(row * shape.Width, shape.Width), $"row {row} of {name}");
            _traces.AddNumbers<float>(scaled.AsSpan(row * shape.Width, shape.Width), $"row {row} of {name}, as numbers");
        }

        _traces.AddText(name, $"the name {name}");
    }

    /// <inheritdoc cref="Traces.FindIn"/>
    public string? FindIn(ReadOnlySpan<byte> traffic) => _traces.FindIn(traffic);
}
