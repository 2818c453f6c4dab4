using Cohort.Model.Audit;
using Cohort.Model.Evaluation;
using Cohort.Model.Randomness;

namespace Cohort.Model.Tests.Audit;

public class EpsilonLowerBoundTests
{
    [Fact]
    public void Perfect_separation_proves_what_so_many_samples_can_prove()
    {
        // 500 of 500 found and 0 of 500 mistaken: rates of at least r and at most 1 - r with r = 0.025^(1/500).
        var rate = Math.Pow(0.025, 1.0 / 500);
        var bound = Of(Enumerable.Range(2000, 1000).Select(i => (double)i), Enumerable.Range(0, 1000).Select(i => (double)i), 0);
        bound.Epsilon.ShouldBe(Math.Log(rate / (1 - rate)), 1e-9);
        bound.TruePositives.ShouldBe(1);
        bound.FalsePositives.ShouldBe(0);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(2.0)]
    public void Randomised_response_is_found_to_have_nearly_its_own_epsilon_and_hardly_ever_more(double epsilon)
    {
        // Warner 1965: the truth with probability e^eps / (1 + e^eps) is exactly eps-private.
        var truth = Math.Exp(epsilon) / (1 + Math.Exp(epsilon));
        var bounds = Enumerable.Range(0, 100).Select(trial =>
        {
            var random = KeyedRandom.For((ulong)trial, Purpose.Audit);
            double Answer(bool member) => random.NextDouble() < truth == member ? 1 : 0;
            return Of(
                Enumerable.Range(0, 1000).Select(_ => Answer(true)).ToArray(),
                Enumerable.Range(0, 1000).Select(_ => Answer(false)).ToArray(),
                0).Epsilon;
        }).ToArray();
        bounds.Count(bound => bound > epsilon).ShouldBeLessThanOrEqualTo(5);
        bounds.Average().ShouldBeGreaterThan(0.6 * epsilon);
    }

    [Fact]
    public void Scores_that_say_nothing_prove_nothing()
    {
        var proven = Enumerable.Range(0, 100).Count(trial =>
        {
            var random = KeyedRandom.For((ulong)trial, Purpose.Audit);
            double[] Noise() => [.. Enumerable.Range(0, 300).Select(_ => random.NextDouble())];
            return Of(Noise(), Noise(), 0).Epsilon > 0;
        });
        proven.ShouldBeLessThanOrEqualTo(5);
    }

    [Fact]
    public void Losing_no_member_proves_as_much_as_letting_no_other_through()
    {
        // Half of the others look like members; the other half certainly are none.
        var members = Enumerable.Repeat(1.0, 1000);
        var others = Enumerable.Range(0, 1000).Select(i => i % 2 == 0 ? 1.0 : 0.0);
        Of(members, others, 0).Epsilon.ShouldBeGreaterThan(3);
        Of(others, members, 0).Epsilon.ShouldBe(0, "the score points the other way");
    }

    [Fact]
    public void The_bound_is_that_of_the_rates_measured_away_from_where_the_threshold_was_chosen()
    {
        var random = KeyedRandom.For(1, Purpose.Audit);
        double[] Scores(double shift) => [.. Enumerable.Range(0, 400).Select(_ => random.NextGaussian() + shift)];
        var bound = Of(Scores(2), Scores(0), 0);
        int Count(double rate) => (int)Math.Round(rate * 200);
        var (found, mistaken) = (Count(bound.TruePositives), Count(bound.FalsePositives));
        double Ratio(int hits, int misses)
            => Math.Log(BinomialBounds.Lower(hits, 200, 0.025) / BinomialBounds.Upper(misses, 200, 0.025));
        new[] { Ratio(found, mistaken), Ratio(200 - mistaken, 200 - found) }
            .ShouldContain(epsilon => Math.Abs(epsilon - bound.Epsilon) < 1e-9);
        bound.Epsilon.ShouldBeGreaterThan(0.5);
    }

    [Fact]
    public void Delta_is_taken_off()
    {
        var scores = Enumerable.Range(0, 1000).Select(i => (double)i).ToArray();
        var members = scores.Select(score => score + 900);
        Of(members, scores, 0.5).Epsilon.ShouldBeLessThan(Of(members, scores, 0).Epsilon);
    }

    private static EpsilonLowerBound Of(IEnumerable<double> members, IEnumerable<double> others, double delta)
        => EpsilonLowerBound.Of([.. members], [.. others], delta, 0.95, seed: 3);
}
