using System.Numerics;

namespace Cohort.Federation.Tests;

public class DiscreteGaussianTests
{
    private const int AllBlocks = 255;

    [Theory]
    [InlineData(1.0 / 32)]
    [InlineData(0.05)]
    [InlineData(0.3)]
    [InlineData(0.5)]
    [InlineData(0.7)]
    [InlineData(1)]
    [InlineData(2.5)]
    [InlineData(7.3)]
    [InlineData(16)]
    [InlineData(31.99)]
    [InlineData(40)] // from here on blocks are wider than one
    [InlineData(100.1)]
    [InlineData(500)]
    public void Every_value_comes_as_often_as_it_should(double sigma) =>
        ShouldBeDistributed(Draw(new DiscreteGaussian(sigma), 1_000_000, key: 1), sigma);

    [Theory]
    [InlineData(0.3, 1)]
    [InlineData(5, 3)]
    [InlineData(5, 10)]
    [InlineData(20, 15)]
    [InlineData(60, 40)]
    [InlineData(300.5, 5)]
    public void Every_value_of_the_tail_comes_as_often_as_it_should(double sigma, int blocks)
    {
        // With few blocks the tail begins in the middle of the distribution, and proposes what is otherwise never seen.
        ShouldBeDistributed(Draw(new DiscreteGaussian(sigma, blocks, DiscreteGaussian.Doubt), 1_000_000, key: 2), sigma);
    }

    [Theory]
    [InlineData(0.4)]
    [InlineData(1)]
    [InlineData(3.25)]
    [InlineData(40)]
    public void It_agrees_with_the_paper_s_algorithms_to_the_letter(double sigma)
    {
        const int N = 40_000;
        var literal = new LiteralDiscreteGaussian(seed: 3);
        var (numerator, denominator) = (new BigInteger(Math.ScaleB(sigma, 20)), BigInteger.One << 20);
        var expected = Enumerable.Range(0, N).Select(_ => literal.Sample(numerator * numerator, denominator * denominator)).ToArray();
        ShouldBeDistributed(expected, sigma);

        // Two samples' chi-square: cells of equal size differ by a variance of their sum.
        var width = Math.Max(1, (long)(sigma / 4));
        var ours = Cells(Draw(new DiscreteGaussian(sigma), N, key: 3), width);
        var theirs = Cells(expected, width);
        var cells = ours.Keys.Union(theirs.Keys)
            .Select(cell => (A: ours.GetValueOrDefault(cell), B: theirs.GetValueOrDefault(cell)))
            .Where(cell => cell.A + cell.B >= 20).ToList();
        ShouldBePlausible(cells.Sum(cell => Math.Pow(cell.A - cell.B, 2) / (cell.A + cell.B)), cells.Count);
    }

    [Theory]
    [InlineData(1.0 / 32, AllBlocks)]
    [InlineData(0.7, AllBlocks)]
    [InlineData(31.999, AllBlocks)]
    [InlineData(1e6, AllBlocks)]
    [InlineData(1e15, AllBlocks)]
    [InlineData(5, 3)]
    public void Each_block_is_proposed_by_its_weight_exactly_and_the_weight_is_above_the_curve(double sigma, int blocks)
    {
        var gaussian = new DiscreteGaussian(sigma, blocks, DiscreteGaussian.Doubt);
        ulong total = 0;
        for (var block = 0; block <= blocks; block++)
        {
            var (proposed, weight, first, scale) = gaussian.Look(block);
            proposed.ShouldBe(weight, $"block {block}");
            total += proposed;

            // weight e^x >= scale, with x = first^2 / (2 sigma^2).
            var numerator = new BigInteger(first) * first << 100;
            var denominator = 2 * BigInteger.Pow(new BigInteger(Math.ScaleB(sigma, 50)), 2);
            if (numerator / denominator < 80)
                (weight * ExactComparison.Exp(numerator, denominator, 128).Lower >= scale << 128).ShouldBeTrue($"block {block}");
        }

        total.ShouldBe(1UL << 63);
    }

