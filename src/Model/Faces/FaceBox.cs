namespace Cohort.Model.Faces;

/// <summary>Where a face is in a picture, in pixels from its upper left corner.</summary>
public readonly record struct FaceBox(int X, int Y, int Width, int Height)
{
    public long Area => (long)Width * Height;

    /// <summary>The area of both over the area of either, 0 to 1 (intersection over union, the Jaccard index).</summary>
    public double Overlap(FaceBox other)
    {
        var both = Both(other);
        return both == 0 ? 0 : (double)both / (Area + other.Area - both);
    }

    /// <summary>True if most of the smaller one of the two lies in the other: they are one face, seen twice.</summary>
    internal bool IsSameFace(FaceBox other) => 2 * Both(other) > Math.Min(Area, other.Area);

    private long Both(FaceBox other)
    {
        long width = Math.Min(X + Width, other.X + other.Width) - Math.Max(X, other.X);
        long height = Math.Min(Y + Height, other.Y + other.Height) - Math.Max(Y, other.Y);
        return width > 0 && height > 0 ? width * height : 0;
    }
}
