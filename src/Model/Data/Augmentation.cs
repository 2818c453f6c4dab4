using Cohort.Model.Randomness;

namespace Cohort.Model.Data;

/// <summary>
/// Random changes of a picture that leave its label true. What moves in from outside repeats the border.
/// </summary>
public sealed record Augmentation
{
    /// <summary>Changes nothing and draws nothing.</summary>
    public static Augmentation None { get; } = new() { Mirror = false, Shift = 0, Rotation = 0 };

    /// <summary>Whether every second picture is mirrored left to right.</summary>
    public bool Mirror { get; init; } = true;

    /// <summary>The largest shift in each direction, in pixels.</summary>
    public int Shift
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value, nameof(Shift));
            field = value;
        }
    } = 4;

    /// <summary>The largest rotation either way about the middle, in degrees, at most 45; bilinear where it is not 0.</summary>
    public double Rotation
    {
        get;
        init => field = value is >= 0 and <= 45 ? value
            : throw new ArgumentOutOfRangeException(nameof(Rotation), value, "The largest rotation must be 0 to 45 degrees.");
    } = 10;

    /// <summary>By how much of its size a picture grows or shrinks about the middle at most, up to a half.</summary>
    public double Zoom
    {
        get;
        init => field = value is >= 0 and <= 0.5 ? value
            : throw new ArgumentOutOfRangeException(nameof(Zoom), value, "The largest zoom must be 0 to 0.5.");
    }

    /// <summary>What is added to all pixels at most, or taken off them, in the picture's own scale of values.</summary>
    public double Brightness { get; init; }

    /// <summary>By how much of itself each pixel's difference from the picture's mean changes at most, below 1.</summary>
    public double Contrast { get; init; }

    /// <summary>
    /// The probability with which a rectangle of the picture takes the picture's mean value (Zhong et al. 2020, "Random Erasing Data
    /// Augmentation", Algorithm 1).
    /// </summary>
    public double Erasing { get; init; }

    /// <summary>Changes one picture in place.</summary>
    /// <param name="picture">[channels, height, width], in any scale of values.</param>
    /// <param name="shape">The picture's shape.</param>
    /// <param name="scratch">At least as long as the picture; its content does not matter before or after.</param>
    /// <param name="random">Where the choices come from: the same generator state, the same change.</param>
    public void Apply(Span<float> picture, ImageShape shape, Span<float> scratch, Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        if (picture.Length != shape.Length || scratch.Length < shape.Length)
            throw new ArgumentException($"A picture of {shape} needs {shape.Length} values and as much scratch.");

        bool mirrored = Mirror && random.Next(2) == 1;
        int right = Shift == 0 ? 0 : random.Next(-Shift, Shift + 1);
        int down = Shift == 0 ? 0 : random.Next(-Shift, Shift + 1);
        double angle = Rotation == 0 ? 0 : Rotation * ((2 * random.NextDouble()) - 1);
        double zoom = Zoom == 0 ? 1 : 1 + (Zoom * ((2 * random.NextDouble()) - 1));
        if (mirrored || right != 0 || down != 0 || angle != 0 || zoom != 1)
            MovePixels(picture, shape, scratch, right, down, mirrored, angle, zoom);
        if (Brightness != 0 || Contrast != 0)
            Light(picture, random);
        if (Erasing != 0 && random.NextDouble() < Erasing)
            Erase(picture, shape, random);
    }

    private static void MovePixels(
        Span<float> picture, ImageShape shape, Span<float> scratch, int right, int down, bool mirrored, double angle, double zoom)
    {
        picture.CopyTo(scratch);
        int plane = shape.Height * shape.Width;
        for (int channel = 0; channel < shape.Channels; channel++)
        {
            Span<float> to = picture.Slice(channel * plane, plane);
            ReadOnlySpan<float> from = scratch.Slice(channel * plane, plane);
            if (angle == 0 && zoom == 1)
                Move(from, to, shape, right, down, mirrored);
            else
                Turn(from, to, shape, right, down, mirrored, angle, zoom);
        }
    }

    private void Light(Span<float> picture, Random random)
    {
        float factor = (float)(1 + (Contrast * ((2 * random.NextDouble()) - 1)));
        float added = (float)(Brightness * ((2 * random.NextDouble()) - 1));
        float mean = MeanOf(picture);
        foreach (ref float value in picture)
            value = mean + (factor * (value - mean)) + added;
    }

    private static void Erase(Span<float> picture, ImageShape shape, Random random)
    {
        // The paper's s_l, s_h and r_1: 2 to 20 % of the picture, sides in a ratio of 0.3 to 1 / 0.3.
        double area = (0.02 + (0.18 * random.NextDouble())) * shape.Height * shape.Width;
        double ratio = PortableMath.Exp(PortableMath.Log(0.3) * ((2 * random.NextDouble()) - 1));
        int height = Math.Clamp((int)Math.Round(Math.Sqrt(area * ratio)), 1, shape.Height);
        int width = Math.Clamp((int)Math.Round(Math.Sqrt(area / ratio)), 1, shape.Width);
        int top = random.Next(shape.Height - height + 1);
        int left = random.Next(shape.Width - width + 1);
        float mean = MeanOf(picture);
        for (int channel = 0; channel < shape.Channels; channel++)
        {
            for (int y = top; y < top + height; y++)
                picture.Slice((((channel * shape.Height) + y) * shape.Width) + left, width).Fill(mean);
        }
    }

    private static float MeanOf(ReadOnlySpan<float> picture)
    {
        double sum = 0;
        foreach (float value in picture)
            sum += value;
        return (float)(sum / picture.Length);
    }

    private static void Move(ReadOnlySpan<float> from, Span<float> to, ImageShape shape, int right, int down, bool mirrored)
    {
        (int height, int width) = (shape.Height, shape.Width);
        int begin = Math.Clamp(right, 0, width);
        int end = Math.Clamp(width + right, 0, width);
        for (int y = 0; y < height; y++)
        {
            ReadOnlySpan<float> source = from.Slice(Math.Clamp(y - down, 0, height - 1) * width, width);
            Span<float> row = to.Slice(y * width, width);
            if (begin < end)
                source[(begin - right)..(end - right)].CopyTo(row[begin..end]);
            row[..Math.Min(begin, width)].Fill(source[0]);
            row[Math.Max(end, 0)..].Fill(source[^1]);
            if (mirrored)
                row.Reverse();
        }
    }

    // Each target pixel looks up where it came from: un-mirror, turn and zoom back, shift back.
    private static void Turn(
        ReadOnlySpan<float> from, Span<float> to, ImageShape shape, int right, int down, bool mirrored, double degrees, double zoom)
    {
        (int height, int width) = (shape.Height, shape.Width);
        (double sin, double cos) = PortableMath.SinCos(degrees * (Math.PI / 180));
        (float sine, float cosine) = ((float)(sin / zoom), (float)(cos / zoom));
        (float middleX, float middleY) = ((width - 1) / 2f, (height - 1) / 2f);
        for (int y = 0; y < height; y++)
        {
            float dy = y - middleY - down;
            Span<float> row = to.Slice(y * width, width);
            for (int x = 0; x < width; x++)
            {
                float dx = (mirrored ? width - 1 - x : x) - middleX - right;
                row[x] = Bilinear.At(from, shape, middleX + (cosine * dx) + (sine * dy), middleY + (cosine * dy) - (sine * dx));
            }
        }
    }
}
