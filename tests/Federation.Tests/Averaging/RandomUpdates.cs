namespace Cohort.Federation.Tests;

/// <summary>Updates of the size and shape that training makes, and odd lengths that leave a rest after whole vectors.</summary>
internal static class RandomUpdates
{
    public static readonly int[] Lengths = [0, 1, 7, 8, 15, 16, 17, 31, 33, 1_000, 10_007];

    public static float[] Floats(int length, int seed, double scale = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, length).Select(_ => (float)(scale * ((2 * random.NextDouble()) - 1)))];
    }

    public static int[] Integers(int length, Random random) =>
        [.. Enumerable.Range(0, length).Select(_ => random.Next(int.MinValue, int.MaxValue))];
}
