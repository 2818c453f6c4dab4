namespace Cohort.Federation.Tests;

public class CohortSamplingTests
{
    private static readonly HashSet<int> Nobody = [];

    [Theory]
    [InlineData(100, 0.1, 0, 10)]
    [InlineData(100, 0.1, 0.3, 13)]
    [InlineData(100, 1, 0, 100)]
    [InlineData(100, 1, 0.5, 100)]
    [InlineData(1_000, 0.01, 0.1, 11)]
    [InlineData(7, 0.5, 0, 4)]
    [InlineData(50, 0.001, 0, 1)]
    [InlineData(1, 0.1, 0, 1)]
    public void The_cohort_is_the_fraction_of_all_students_and_at_least_one(
        int population, double fraction, double over, int size) =>
        CohortSampling.Sample(population, Nobody, fraction, over, new Random(1)).Length.ShouldBe(size);

    [Fact]
    public void A_cohort_is_sorted_distinct_and_free_of_excluded_students()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var population = random.Next(1, 60);
            var excluded = Enumerable.Range(0, population).Where(_ => random.Next(3) == 0).ToHashSet();
            var fraction = 1 - random.NextDouble();
            var sample = CohortSampling.Sample(population, excluded, fraction, random.NextDouble(), random);
            sample.ShouldBe(sample.Distinct().Order());
            sample.ShouldAllBe(student => student >= 0 && student < population && !excluded.Contains(student));
            sample.Length.ShouldBeGreaterThanOrEqualTo(
                Math.Min(population - excluded.Count, Math.Max(1, (int)Math.Round(fraction * population))));
        }
    }

    [Fact]
    public void The_fraction_counts_excluded_students_too()
    {
        var excluded = Enumerable.Range(0, 50).ToHashSet();
        CohortSampling.Sample(100, excluded, 0.2, 0, new Random(1)).Length.ShouldBe(20);
        CohortSampling.Sample(100, excluded, 0.9, 0, new Random(1)).ShouldBe(Enumerable.Range(50, 50));
        CohortSampling.Sample(100, Enumerable.Range(0, 100).ToHashSet(), 0.9, 0, new Random(1)).ShouldBeEmpty();
    }

    [Fact]
    public void Excluded_numbers_that_are_no_students_are_ignored() =>
        CohortSampling.Sample(4, new HashSet<int> { -1, 2, 4, 1_000 }, 1, 0, new Random(1)).ShouldBe([0, 1, 3]);

    [Fact]
    public void The_same_generator_draws_the_same_cohort_and_another_draws_another()
    {
        var first = CohortSampling.Sample(1_000, Nobody, 0.1, 0, new Random(1));
        CohortSampling.Sample(1_000, Nobody, 0.1, 0, new Random(1)).ShouldBe(first);
        CohortSampling.Sample(1_000, Nobody, 0.1, 0, new Random(2)).ShouldNotBe(first);
    }

    [Fact]
    public void Every_cohort_is_equally_likely()
    {
        // 5 choose 2 = 10 cohorts among the students that are not excluded; 20,000 draws, about 2,000 each (sd 42).
        var excluded = new HashSet<int> { 0, 4, 5 };
        var random = new Random(11);
        var drawn = new Dictionary<(int, int), int>();
        for (var i = 0; i < 20_000; i++)
        {
            var sample = CohortSampling.Sample(8, excluded, 0.25, 0, random);
            drawn[(sample[0], sample[1])] = drawn.GetValueOrDefault((sample[0], sample[1])) + 1;
        }

        drawn.Count.ShouldBe(10);
        drawn.Values.ShouldAllBe(count => Math.Abs(count - 2_000) < 200);
    }

    [Fact]
    public void A_small_cohort_of_a_huge_population_takes_memory_for_the_cohort_only()
    {
        var random = new Random(1);
        CohortSampling.Sample(1_000, Nobody, 0.1, 0, random);
        var before = GC.GetAllocatedBytesForCurrentThread();
        CohortSampling.Sample(int.MaxValue, Nobody, 100.0 / int.MaxValue, 0, random).Length.ShouldBe(100);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(20_000);
    }

    [Theory]
    [InlineData(0, 0.1, 0)]
    [InlineData(-5, 0.1, 0)]
    [InlineData(10, 0, 0)]
    [InlineData(10, 1.1, 0)]
    [InlineData(10, double.NaN, 0)]
    [InlineData(10, 0.1, -0.1)]
    [InlineData(10, 0.1, double.NaN)]
    [InlineData(10, 0.1, double.PositiveInfinity)]
    public void Numbers_without_meaning_are_refused(int population, double fraction, double over) =>
        Should.Throw<ArgumentOutOfRangeException>(() => CohortSampling.Sample(population, Nobody, fraction, over, new Random(1)));
}
