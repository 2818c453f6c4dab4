namespace Cohort.Federation.Tests.Compression;

public class QuantisationTests
{
    private static readonly Quantisation Quantisation = new();

    [Theory]
    [InlineData(8)]
    [InlineData(4)]
    [InlineData(2)]
    public void A_value_becomes_one_of_its_two_neighbouring_levels(int bits)
    {
        var update = Update(3000);
        var levels = (1 << (bits - 1)) - 1;

        var decoded = Through(update, bits, new Random(1));

        for (var first = 0; first < update.Length; first += 1024)
        {
            var bucket = first..Math.Min(first + 1024, update.Length);
            var step = (update[bucket].Max(Math.Abs) + levels - 1) / levels;
            foreach (var (value, rounded) in update[bucket].Zip(decoded[bucket]))
            {
                (rounded % step).ShouldBe(0);
                Math.Abs((long)rounded - value).ShouldBeLessThan(step);
            }
        }
    }

    [Theory]
    [InlineData(8)]
    [InlineData(4)]
    public void The_mean_of_many_roundings_is_the_update(int bits)
    {
        const int Times = 4000;
        int[] update = [1_000_000, 3, -70_001, 123_456, -999_999, 0, 500_000];
        var step = (1_000_000.0 / ((1 << (bits - 1)) - 1)) + 1;
        var random = new Random(7);
        var sums = new double[update.Length];

        for (var time = 0; time < Times; time++)
        {
            var decoded = Through(update, bits, random);
            for (var i = 0; i < sums.Length; i++)
                sums[i] += decoded[i];
        }

        // A rounding has a variance of at most D^2 / 4: five deviations of the mean of all.
        for (var i = 0; i < sums.Length; i++)
            (sums[i] / Times).ShouldBe(update[i], 5 * step / 2 / Math.Sqrt(Times));
    }

    [Theory]
    [InlineData(8, 3000, (3 * 4) + 3000)]
    [InlineData(4, 3000, (3 * 4) + 1500)]
    [InlineData(4, 1, 5)]
    public void The_length_depends_on_the_number_of_values_alone(int bits, int values, int bytes)
    {
        Encode(Update(values), bits).Length.ShouldBe(bytes);
        Encode(new int[values], bits).Length.ShouldBe(bytes);
    }

    [Fact]
    public void The_same_random_numbers_give_the_same_bytes_and_others_give_others()
    {
        var update = Update(2000);

        Encode(update, 4, new Random(1)).ShouldBe(Encode(update, 4, new Random(1)));
        Encode(update, 4, new Random(2)).ShouldNotBe(Encode(update, 4, new Random(1)));
    }

    [Fact]
    public void Values_that_no_level_could_hold_are_refused() =>
        Should.Throw<UpdateRejectedException>(() => Encode([0, int.MinValue], 8)).Message.ShouldContain("from index 0 on reach 2147483648 steps");

    [Fact]
    public void Bytes_of_another_length_and_levels_beyond_the_grid_are_refused()
    {
        var encoded = Encode([5, -5], 8);
        Should.Throw<UpdateRejectedException>(() => Decode(encoded[..^1], 8, 2)).Message.ShouldContain("has 6 bytes, but these are 5");
        encoded.AsSpan(0, 4).Fill(0xFF);
        Should.Throw<UpdateRejectedException>(() => Decode(encoded, 8, 2)).Message.ShouldContain("outside the 32-bit grid");
    }

    private static int[] Update(int values)
    {
        var random = new Random(3);
        return [.. Enumerable.Range(0, values).Select(_ => random.Next(-200_000, 200_000))];
    }

    private static Settings Of(int bits) => Settings.None.With("bits", bits);

    private static byte[] Encode(int[] update, int bits, Random? random = null) =>
        Quantisation.Encode(update, Of(bits), random ?? new Random(1));

    private static int[] Decode(byte[] encoded, int bits, int values)
    {
        var update = new int[values];
        Quantisation.Decode(encoded, Of(bits), update);
        return update;
    }

    private static int[] Through(int[] update, int bits, Random random) => Decode(Encode(update, bits, random), bits, update.Length);
}
