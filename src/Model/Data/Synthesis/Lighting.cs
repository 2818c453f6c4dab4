namespace Cohort.Model.Data.Synthesis;

/// <summary>How a face is lit.</summary>
public enum Light
{
    /// <summary>None of the others.</summary>
    Even,

    /// <summary>Dark in the middle of the picture.</summary>
    Dim,

    /// <summary>Bright in the middle of the picture.</summary>
    Bright,

    /// <summary>The left half, as one looks at the picture, is clearly brighter than the right.</summary>
    Left,

    /// <summary>The right half is clearly brighter than the left.</summary>
    Right,
}

/// <summary>
/// How pictures are lit, measured on their pixels: means over the two halves of the middle of the picture, where the face is. It measures
/// what is there, not why: dark skin in even light and light skin in dim light are the same to it.
/// </summary>
public static class Lighting
{
    /// <summary>The attribute that says it.</summary>
    public const string Attribute = "light";

    /// <summary>A half is brighter if it has this share more than both have on average.</summary>
    private const double Side = 0.15;

    private const double Dim = 80;
    private const double Bright = 175;

    /// <summary>Measures one picture.</summary>
    /// <param name="picture">[channels, height, width], 0 black to 255 white.</param>
    /// <param name="shape">Its shape.</param>
    public static Light Of(ReadOnlySpan<byte> picture, ImageShape shape)
    {
        (double left, double right) = (0, 0);
        (int top, int bottom) = (shape.Height / 6, shape.Height - (shape.Height / 6));
        (int begin, int middle, int end) = (shape.Width / 5, shape.Width / 2, shape.Width - (shape.Width / 5));
        for (int channel = 0; channel < shape.Channels; channel++)
        {
            for (int y = top; y < bottom; y++)
            {
                ReadOnlySpan<byte> row = picture.Slice(((channel * shape.Height) + y) * shape.Width, shape.Width);
                for (int x = begin; x < middle; x++)
                    left += row[x];
                for (int x = shape.Width - middle; x < end; x++)
                    right += row[x];
            }
        }

        double count = (double)shape.Channels * (bottom - top) * (middle - begin);
        (left, right) = (left / count, right / count);
        double mean = (left + right) / 2;
        double lean = mean == 0 ? 0 : (left - right) / (2 * mean);
        return lean > Side ? Light.Left
            : lean < -Side ? Light.Right
            : mean < Dim ? Light.Dim
            : mean > Bright ? Light.Bright
            : Light.Even;
    }

    /// <summary>Measures one sample of a set.</summary>
    public static Light Of(ISampleSet set, int index)
    {
        ArgumentNullException.ThrowIfNull(set);
        byte[] picture = new byte[set.Shape.Length];
        set.CopySample(index, picture);
        return Of(picture, set.Shape.Picture);
    }

    /// <summary>The word that stands in tables: "left".</summary>
    public static string Word(this Light light) => light.ToString().ToLowerInvariant();
}
