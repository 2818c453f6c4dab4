namespace Cohort.Model.Training;

/// <summary>From a grey byte to what a network sees: (pixel / 255 - mean) / deviation.</summary>
public sealed class PixelScale
{
    private readonly float[] _table = new float[256];

    /// <param name="mean">In units of full brightness.</param>
    /// <param name="deviation">In units of full brightness, above 0.</param>
    public PixelScale(double mean, double deviation)
    {
        for (var pixel = 0; pixel < _table.Length; pixel++)
        {
            _table[pixel] = (float)((pixel / 255.0 - mean) / deviation);
        }
    }

    public void Apply(ReadOnlySpan<byte> pixels, Span<float> values)
    {
        for (var i = 0; i < pixels.Length; i++)
        {
            values[i] = _table[pixels[i]];
        }
    }
}
