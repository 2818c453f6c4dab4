using Cohort.Model.Data;
using Cohort.Model.Plans;
using Cohort.Model.Randomness;
using Cohort.Model.Training;

namespace Cohort.Model.Tests.Training;

public sealed class SampleBalanceTests
{
    // Two classes; f: 1 and 3 samples, m: 5 and 1; two whose value is not known.
    private static readonly (string? Value, byte Label)[] Cells =
    [
        ("f", 0), ("f", 1), ("f", 1), ("f", 1), ("m", 0), ("m", 0), ("m", 0), ("m", 0), ("m", 0), ("m", 1), (null, 0), (null, 1),
    ];

    [Fact]
    public void Reweighing_makes_attribute_and_class_independent_and_keeps_the_sum()
    {
        var (set, balance) = Balanced(BalanceKind.Reweigh);
        var all = Enumerable.Range(0, set.Count).ToArray();
        all.Sum(balance.WeightOf).ShouldBe(12, 1e-12);
        all.Where(i => set.AttributeOf(i, "gender") is null).ShouldAllBe(i => balance.WeightOf(i) == 1);
        foreach (var value in new[] { "f", "m" })
        {
            var own = all.Where(i => string.Equals(set.AttributeOf(i, "gender"), value, StringComparison.Ordinal)).ToList();
            // Six of the ten samples of known value are of class 0, whatever the value.
            (own.Where(i => set.LabelOf(i) == 0).Sum(balance.WeightOf) / own.Sum(balance.WeightOf)).ShouldBe(6.0 / 10, 1e-12, value);
            own.Sum(balance.WeightOf).ShouldBe(own.Count, 1e-12, value);
        }

        // P(f) P(0) / P(f, 0) = (4/10) (6/10) / (1/10)
        balance.WeightOf(0).ShouldBe(2.4, 1e-12);
    }

    [Fact]
    public void Resampling_draws_every_value_as_often_as_any_other_within_a_class_and_keeps_the_classes()
    {
        var (set, balance) = Balanced(BalanceKind.Resample);
        var all = Enumerable.Range(0, set.Count).ToArray();
        var random = KeyedRandom.For(1, Purpose.Balance);
        var counts = new Dictionary<(string, int), int>();
        const int Times = 5000;
        for (var i = 0; i < Times; i++)
        {
            foreach (var drawn in balance.Draw(all, random))
            {
                var cell = (set.AttributeOf(drawn, "gender") ?? "", set.LabelOf(drawn));
                counts[cell] = counts.GetValueOrDefault(cell) + 1;
            }
        }

        // Of twelve draws: class 0 has six of known value, three of each; class 1 four, two of each. Standard deviation about 100.
        foreach (var (cell, expected) in new[] { (("f", 0), 3), (("m", 0), 3), (("f", 1), 2), (("m", 1), 2), (("", 0), 1), (("", 1), 1) })
        {
            counts[cell].ShouldBeInRange((expected * Times) - 500, (expected * Times) + 500, cell.ToString());
        }
    }

    [Fact]
    public void Samples_that_nobody_trains_on_count_for_nothing()
    {
        var set = Set();
        var balance = SampleBalance.Of(set, [0, 1, 4, 9], "gender", BalanceKind.Reweigh);
        new[] { 0, 1, 4, 9 }.ShouldAllBe(sample => balance.WeightOf(sample) == 1);
    }

    private static (ImageArray Set, SampleBalance Balance) Balanced(BalanceKind kind)
    {
        var set = Set();
        return (set, SampleBalance.Of(set, [.. Enumerable.Range(0, set.Count)], "gender", kind));
    }

    private static ImageArray Set() => new(
        new ImageShape(1, 1, 1),
        ["a", "b"],
        new byte[Cells.Length],
        [.. Cells.Select(cell => cell.Label)],
        null,
        [SampleAttribute.Of("gender", [.. Cells.Select(cell => cell.Value)])]);
}
