using System.Globalization;
using Cohort.Model.Randomness;

namespace Cohort.Model.Data.Synthesis;

/// <summary>
/// One change of a picture that leaves its label true: first where things are, then how they are lit, then what disturbs them (in the
/// manner of Simard, Steinkraus, Platt 2003, and of random erasing, Zhong et al. 2020). The same numbers give the same bytes everywhere.
/// </summary>
public sealed record Variation
{
    /// <summary>Changes nothing.</summary>
    public static Variation None { get; } = new();

    public bool Mirror { get; init; }

    /// <summary>In pixels, to the right and downwards.</summary>
    public float ShiftX { get; init; }

    public float ShiftY { get; init; }

    /// <summary>In degrees, clockwise; at most 45 either way.</summary>
    public float Rotation { get; init; }

    /// <summary>Above 1 the face becomes larger.</summary>
    public float Scale { get; init; } = 1;

    /// <summary>How much nearer the right edge is than the middle, as a share of the distance; at most 0.3 either way.</summary>
    public float TiltX { get; init; }

    /// <summary>How much nearer the lower edge is than the middle.</summary>
    public float TiltY { get; init; }

    /// <summary>Added to every pixel, of 0 black to 1 white.</summary>
    public float Brightness { get; init; }

    /// <summary>Differences from mid-grey are multiplied by it.</summary>
    public float Contrast { get; init; } = 1;

    /// <summary>The exponent of every pixel: below 1 shadows become lighter.</summary>
    public float Gamma { get; init; } = 1;

    /// <summary>How much brighter the right edge becomes than the middle, as a factor: 0.3 is 30 %. Negative: light from the left.</summary>
    public float LightX { get; init; }

    /// <summary>How much brighter the lower edge becomes than the middle.</summary>
    public float LightY { get; init; }

    /// <summary>Standard deviation of the grain, of 0 to 1.</summary>
    public float Grain { get; init; }

    /// <summary>Weight of each neighbour in a filter (b, 1 - 2b, b) along rows and columns; at most 1/3.</summary>
    public float Blur { get; init; }

    /// <summary>The side of a square that is covered in mid-grey, in pixels; 0 for none.</summary>
    public int CoverSide { get; init; }

    public int CoverX { get; init; }

    public int CoverY { get; init; }

    /// <summary>Names the grain: the same number, the same grain.</summary>
    public ulong GrainKey { get; init; }

    /// <summary>Draws a variation for pictures of this shape.</summary>
    /// <param name="random">Where the numbers come from.</param>
    /// <param name="shape">The pictures' shape.</param>
    /// <param name="kinds">What it may change.</param>
    public static Variation Draw(KeyedRandom random, ImageShape shape, VariationKinds kinds)
    {
        ArgumentNullException.ThrowIfNull(random);
        var drawn = None;
        if (kinds.HasFlag(VariationKinds.Geometry))
        {
            drawn = drawn with
            {
                Mirror = random.Next(2) == 1,
                ShiftX = Spread(random, 0.06f * shape.Width),
                ShiftY = Spread(random, 0.06f * shape.Height),
                Rotation = Spread(random, 12),
                Scale = 1 + Spread(random, 0.12f),
                TiltX = Spread(random, 0.1f),
                TiltY = Spread(random, 0.1f),
            };
        }

        if (kinds.HasFlag(VariationKinds.Light))
        {
            drawn = drawn with
            {
                Brightness = Spread(random, 0.15f),
                Contrast = 1 + Spread(random, 0.25f),
                Gamma = 1 + Spread(random, 0.3f),
                LightX = Spread(random, 0.35f),
                LightY = Spread(random, 0.25f),
            };
        }

        if (kinds.HasFlag(VariationKinds.Disturbance))
        {
            int side = random.Next(3) == 0 ? random.Next(4, Math.Max(5, Math.Min(shape.Width, shape.Height) / 4)) : 0;
            drawn = drawn with
            {
                Grain = 0.03f * random.NextSingle(),
                Blur = 0.15f * random.NextSingle(),
                CoverSide = side,
                CoverX = side == 0 ? 0 : random.Next(shape.Width - side),
                CoverY = side == 0 ? 0 : random.Next(shape.Height - side),
                GrainKey = random.NextUInt64(),
            };
        }

        return drawn;
    }

    /// <summary>Writes the changed picture.</summary>
    /// <param name="source">[channels, height, width], 0 black to 255 white.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="target">As long as the source, and not the same memory.</param>
    public void Apply(ReadOnlySpan<byte> source, ImageShape shape, Span<byte> target)
    {
        if (source.Length != shape.Length || target.Length != shape.Length)
            throw new ArgumentException($"A picture of {shape} has {shape.Length} bytes; got {source.Length} for {target.Length}.");

        int plane = shape.Height * shape.Width;
        float[] picture = new float[plane];
        float[] scratch = new float[plane];
        KeyedRandom grain = KeyedRandom.For(GrainKey, Purpose.Synthesise);
        for (int channel = 0; channel < shape.Channels; channel++)
        {
            for (int i = 0; i < plane; i++)
                scratch[i] = source[(channel * plane) + i];
            Place(scratch, shape, picture);
            Light(picture, shape);
            if (Blur > 0)
                Soften(picture, scratch, shape);
            Disturb(picture, shape, grain);
            Span<byte> bytes = target.Slice(channel * plane, plane);
            for (int i = 0; i < plane; i++)
                bytes[i] = (byte)((Math.Clamp(picture[i], 0, 1) * 255) + 0.5f);
        }
    }

