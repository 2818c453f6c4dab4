namespace Cohort.Model.Data;

/// <summary>The shape [channels, height, width] of a picture, in pixels.</summary>
public sealed record ImageShape(int Channels, int Height, int Width) : SampleShape
{
    /// <summary>Faces: 48x48, grey.</summary>
    public static ImageShape Face { get; } = new(1, 48, 48);

    /// <summary>Bytes of one picture.</summary>
    public override int Length => Channels * Height * Width;

    public override string Kind => "picture";

    public override long[] Batch(long count) => [count, Channels, Height, Width];

    public override string ToString() => $"{Channels}x{Height}x{Width}";
}
