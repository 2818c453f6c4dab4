using Cohort.Model.Randomness;

namespace Cohort.Model.Data.Avatars;

/// <summary>
/// Where the face stands in the picture: turned in the plane, scaled and shifted, and looking a little to one side.
/// </summary>
internal readonly record struct Pose(float Cosine, float Sine, float Scale, float X, float Y, float Yaw)
{
    public static Pose Draw(ref Xoshiro256 stream, int side)
    {
        float angle = stream.Spread(0.25f);
        float sine = angle - (angle * angle * angle / 6);
        return new Pose(
            Cosine: MathF.Sqrt(1 - (sine * sine)),
            Sine: sine,
            Scale: stream.Between(0.94f, 1.18f),
            X: (side / 2f) + stream.Spread(3.5f),
            Y: (side / 2f) + 1.5f + stream.Spread(3),
            Yaw: stream.Spread(1));
    }

    public (float X, float Y) ToPicture(float x, float y) =>
        (X + (Scale * ((Cosine * x) - (Sine * y))), Y + (Scale * ((Sine * x) + (Cosine * y))));

    public (float X, float Y) ToFace(float x, float y)
    {
        (float dx, float dy) = ((x - X) / Scale, (y - Y) / Scale);
        return ((Cosine * dx) + (Sine * dy), (Cosine * dy) - (Sine * dx));
    }

    /// <summary>Where a feature at x ends up when the head turns: the middle of the face moves most.</summary>
    public float Turned(float x) => x + (Yaw * 2.2f * (1 - (x * x / 225)));
}
