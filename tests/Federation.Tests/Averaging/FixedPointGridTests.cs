namespace Cohort.Federation.Tests;

public class FixedPointGridTests
{
    private static readonly FixedPointGrid Grid = new();

    [Fact]
    public void The_step_is_two_to_the_minus_fraction_bits()
    {
        Grid.Step.ShouldBe(Math.Pow(2, -24));
        new FixedPointGrid(0).Step.ShouldBe(1);
        new FixedPointGrid(30).Step.ShouldBe(Math.Pow(2, -30));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(31)]
    public void Fraction_bits_outside_0_to_30_are_refused(int fractionBits) =>
        Should.Throw<ArgumentOutOfRangeException>(() => new FixedPointGrid(fractionBits)).Message.ShouldContain("0 to 30");

    [Fact]
    public void Every_value_goes_to_the_nearest_grid_point_whatever_its_place_in_the_update()
    {
        foreach (var length in RandomUpdates.Lengths)
        {
            var update = RandomUpdates.Floats(length, seed: length, scale: 3);
            var quantised = new int[length];
            Grid.Quantise(update, quantised);
            quantised.ShouldBe(update.Select(x => (int)Math.Round(x / Grid.Step, MidpointRounding.ToEven)));
        }
    }

    [Fact]
    public void Ties_go_to_the_even_grid_point()
    {
        float[] halves = [0.5f, 1.5f, 2.5f, -0.5f, -1.5f, -2.5f, 3.5f, -3.5f, 0.5f];
        var quantised = new int[halves.Length];
        new FixedPointGrid(0).Quantise(halves, quantised);
        quantised.ShouldBe([0, 2, 2, 0, -2, -2, 4, -4, 0]);
    }

    [Fact]
    public void Subnormal_and_zero_values_go_to_zero()
    {
        float[] tiny = [float.Epsilon, -float.Epsilon, 0, -0f, 1e-40f, 1e-30f, -1e-30f, 1e-9f, -1e-9f];
        var quantised = new int[tiny.Length];
        Grid.Quantise(tiny, quantised);
        quantised.ShouldAllBe(q => q == 0);
    }

    [Fact]
    public void The_ends_of_the_grid_are_kept_and_the_first_value_beyond_is_refused()
    {
        var largest = MathF.BitDecrement(128);
        var quantised = new int[2];
        Grid.Quantise([-128, largest], quantised);
        quantised.ShouldBe([int.MinValue, (int)(largest / Grid.Step)]);
        Should.Throw<UpdateRejectedException>(() => Grid.Quantise([0, 128], new int[2])).Message.ShouldContain("128 at index 1");
        Should.Throw<UpdateRejectedException>(() => Grid.Quantise([MathF.BitDecrement(-128), 0], new int[2]))
            .Message.ShouldContain("at index 0");
    }

    [Theory]
    [InlineData(float.NaN, 0, "NaN")]
    [InlineData(float.PositiveInfinity, 5, "∞|Infinity")]
    [InlineData(float.NegativeInfinity, 16, "-∞|-Infinity")]
    [InlineData(float.MaxValue, 18, "3.4028235E\\+38")]
    public void A_value_off_the_grid_is_refused_by_index_and_value(float value, int index, string named)
    {
        var update = RandomUpdates.Floats(19, seed: 1);
        update[index] = value;
        foreach (var quantise in new Action[]
                 {
                     () => Grid.Quantise(update, new int[19]), () => Grid.QuantiseWithin(update, 100, new int[19]),
                 })
        {
            var message = Should.Throw<UpdateRejectedException>(quantise).Message;
            message.ShouldMatch($"value ({named}) at index {index} ");
        }
    }

    [Fact]
    public void The_first_of_several_bad_values_is_named()
    {
        var update = new float[40];
        update[33] = float.NaN;
        update[11] = float.NaN;
        Should.Throw<UpdateRejectedException>(() => Grid.Quantise(update, new int[40])).Message.ShouldContain("index 11");
    }

    [Fact]
    public void A_destination_of_another_length_is_refused() =>
        Should.Throw<ArgumentException>(() => Grid.Quantise(new float[4], new int[5])).Message.ShouldContain("4 values");

