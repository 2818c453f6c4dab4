using System.Runtime.InteropServices;
using System.Text;
using Cohort.Model.Data;

namespace Cohort.Model.Files;

/// <summary>How one half of a <see cref="SampleFile"/> keeps its samples: pictures as they are, texts without what fills their rows.</summary>
internal abstract class StoredSamples(ISampleSet samples)
{
    private const int ChunkBytes = 1 << 20;

    public static StoredSamples Of(string half, ISampleSet samples)
        => samples.Shape is ImageShape shape ? new Pictures(half, samples, shape) : new OfTexts(half, samples);

    public ISampleSet Samples => samples;

    /// <summary>The tensor of the samples themselves.</summary>
    public abstract (string Name, TensorType Type, IReadOnlyList<int> Shape) Content { get; }

    /// <summary>The tensor of where each ends in it; none where all are equally long.</summary>
    public virtual IEnumerable<(string Name, TensorType Type, IReadOnlyList<int> Shape)> Ends => [];

    public virtual void WriteEnds(Stream stream) { }

    /// <summary>Writes one sample after the other.</summary>
    public void WriteContent(Stream stream)
    {
        var length = samples.Shape.Length;
        var chunk = new byte[Math.Max(1, ChunkBytes / length) * length];
        var filled = 0;
        for (var i = 0; i < samples.Count; i++)
        {
            samples.CopySample(i, chunk.AsSpan(filled, length));
            filled += LengthOf(chunk.AsSpan(filled, length));
            if (filled + length > chunk.Length)
            {
                stream.Write(chunk.AsSpan(0, filled));
                filled = 0;
            }
        }

        stream.Write(chunk.AsSpan(0, filled));
    }

    /// <summary>The texts that lie end to end in these bytes.</summary>
    /// <exception cref="ArgumentException">They do not, or are no UTF-8.</exception>
    public static string[] Texts(byte[] bytes, int[] ends)
    {
        var strict = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
        var begin = 0;
        return Array.ConvertAll(ends, end =>
        {
            if (end < begin || end > bytes.Length)
                throw new ArgumentException($"a text is said to reach from byte {begin} to {end} of {bytes.Length}.");
            var text = strict.GetString(bytes, begin, end - begin);
            begin = end;
            return text;
        });
    }

    /// <summary>How many bytes of a sample's row are kept.</summary>
    private protected abstract int LengthOf(ReadOnlySpan<byte> row);

    private sealed class Pictures(string half, ISampleSet samples, ImageShape shape) : StoredSamples(samples)
    {
        public override (string Name, TensorType Type, IReadOnlyList<int> Shape) Content
            => ($"{half}.pixels", TensorType.U8, [Samples.Count, shape.Channels, shape.Height, shape.Width]);

        private protected override int LengthOf(ReadOnlySpan<byte> row) => row.Length;
    }

    private sealed class OfTexts : StoredSamples
    {
        private readonly string _half;
        private readonly int[] _ends;

        public OfTexts(string half, ISampleSet samples)
            : base(samples)
        {
            (_half, _ends) = (half, new int[samples.Count]);
            var row = new byte[samples.Shape.Length];
            var end = 0;
            for (var i = 0; i < _ends.Length; i++)
            {
                samples.CopySample(i, row);
                end += LengthOf(row);
                _ends[i] = end;
            }
        }

        public override (string Name, TensorType Type, IReadOnlyList<int> Shape) Content
            => ($"{_half}.texts", TensorType.U8, [_ends.Length == 0 ? 0 : _ends[^1]]);

        public override IEnumerable<(string Name, TensorType Type, IReadOnlyList<int> Shape)> Ends
            => [($"{_half}.ends", TensorType.I32, [_ends.Length])];

        public override void WriteEnds(Stream stream) => stream.Write(MemoryMarshal.AsBytes<int>(_ends));

        private protected override int LengthOf(ReadOnlySpan<byte> row) => row.IndexOf((byte)0) is >= 0 and var end ? end : row.Length;
    }
}
