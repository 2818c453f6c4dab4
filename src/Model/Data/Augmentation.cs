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
        if (!mirrored && right == 0 && down == 0 && angle == 0)
            return;

        picture.CopyTo(scratch);
        int plane = shape.Height * shape.Width;
        for (int channel = 0; channel < shape.Channels; channel++)
        {
            Span<float> to = picture.Slice(channel * plane, plane);
            ReadOnlySpan<float> from = scratch.Slice(channel * plane, plane);
            if (angle == 0)
                Move(from, to, shape, right, down, mirrored);
            else
                Turn(from, to, shape, right, down, mirrored, angle);
        }
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

    // Each target pixel looks up where it came from: un-mirror, turn back, shift back.
    private static void Turn(
        ReadOnlySpan<float> from, Span<float> to, ImageShape shape, int right, int down, bool mirrored, double degrees)
    {
        (int height, int width) = (shape.Height, shape.Width);
        (double sin, double cos) = PortableMath.SinCos(degrees * (Math.PI / 180));
        (float sine, float cosine) = ((float)sin, (float)cos);
        (float middleX, float middleY) = ((width - 1) / 2f, (height - 1) / 2f);
        for (int y = 0; y < height; y++)
        {
            float dy = y - middleY - down;
            Span<float> row = to.Slice(y * width, width);
            for (int x = 0; x < width; x++)
            {
                float dx = (mirrored ? width - 1 - x : x) - middleX - right;
                row[x] = Sample(from, shape, middleX + (cosine * dx) + (sine * dy), middleY + (cosine * dy) - (sine * dx));
            }
        }
    }

    private static float Sample(ReadOnlySpan<float> from, ImageShape shape, float x, float y)
    {
        x = Math.Clamp(x, 0, shape.Width - 1);
        y = Math.Clamp(y, 0, shape.Height - 1);
        (int left, int top) = ((int)x, (int)y);
        int here = (top * shape.Width) + left;
        int beside = left + 1 < shape.Width ? 1 : 0;
        int below = top + 1 < shape.Height ? shape.Width : 0;
        (float u, float v) = (x - left, y - top);
        float upper = from[here] + (u * (from[here + beside] - from[here]));
        float lower = from[here + below] + (u * (from[here + below + beside] - from[here + below]));
        return upper + (v * (lower - upper));
    }
}
