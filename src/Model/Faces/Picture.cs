using Cohort.Model.Data;

namespace Cohort.Model.Faces;

/// <summary>All pixels of a picture, turned as its EXIF data says.</summary>
/// <param name="Pixels">Row by row, a byte each where it is grey, three where it is RGB.</param>
/// <param name="Width">In pixels.</param>
/// <param name="Height">In pixels.</param>
public sealed record Picture(byte[] Pixels, int Width, int Height)
{
    /// <summary>1 where it is grey, 3 where it is RGB.</summary>
    public int Channels => Pixels.Length / (Width * Height);

    /// <summary>The picture with every pixel repeated in both directions.</summary>
    public Picture Enlarged(int times)
    {
        var (channels, width, height) = (Channels, Width * times, Height * times);
        var pixels = new byte[channels * width * height];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                Pixels.AsSpan(channels * ((y / times * Width) + (x / times)), channels).CopyTo(pixels.AsSpan(channels * ((y * width) + x)));
            }
        }

        return new(pixels, width, height);
    }

    /// <summary>Draws a box with a line of text on a plate above it, readable on any background; letters beyond ASCII become question marks.</summary>
    /// <param name="box">Where; in an RGB picture.</param>
    /// <param name="text">What.</param>
    /// <param name="size">Of the letters; 1 makes them about 22 pixels high.</param>
    public void Mark(FaceBox box, string text, double size) => Vision.Mark(this, box, text, size);

    public byte[] ToPng() => Vision.EncodePng(Pixels, Width, Height);
}
