using Cohort.Model.Data;

namespace Cohort.Model.Training;

/// <summary>From a grey byte to what a network sees: (pixel / 255 - mean) / deviation.</summary>
public sealed class PixelScale : IInputEncoding
{
    private readonly float[] _table = new float[256];
    private readonly double _mean;
    private readonly double _deviation;

    /// <param name="mean">In units of full brightness.</param>
    /// <param name="deviation">In units of full brightness, above 0.</param>
    public PixelScale(double mean, double deviation)
    {
        (_mean, _deviation) = (mean, deviation);
        for (var pixel = 0; pixel < _table.Length; pixel++)
        {
            _table[pixel] = (float)((pixel / 255.0 - mean) / deviation);
        }
    }

    /// <summary>What the network sees of black, the least it ever does.</summary>
    public float Black => _table[0];

    /// <summary>What the network sees of white, the most it ever does.</summary>
    public float White => _table[255];

    /// <summary>The way back: the brightness, 0 to 1, that a network sees as this value; beyond white is white.</summary>
    public float Brightness(double value) => (float)Math.Clamp(value * _deviation + _mean, 0, 1);

    public SampleShape? InputOf(SampleShape samples) => samples as ImageShape;

    public void Apply(ReadOnlySpan<byte> sample, Span<float> values)
    {
        for (var i = 0; i < sample.Length; i++)
        {
            values[i] = _table[sample[i]];
        }
    }
}
