using Cohort.Model.Data;
using Cohort.Model.Faces;
using Cohort.Model.Randomness;

namespace Cohort.Model.Tests.Faces;

/// <summary>A picture of several faces in known places: faces of a data set, enlarged, on an uneven grey wall with noise.</summary>
/// <param name="Picture">Grey, 800x600.</param>
/// <param name="Faces">Where each face's crop lies, from left to right.</param>
internal sealed record ComposedScene(Picture Picture, IReadOnlyList<FaceBox> Faces)
{
    private const int Width = 800;
    private const int Height = 600;

    /// <param name="faces">Where the faces come from.</param>
    /// <param name="number">Which scene; it decides everything.</param>
    /// <param name="count">Faces in it, at most 6.</param>
    /// <param name="least">Their least side, and 240 is the most.</param>
    public static ComposedScene Draw(ISampleSet faces, int number, int count = 4, int least = 72)
    {
        var random = KeyedRandom.For(1, Purpose.Audit, number);
        var pixels = Wall(random);
        var boxes = new List<FaceBox>();
        for (var i = 0; i < count; i++)
        {
            var side = random.Next(least, 241);
            var box = new FaceBox(((i % 3) * 265) + random.Next(0, 266 - side), ((i / 3) * 300) + random.Next(0, 301 - side), side, side);
            Paste(faces, random.Next(faces.Count), box, pixels);
            boxes.Add(box);
        }

        return new(new(pixels, Width, Height), [.. boxes.OrderBy(box => (box.X, box.Y))]);
    }

    private static byte[] Wall(KeyedRandom random)
    {
        var pixels = new byte[Width * Height];
        var (shade, slope) = (random.Next(60, 170), random.NextDouble() - 0.5);
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)Math.Clamp(shade + (slope * 0.15 * (i % Width)) + random.Next(-6, 7), 0, 255);
        return pixels;
    }

    private static void Paste(ISampleSet faces, int sample, FaceBox box, byte[] scene)
    {
        var face = new byte[faces.Shape.Length];
        faces.CopySample(sample, face);
        var shape = faces.Shape.Picture;
        var enlarged = Vision.Resize(new(face, shape.Width, shape.Height), box.Width, box.Height);
        for (var y = 0; y < box.Height; y++)
            enlarged.Pixels.AsSpan(y * box.Width, box.Width).CopyTo(scene.AsSpan(((box.Y + y) * Width) + box.X));
    }
}