    [Fact]
    public void Quantising_within_a_bound_rounds_towards_zero()
    {
        float[] values = [0.9f, 1.1f, 1.999f, -0.9f, -1.1f, -1.999f, 5, -5, 2.5f];
        var quantised = new int[values.Length];
        new FixedPointGrid(0).QuantiseWithin(values, 100, quantised);
        quantised.ShouldBe([0, 1, 1, 0, -1, -1, 5, -5, 2]);
    }

    [Fact]
    public void A_clipped_update_stays_within_its_bound_on_the_grid_exactly()
    {
        foreach (var (seed, length, bound, bits) in
                 from seed in Enumerable.Range(0, 20)
                 from length in new[] { 1, 2, 17, 1_000 }
                 from bound in new[] { 1.0, 0.1, 3.7, 1e-3 }
                 from bits in new[] { 24, 16, 8 }
                 select (seed, length, bound, bits))
        {
            var grid = new FixedPointGrid(bits);
            var update = RandomUpdates.Floats(length, seed, scale: 50);
            L2Clipping.Clip(update, bound);
            var quantised = new int[length];
            grid.QuantiseWithin(update, bound, quantised);
            var square = quantised.Aggregate(Int128.Zero, (sum, q) => sum + ((Int128)q * q));
            ((double)square).ShouldBeLessThanOrEqualTo(bound / grid.Step * (bound / grid.Step), $"seed {seed}, length {length}");
        }
    }

    [Fact]
    public void Clipping_and_quantising_at_once_changes_no_bit()
    {
        foreach (var (length, bound, scale, bits) in
                 from length in RandomUpdates.Lengths
                 from bound in new[] { 1e-30, 1e-3, 1, 3.7 }
                 from scale in new[] { 1e-4, 0.1, 50 } // inside the bound, about it, beyond
                 from bits in new[] { 24, 8 }
                 select (length, bound, scale, bits))
        {
            var grid = new FixedPointGrid(bits);
            var update = RandomUpdates.Floats(length, seed: length, scale);
            var (clipped, expected, quantised) = (update.ToArray(), new int[length], new int[length]);
            var norm = L2Clipping.Clip(clipped, bound);
            grid.QuantiseWithin(clipped, bound, expected);

            grid.ClipAndQuantise(update, bound, quantised).ShouldBe(norm);

            quantised.ShouldBe(expected, $"length {length}, bound {bound}, scale {scale}");
            update.ShouldBe(RandomUpdates.Floats(length, seed: length, scale));
        }
    }

    [Fact]
    public void What_cannot_be_clipped_or_is_off_the_grid_when_clipped_is_refused_by_index()
    {
        var update = RandomUpdates.Floats(40, seed: 1);
        update[21] = float.NaN;
        Should.Throw<UpdateRejectedException>(() => Grid.ClipAndQuantise(update, 1, new int[40]))
            .Message.ShouldContain("NaN at index 21 is not a finite number");
        update[21] = -1000;
        Should.Throw<UpdateRejectedException>(() => Grid.ClipAndQuantise(update, 500, new int[40]))
            .Message.ShouldMatch("value -4\\d\\d\\.\\d+ at index 21 is not on the fixed-point grid");
        Should.Throw<UpdateRejectedException>(() => Grid.ClipAndQuantise(update, 5000, new int[40]))
            .Message.ShouldContain("value -1000 at index 21 is not on the fixed-point grid");
        Should.Throw<ArgumentException>(() => Grid.ClipAndQuantise(new float[4], 1, new int[5])).Message.ShouldContain("4 values");
        Should.Throw<ArgumentOutOfRangeException>(() => Grid.ClipAndQuantise(new float[4], 0, new int[4]));
    }

    [Fact]
    public void An_update_of_exactly_the_bound_is_accepted_and_one_above_is_refused()
    {
        var quantised = new int[2];
        Grid.QuantiseWithin([3, 4], 5, quantised);
        quantised.ShouldBe([3 << 24, 4 << 24]);
        var message = Should.Throw<UpdateRejectedException>(() => Grid.QuantiseWithin([3, 4.001f], 5, new int[2])).Message;
        message.ShouldContain("above the bound 5");
        message.ShouldContain("clip");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    public void A_bound_that_is_not_positive_is_refused(double bound) =>
        Should.Throw<ArgumentOutOfRangeException>(() => Grid.QuantiseWithin([1], bound, new int[1]));
}
