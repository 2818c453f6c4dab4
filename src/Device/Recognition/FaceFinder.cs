using Cohort.Model.Data;
using Cohort.Model.Faces;

namespace Cohort.Device.Recognition;

/// <summary>A face as it is kept and judged.</summary>
/// <param name="Content">A picture file: the one that was looked at where that is taken whole, else the face alone as a grey PNG.</param>
/// <param name="Number">Which of the picture's faces, from left to right, from 1; null where the picture is taken whole.</param>
public sealed record FoundFace(byte[] Content, int? Number);

/// <summary>
/// Cuts faces out of pictures, so that of a picture nothing is kept but them. The same picture gives the same faces, byte for byte. Not for
/// two threads at once.
/// </summary>
/// <param name="search">Which pictures are searched.</param>
public sealed class FaceFinder(FaceSearch search) : IDisposable
{
    /// <summary>A face is kept in at most so many pixels a side: such a square is a face whole, wherever it is looked at again.</summary>
    public const int MostSide = FaceSearchRule.SmallSquare;

    private FaceDetector? _detector;

    /// <param name="file">A PNG or JPEG.</param>
    /// <returns>From left to right; none where the picture is searched and shows none.</returns>
    /// <exception cref="DataFormatException">It cannot be decoded, or the detector is not installed.</exception>
    public IReadOnlyList<FoundFace> In(byte[] file)
    {
        var picture = Vision.Open(file);
        if (!search.Searches(picture))
        {
            return [new(file, null)];
        }

        _detector ??= FaceDetector.Open();
        return [.. _detector.Find(picture).Select((box, i) => new FoundFace(Cut(picture, box), i + 1))];
    }

    public void Dispose() => _detector?.Dispose();

    private static byte[] Cut(Picture picture, FaceBox box)
    {
        var side = Math.Min(MostSide, Math.Min(box.Width, box.Height));
        var pixels = new byte[side * side];
        Vision.Crop(picture, box, side, pixels);
        return Vision.EncodePng(pixels, side, side);
    }
}