    [Theory]
    [InlineData(0.05, AllBlocks)]
    [InlineData(0.7, AllBlocks)]
    [InlineData(12.3, AllBlocks)]
    [InlineData(1e6, AllBlocks)]
    [InlineData(123_456_789.123, AllBlocks)]
    [InlineData(1e12, AllBlocks)] // words of 32 bits do not hold a place in the block any more
    [InlineData(1.1e15, AllBlocks)]
    [InlineData(5, 3)]
    [InlineData(1e6, 15)]
    public void Doubles_and_whole_numbers_decide_alike(double sigma, int blocks)
    {
        const int N = 20_000;
        var fast = Draw(new DiscreteGaussian(sigma, blocks, DiscreteGaussian.Doubt), N, key: 4);
        var slow = Draw(new DiscreteGaussian(sigma, blocks, double.PositiveInfinity), N, key: 4);
        slow.ShouldBe(fast);
        Draw(new DiscreteGaussian(sigma, blocks, 1e-4), N, key: 4).ShouldBe(fast);
    }

    [Fact]
    public void U_is_read_on_until_it_is_clear_on_which_side_of_the_bound_it_lies()
    {
        // exp(-1/2) in binary, its first 32 bits; U shares them, so the next word decides, and where it agrees too, the one after.
        var (lower, _) = ExactComparison.Exp(1, 2, precision: 300);
        var bound = (BigInteger.One << 600) / lower; // exp(-1/2) times 2^300
        var first = (uint)(bound >> 268);
        var second = (ulong)((bound >> 204) & ulong.MaxValue);
        using var words = Words(key: 5);
        using var again = Words(key: 5);
        var next = again.Next();

        ExactComparison.IsBelow(first, 1, 1, 1, 1, words).ShouldBe(next < second);
        words.Next().ShouldBe(again.Next(), "one word was read, and no more");
        ExactComparison.IsBelow(first - 1, 1, 1, 1, 1, words).ShouldBeTrue();
        ExactComparison.IsBelow(first + 1, 1, 1, 1, 1, words).ShouldBeFalse();
        words.Next().ShouldBe(again.Next(), "no word was read");
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1_000_000)]
    [InlineData(1, 3)]
    [InlineData(1, 2)]
    [InlineData(7, 2)]
    [InlineData(64, 1)]
    [InlineData(500, 3)]
    public void The_exponential_in_whole_numbers_is_bounded_closely_on_both_sides(int numerator, int denominator)
    {
        const int Precision = 200;
        var (lower, upper) = ExactComparison.Exp(numerator, denominator, Precision);
        (lower <= upper).ShouldBeTrue();
        ((upper - lower) << (Precision - 25) <= lower).ShouldBeTrue("the bounds agree to 175 bits");

        // exp(x) * exp(-x) = 1, where exp(-x) comes from the alternating series in fractions, which is exact.
        var (finerLower, finerUpper) = ExactComparison.Exp(numerator, denominator, 2 * Precision);
        (finerLower >> Precision >= lower && finerUpper >> Precision <= upper).ShouldBeTrue("a finer computation lies between");
        var x = (double)numerator / denominator;
        ((double)lower / Math.Pow(2, Precision) / Math.Exp(x)).ShouldBe(1, 1e-13);
    }

    [Fact]
    public void The_exponential_in_doubles_keeps_its_error_bound()
    {
        var random = new Random(6);
        for (var i = 0; i < 20_000; i++)
        {
            var t = random.NextDouble() * Math.Pow(2, random.Next(-20, 7));
            var ours = PortableMath.ExpOfMinus(t);
            var (numerator, denominator) = (new BigInteger(Math.ScaleB(t, 75)), BigInteger.One << 75);
            var (lower, _) = ExactComparison.Exp(numerator, denominator, 128);
            var product = new BigInteger(Math.ScaleB(ours, 160)) * lower; // e^-t e^t times 2^288
            var error = (double)(product - (BigInteger.One << 288)) / Math.Pow(2, 288);
            Math.Abs(error).ShouldBeLessThan(Math.Pow(2, -44), $"t = {t:R}");
        }

        PortableMath.ExpOfMinus(0).ShouldBe(1);
    }

    [Theory]
    [InlineData(1e3)]
    [InlineData(1e6)]
    [InlineData(1e8)]
    [InlineData(3e12)]
    public void Large_sigmas_give_the_moments_of_the_normal_distribution(double sigma)
    {
        const int N = 1_000_000;
        var values = Draw(new DiscreteGaussian(sigma), N, key: 7);
        values.Average(x => x / sigma).ShouldBe(0, 5 / Math.Sqrt(N));
        values.Average(x => Math.Pow(x / sigma, 2)).ShouldBe(1, 5 * Math.Sqrt(2.0 / N));
        values.Average(x => Math.Pow(x / sigma, 3)).ShouldBe(0, 5 * Math.Sqrt(15.0 / N));
        values.Average(x => Math.Pow(x / sigma, 4)).ShouldBe(3, 5 * Math.Sqrt(96.0 / N));
        ((double)values.Count(x => (x & 1) == 0)).ShouldBe(N / 2.0, 5 * Math.Sqrt(N / 4.0));
        ((double)values.Count(x => Math.Abs(x) > 4 * sigma)).ShouldBe(63.3 * N / 1e6, 5 * Math.Sqrt(63.3 * N / 1e6));
    }

    [Theory]
    [InlineData(0.03)]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1.2e15)]
    [InlineData(double.NaN)]
    public void A_sigma_outside_its_range_is_refused(double sigma) =>
        Should.Throw<ArgumentOutOfRangeException>(() => new DiscreteGaussian(sigma)).Message.ShouldContain("standard deviation");

    private static void ShouldBeDistributed(long[] values, double sigma)
    {
        var width = Math.Max(1, (long)(sigma / 20));
        var reach = (long)(10 * sigma) + 5;
        var masses = new SortedDictionary<long, double>();
        for (var x = -reach; x <= reach; x++)
        {
            var cell = Cell(x, width);
            masses[cell] = masses.GetValueOrDefault(cell) + Math.Exp(-(x / sigma) * (x / sigma) / 2);
        }

        var total = masses.Values.Sum();
        var counts = Cells(values, width);
        counts.Keys.ShouldAllBe(cell => masses.ContainsKey(cell));
        double chiSquare = 0, restExpected = 0, restCount = 0;
        var cells = 0;
        foreach (var (cell, mass) in masses)
        {
            var expected = mass / total * values.Length;
            if (expected < 10)
            {
                restExpected += expected;
                restCount += counts.GetValueOrDefault(cell);
                continue;
            }

            cells++;
            chiSquare += Math.Pow(counts.GetValueOrDefault(cell) - expected, 2) / expected;
        }

        // The far cells together, by Poisson's law.
        restCount.ShouldBe(restExpected, 4.5 * Math.Sqrt(restExpected) + 3);
        ShouldBePlausible(chiSquare, cells);
    }

    /// <summary>The draw is fixed; a right sampler stays within these bounds with a probability of 0.9999 or so.</summary>
    private static void ShouldBePlausible(double chiSquare, int cells)
    {
        // Wilson and Hilferty: the cube root of chi-square over its degrees of freedom is nearly normal.
        if (cells < 2)
            return;
        var freedom = cells - 1.0;
        var z = (Math.Cbrt(chiSquare / freedom) - (1 - (2 / (9 * freedom)))) / Math.Sqrt(2 / (9 * freedom));
        z.ShouldBeLessThan(4, $"chi-square {chiSquare} with {freedom} degrees of freedom");
    }

    private static Dictionary<long, int> Cells(long[] values, long width) =>
        values.GroupBy(value => Cell(value, width)).ToDictionary(cell => cell.Key, cell => cell.Count());

    private static long Cell(long value, long width) => (long)Math.Floor((double)value / width);

    private static long[] Draw(DiscreteGaussian gaussian, int count, byte key)
    {
        using var words = Words(key);
        var values = new long[count];
        for (var i = 0; i < count; i++)
            values[i] = gaussian.Next(words);
        return values;
    }

    private static KeyStream Words(byte key) => new([.. Enumerable.Repeat(key, 32)]);
}
