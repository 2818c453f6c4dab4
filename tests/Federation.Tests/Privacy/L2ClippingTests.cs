namespace Cohort.Federation.Tests;

public class L2ClippingTests
{
    [Fact]
    public void The_norm_is_the_root_of_the_sum_of_squares()
    {
        L2Clipping.Norm([]).ShouldBe(0);
        L2Clipping.Norm([3, -4]).ShouldBe(5);
        L2Clipping.Norm([float.MaxValue, float.MaxValue]).ShouldBe(Math.Sqrt(2) * float.MaxValue, 1e25);
    }

    [Fact]
    public void The_norm_is_summed_in_sixteen_lanes_on_every_processor()
    {
        foreach (var length in RandomUpdates.Lengths)
        {
            var update = RandomUpdates.Floats(length, seed: length);
            BitConverter.DoubleToInt64Bits(L2Clipping.Norm(update)).ShouldBe(
                BitConverter.DoubleToInt64Bits(NormInPlainSteps(update)), $"length {length}");
        }
    }

    [Fact]
    public void An_update_inside_the_bound_is_left_as_it_is()
    {
        var update = RandomUpdates.Floats(1_000, seed: 1, scale: 0.01);
        var before = update.ToArray();
        L2Clipping.Clip(update, 1).ShouldBe(L2Clipping.Norm(before));
        update.ShouldBe(before);
    }

    [Fact]
    public void An_update_on_the_bound_gives_way_by_less_than_a_millionth()
    {
        float[] update = [3, 4];
        L2Clipping.Clip(update, 5).ShouldBe(5);
        L2Clipping.Norm(update).ShouldBeInRange(5 * (1 - 1e-6), 5);
    }

    [Fact]
    public void A_clipped_update_has_its_direction_and_at_most_the_bound()
    {
        foreach (var (seed, length, bound) in
                 from seed in Enumerable.Range(0, 50)
                 from length in new[] { 1, 3, 17, 4_001 }
                 from bound in new[] { 1e-30, 1e-6, 0.1, 1, 7.3 }
                 select (seed, length, bound))
        {
            var update = RandomUpdates.Floats(length, seed, scale: 100);
            var before = update.ToArray();
            var norm = L2Clipping.Clip(update, bound);
            norm.ShouldBe(L2Clipping.Norm(before));
            if (norm < bound * 0.999_999)
                continue;
            ExactNormIsAtMost(update, bound).ShouldBeTrue($"seed {seed}, length {length}, bound {bound}");
            L2Clipping.Norm(update).ShouldBeGreaterThan(bound * (1 - 1e-6));
            for (var i = 0; i < length; i++)
                ((double)update[i]).ShouldBe(before[i] * bound / norm, bound * 1e-6);
        }
    }

    [Fact]
    public void Clipping_twice_is_clipping_once()
    {
        var update = RandomUpdates.Floats(10_007, seed: 3, scale: 9);
        L2Clipping.Clip(update, 0.5);
        var once = update.ToArray();
        L2Clipping.Clip(update, 0.5);
        update.ShouldBe(once);
    }

    [Fact]
    public void The_largest_floats_are_clipped_too()
    {
        float[] update = [float.MaxValue, float.MinValue, float.MaxValue];
        L2Clipping.Clip(update, 1);
        ExactNormIsAtMost(update, 1).ShouldBeTrue();
        update[0].ShouldBe((float)(1 / Math.Sqrt(3)), 1e-6f);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void An_update_that_is_not_finite_is_refused_by_index_and_left_as_it_was(float value)
    {
        var update = RandomUpdates.Floats(100, seed: 1, scale: 5);
        update[71] = value;
        var before = update.ToArray();
        Should.Throw<UpdateRejectedException>(() => L2Clipping.Clip(update, 1)).Message.ShouldContain("index 71");
        update.ShouldBe(before);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1e-31)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_bound_that_is_not_a_positive_number_is_refused(double bound) =>
        Should.Throw<ArgumentOutOfRangeException>(() => L2Clipping.Clip(new float[3], bound))
            .Message.ShouldContain("clipping bound");

    private static double NormInPlainSteps(float[] update)
    {
        var lanes = new double[16];
        for (var i = 0; i < update.Length; i++)
            lanes[i % 16] += (double)update[i] * update[i];
        for (var half = 8; half > 0; half /= 2)
        {
            for (var lane = 0; lane < half; lane++)
                lanes[lane] += lanes[lane + half];
        }

        return Math.Sqrt(lanes[0]);
    }

    // Floats are integers times 2^-149, so the comparison is made in whole numbers.
    private static bool ExactNormIsAtMost(float[] update, double bound)
    {
        var square = update.Aggregate(System.Numerics.BigInteger.Zero, (sum, x) => sum + (Whole(x) * Whole(x)));
        return square <= Whole(bound) * Whole(bound);
    }

    private static System.Numerics.BigInteger Whole(double value) => new(Math.ScaleB(value, 149));
}