    /// <summary>What was done, in words without commas: "mirror; shift 1.5 -2.1; gamma 0.92".</summary>
    public override string ToString()
    {
        List<string> changes = [];
        Add(Mirror, "mirror");
        Add(ShiftX != 0 || ShiftY != 0, $"shift {Number(ShiftX)} {Number(ShiftY)}");
        Add(Rotation != 0, $"rotation {Number(Rotation)}");
        Add(Scale != 1, $"scale {Number(Scale)}");
        Add(TiltX != 0 || TiltY != 0, $"tilt {Number(TiltX)} {Number(TiltY)}");
        Add(Brightness != 0, $"brightness {Number(Brightness)}");
        Add(Contrast != 1, $"contrast {Number(Contrast)}");
        Add(Gamma != 1, $"gamma {Number(Gamma)}");
        Add(LightX != 0 || LightY != 0, $"light {Number(LightX)} {Number(LightY)}");
        Add(Blur != 0, $"blur {Number(Blur)}");
        Add(Grain != 0, $"grain {Number(Grain)}");
        Add(CoverSide != 0, string.Create(CultureInfo.InvariantCulture, $"cover {CoverSide} at {CoverX} {CoverY}"));
        return changes.Count == 0 ? "none" : string.Join("; ", changes);

        void Add(bool changed, string what)
        {
            if (changed)
                changes.Add(what);
        }

        static string Number(float value) => value.ToString("0.###", CultureInfo.InvariantCulture);
    }

    // Triangular between -width and width.
    private static float Spread(KeyedRandom random, float width) => width * (random.NextSingle() + random.NextSingle() - 1);

    // Every target pixel looks up where it came from: un-mirror, un-tilt (a projective map), turn back, scale back, shift back; bilinear,
    // and what moves in from outside repeats the border.
    private void Place(ReadOnlySpan<float> source, ImageShape shape, Span<float> picture)
    {
        (int height, int width) = (shape.Height, shape.Width);
        (double sin, double cos) = PortableMath.SinCos(Rotation * (Math.PI / 180));
        (float sine, float cosine) = ((float)sin, (float)cos);
        (float middleX, float middleY) = ((width - 1) / 2f, (height - 1) / 2f);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                float dx = (Mirror ? width - 1 - x : x) - middleX - ShiftX;
                float dy = y - middleY - ShiftY;
                float nearness = 1 + (TiltX * dx / middleX) + (TiltY * dy / middleY);
                (dx, dy) = (dx / (Scale * nearness), dy / (Scale * nearness));
                picture[(y * width) + x] =
                    Bilinear.At(source, shape, middleX + (cosine * dx) + (sine * dy), middleY + (cosine * dy) - (sine * dx)) / 255;
            }
        }
    }

    private void Light(Span<float> picture, ImageShape shape)
    {
        (float middleX, float middleY) = ((shape.Width - 1) / 2f, (shape.Height - 1) / 2f);
        for (int y = 0; y < shape.Height; y++)
        {
            for (int x = 0; x < shape.Width; x++)
            {
                ref float pixel = ref picture[(y * shape.Width) + x];
                if (Gamma != 1 && pixel > 0)
                    pixel = (float)PortableMath.Exp(Gamma * PortableMath.Log(pixel));
                float light = 1 + (LightX * (x - middleX) / middleX) + (LightY * (y - middleY) / middleY);
                pixel = 0.5f + (((pixel * light) - 0.5f) * Contrast) + Brightness;
            }
        }
    }

    private void Soften(Span<float> picture, Span<float> scratch, ImageShape shape)
    {
        (int height, int width) = (shape.Height, shape.Width);
        float centre = 1 - (2 * Blur);
        for (int y = 0; y < height; y++)
        {
            ReadOnlySpan<float> row = picture.Slice(y * width, width);
            for (int x = 0; x < width; x++)
                scratch[(y * width) + x] = (centre * row[x]) + (Blur * (row[Math.Max(x - 1, 0)] + row[Math.Min(x + 1, width - 1)]));
        }

        for (int y = 0; y < height; y++)
        {
            (int above, int here, int below) = (Math.Max(y - 1, 0) * width, y * width, Math.Min(y + 1, height - 1) * width);
            for (int x = 0; x < width; x++)
                picture[here + x] = (centre * scratch[here + x]) + (Blur * (scratch[above + x] + scratch[below + x]));
        }
    }

    private void Disturb(Span<float> picture, ImageShape shape, KeyedRandom grain)
    {
        if (Grain > 0)
        {
            foreach (ref float pixel in picture)
                pixel += Grain * (float)grain.NextGaussian();
        }

        for (int y = CoverY; y < CoverY + CoverSide; y++)
            picture.Slice((y * shape.Width) + CoverX, CoverSide).Fill(0.5f);
    }
}
