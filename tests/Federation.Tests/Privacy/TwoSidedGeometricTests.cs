namespace Cohort.Federation.Tests;

public class TwoSidedGeometricTests
{
    private const int Draws = 400_000;

    [Theory]
    [InlineData(0.05)]
    [InlineData(0.7)]
    [InlineData(1)]
    [InlineData(3.3)]
    public void Every_value_is_as_probable_as_the_definition_says(double epsilon)
    {
        var noise = new TwoSidedGeometric(epsilon);
        using var words = new KeyStream(NoiseSecret.FromSeed(5).ToArray());
        var counts = new Dictionary<long, int>();
        for (var i = 0; i < Draws; i++)
        {
            var value = noise.Next(words);
            counts[value] = counts.GetValueOrDefault(value) + 1;
        }

        // Pearson's statistic over the values that are to be seen 20 times or more, the rest as one.
        var ratio = Math.Exp(-epsilon);
        double statistic = 0, seen = 0, expectedSum = 0;
        var cells = 0;
        for (var x = -400L; x <= 400; x++)
        {
            var expected = Draws * (1 - ratio) / (1 + ratio) * Math.Pow(ratio, Math.Abs(x));
            if (expected < 20)
                continue;
            var count = counts.GetValueOrDefault(x);
            statistic += (count - expected) * (count - expected) / expected;
            (seen, expectedSum, cells) = (seen + count, expectedSum + expected, cells + 1);
        }

        var (rest, expectedRest) = (Draws - seen, Draws - expectedSum);
        statistic += (rest - expectedRest) * (rest - expectedRest) / expectedRest;
        statistic.ShouldBeLessThan(cells + (5 * Math.Sqrt(2 * cells))); // chi-squared with as many degrees of freedom
        cells.ShouldBeGreaterThan(4);
    }

    [Fact]
    public void Epsilon_is_rounded_towards_more_noise()
    {
        new TwoSidedGeometric(0.1).Epsilon.ShouldBe((ulong)(0.1 * (1 << 20)));
        (new TwoSidedGeometric(0.1).Epsilon / (double)(1 << 20)).ShouldBeLessThan(0.1);
        new TwoSidedGeometric(0.5).Epsilon.ShouldBe(1UL << 19);
    }

    [Fact]
    public void The_words_of_a_stream_do_not_depend_on_how_many_are_made_at_a_time()
    {
        using var few = new KeyStream(NoiseSecret.FromSeed(5).ToArray(), ahead: 4);
        using var many = new KeyStream(NoiseSecret.FromSeed(5).ToArray());
        for (var i = 0; i < 5_000; i++)
            few.Next().ShouldBe(many.Next());
    }
}
