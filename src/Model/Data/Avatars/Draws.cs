using Cohort.Model.Randomness;

namespace Cohort.Model.Data.Avatars;

/// <summary>The few kinds of draw that faces need.</summary>
internal static class Draws
{
    /// <summary>Uniform in [low, high).</summary>
    public static float Between(this ref Xoshiro256 stream, float low, float high) => low + ((high - low) * stream.NextSingle());

    /// <summary>Between -width and width, more often near 0 (triangular).</summary>
    public static float Spread(this ref Xoshiro256 stream, float width) =>
        width * (stream.NextSingle() + stream.NextSingle() - 1);

    /// <summary>True with this probability.</summary>
    public static bool Chance(this ref Xoshiro256 stream, float probability) => stream.NextSingle() < probability;

    /// <summary>One of count kinds.</summary>
    public static int Kind(this ref Xoshiro256 stream, int count) => (int)stream.NextBelow((ulong)count);
}
