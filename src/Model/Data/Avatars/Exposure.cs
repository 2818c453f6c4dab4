using System.Buffers.Binary;
using Cohort.Model.Data.Synthesis;
using Cohort.Model.Randomness;

namespace Cohort.Model.Data.Avatars;

/// <summary>How a picture was taken: light from one side, contrast, brightness, blur and noise.</summary>
internal readonly record struct Exposure(float LightX, float LightY, float Contrast, float Brightness, float Blur, float Noise)
{
    public static Exposure Draw(ref Xoshiro256 stream) => new(
        LightX: stream.Spread(0.45f),
        LightY: stream.Spread(0.35f),
        Contrast: stream.Between(0.68f, 1.1f),
        Brightness: stream.Spread(0.14f),
        Blur: stream.Between(0, 0.22f),
        Noise: stream.Between(0.005f, 0.045f));

    /// <summary>The same picture taken in this light.</summary>
    public Exposure In(Light light, ref Xoshiro256 stream)
    {
        var plain = this with { LightX = stream.Spread(0.12f), LightY = stream.Spread(0.12f), Brightness = stream.Spread(0.06f) };
        return light switch
        {
            Light.Dim => plain with { Brightness = stream.Between(-0.36f, -0.24f), Contrast = stream.Between(0.5f, 0.75f) },
            Light.Bright => plain with { Brightness = stream.Between(0.18f, 0.34f), Contrast = stream.Between(0.7f, 1) },
            Light.Left => plain with { LightX = stream.Between(-0.85f, -0.55f) },
            Light.Right => plain with { LightX = stream.Between(0.55f, 0.85f) },
            _ => plain,
        };
    }

    /// <summary>Turns the painted picture (0 to 1) into bytes; scratch is as large as the picture.</summary>
    public void Develop(Span<float> picture, Span<float> scratch, int side, ref Xoshiro256 stream, Span<byte> bytes)
    {
        Soften(picture, scratch, side);
        Span<byte> grain = stackalloc byte[2 * sizeof(ulong)];
        float middle = (side - 1) / 2f;
        for (int row = 0; row < side; row++)
        {
            float light = 1 + (LightY * (row - middle) / middle);
            for (int column = 0; column < side; column++)
            {
                int i = (row * side) + column;
                if (i % sizeof(ulong) == 0)
                {
                    BinaryPrimitives.WriteUInt64LittleEndian(grain, stream.NextUInt64());
                    BinaryPrimitives.WriteUInt64LittleEndian(grain[sizeof(ulong)..], stream.NextUInt64());
                }

                // The sum of two uniform bytes is triangular; its standard deviation is about 104.5.
                float noise = (grain[i % sizeof(ulong)] + grain[(i % sizeof(ulong)) + sizeof(ulong)] - 255) * (Noise / 104.5f);
                float lit = picture[i] * (light + (LightX * (column - middle) / middle));
                float value = 0.5f + ((lit - 0.5f) * Contrast) + Brightness + noise;
                bytes[i] = (byte)((Math.Clamp(value, 0, 1) * 255) + 0.5f);
            }
        }
    }

    // A separable filter (Blur, 1 - 2 Blur, Blur); the border repeats.
    private void Soften(Span<float> picture, Span<float> scratch, int side)
    {
        float centre = 1 - (2 * Blur);
        for (int row = 0; row < side; row++)
        {
            Span<float> from = picture.Slice(row * side, side);
            Span<float> to = scratch.Slice(row * side, side);
            for (int i = 0; i < side; i++)
                to[i] = (centre * from[i]) + (Blur * (from[Math.Max(i - 1, 0)] + from[Math.Min(i + 1, side - 1)]));
        }

        for (int row = 0; row < side; row++)
        {
            Span<float> above = scratch.Slice(Math.Max(row - 1, 0) * side, side);
            Span<float> here = scratch.Slice(row * side, side);
            Span<float> below = scratch.Slice(Math.Min(row + 1, side - 1) * side, side);
            Span<float> to = picture.Slice(row * side, side);
            for (int i = 0; i < side; i++)
                to[i] = (centre * here[i]) + (Blur * (above[i] + below[i]));
        }
    }
}
