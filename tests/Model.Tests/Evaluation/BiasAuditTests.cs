using Cohort.Model.Data;
using Cohort.Model.Evaluation;
using Cohort.Model.Evaluation.Bias;
using Cohort.Model.Randomness;

namespace Cohort.Model.Tests.Evaluation;

public sealed class BiasAuditTests
{
    private static readonly string[] Classes = ["calm", "glad"];

    [Fact]
    public void Gaps_are_the_largest_differences_between_two_groups()
    {
        // Counted by hand. f: calm 8 of 10 found, glad 5 of 10; m: calm 10 of 10, glad 9 of 10.
        var bias = Audit(Cells("f", (0, 0, 8), (0, 1, 2), (1, 1, 5), (1, 0, 5)), Cells("m", (0, 0, 10), (1, 1, 9), (1, 0, 1)));

        bias.Groups.Select(group => (group.Value, group.Samples, group.Accuracy)).ShouldBe([("f", 20, 13 / 20.0), ("m", 20, 19 / 20.0)]);
        bias.Groups[0].Classes[1].Recall.ShouldBe(0.5);
        bias.Groups[0].Classes[1].Precision.ShouldBe(5 / 7.0);
        bias.Groups[0].Classes[1].FalsePositiveRate.ShouldBe(0.2);
        Gap(bias, BiasAudit.Accuracy).Value.ShouldBe(6 / 20.0, 1e-12);
        // Taken for glad: f 7 of 20, m 9 of 20.
        Gap(bias, BiasAudit.DemographicParity).Value.ShouldBe(2 / 20.0, 1e-12);
        var odds = Gap(bias, BiasAudit.EqualisedOdds);
        odds.Value.ShouldBe(0.4, 1e-12);
        (odds.Class, odds.Rate, odds.Most, odds.Least).ShouldBe(("glad", "recall", "m", "f"));
        // F1: f calm 16/23, glad 10/17; m calm 20/21, glad 18/19.
        Gap(bias, BiasAudit.MacroF1).Value.ShouldBe((((20 / 21.0) + (18 / 19.0)) / 2) - (((16 / 23.0) + (10 / 17.0)) / 2), 1e-12);
    }

    [Fact]
    public void Equalised_odds_sees_false_alarms_too()
    {
        // Of two classes, a false alarm of one is a miss of the other, which three classes take apart.
        var bias = Audit(
            ["calm", "glad", "cross"],
            Cells("f", (0, 0, 10), (1, 1, 10), (2, 2, 10)),
            Cells("m", (0, 1, 5), (0, 2, 5), (1, 1, 10), (2, 2, 10)));
        Gap(bias, BiasAudit.EqualisedOdds).Value.ShouldBe(1);
        bias.Groups[1].Classes[1].FalsePositiveRate.ShouldBe(5 / 20.0);
    }

    [Fact]
    public void Small_groups_and_small_cells_are_told_and_give_no_gap()
    {
        var bias = Audit(Cells("f", (0, 0, 12), (1, 0, 3)), Cells("m", (0, 0, 12), (1, 1, 12)), Cells("x", (0, 1, 4)));
        bias.Groups.Select(group => group.IsSmall).ShouldBe([false, false, true]);
        bias.Groups[0].Classes[1].IsSmall.ShouldBeTrue();
        bias.Groups[0].Classes[1].Recall.ShouldBe(0);
        var odds = Gap(bias, BiasAudit.EqualisedOdds);
        // glad's recall differs by 1, but f has three of it; what is left are calm's recall and glad's false alarms, both 0.
        odds.Value.ShouldBe(0);
        bias.Gaps.ShouldAllBe(gap => gap.Most != "x" && gap.Least != "x");
    }

    [Fact]
    public void Unknown_values_are_left_out_or_a_group_of_their_own()
    {
        var groups = new[] { Cells("f", (0, 0, 12)), Cells("m", (0, 0, 12)), Cells(null, (0, 1, 12)) };
        var without = Audit(groups);
        (without.Samples, without.Unknown, without.Groups.Count).ShouldBe((24, 12, 2));
        Gap(without, BiasAudit.Accuracy).Value.ShouldBe(0);
        var with = Of(Classes, groups, unknownCounts: true);
        with.Groups.Select(group => group.Value).ShouldContain(BiasAudit.UnknownValue, StringComparer.Ordinal);
        Gap(with, BiasAudit.Accuracy).Value.ShouldBe(1);
    }

    [Fact]
    public void An_attribute_of_many_values_is_a_distribution()
    {
        var persons = Enumerable.Range(0, 30).Select(person => Cells($"p{person}", (0, person < 3 ? 1 : 0, 4))).ToArray();
        var bias = Audit(persons);
        bias.Groups.ShouldBeEmpty();
        bias.Values.ShouldBe(30);
        bias.Distribution!.WorstTenth.ShouldBe(0);
        bias.Distribution.Median.ShouldBe(1);
    }

    [Fact]
    public void Intervals_include_no_gap_where_there_is_none_and_chance_explains_it()
    {
        var random = KeyedRandom.For(5, Purpose.Audit);
        var (clear, explained) = (0, 0);
        const int Times = 40;
        for (var time = 0; time < Times; time++)
        {
            var bias = Of(Classes, [Drawn("f", 60, 0.7, random), Drawn("m", 140, 0.7, random)], resamples: 200);
            clear += bias.Gaps.Count(gap => string.Equals(gap.Name, BiasAudit.Accuracy, StringComparison.Ordinal) && gap.IsClear);
            explained += Gap(bias, BiasAudit.EqualisedOdds).ByChance >= Gap(bias, BiasAudit.EqualisedOdds).Value ? 1 : 0;
        }

        clear.ShouldBeLessThan(8); // 5 in 100 expected, of 40
        explained.ShouldBeGreaterThan(30);
    }

    [Fact]
    public void A_planted_gap_is_clear_and_its_interval_covers_it()
    {
        var random = KeyedRandom.For(6, Purpose.Audit);
        var covered = 0;
        for (var time = 0; time < 40; time++)
        {
            var gap = Gap(Of(Classes, [Drawn("f", 200, 0.6, random), Drawn("m", 400, 0.85, random)], resamples: 200), BiasAudit.Accuracy);
            gap.IsClear.ShouldBeTrue();
            covered += gap.Interval is { } interval && interval.Low <= 0.25 && interval.High >= 0.25 ? 1 : 0;
        }

        covered.ShouldBeInRange(34, 40); // 95 in 100 expected
    }

    [Fact]
    public void Few_persons_with_many_pictures_prove_no_gap_between_groups_of_persons()
    {
        // Persons differ in how well they are recognised, their groups do not: single samples would call many of these gaps clear.
        var random = KeyedRandom.For(7, Purpose.Audit);
        var (byPerson, bySample) = (0, 0);
        for (var time = 0; time < 40; time++)
        {
            var samples = Enumerable.Range(0, 20).SelectMany(person =>
            {
                var accuracy = 0.3 + (0.7 * random.NextDouble());
                return Enumerable.Range(0, 100).Select(_ => (Person: $"p{person}", Group: person < 10 ? "f" : "m", Right: random.NextDouble() < accuracy));
            }).ToList();
            var audit = new BiasAudit(
                new([.. samples.Select(_ => 0)], [.. samples.Select(sample => sample.Right ? new[] { 1.0, 0 } : [0, 1.0])], 2), Classes, resamples: 200);
            var gender = SampleAttribute.Of("gender", [.. samples.Select(sample => sample.Group)]);
            var known = audit.Of(gender, SampleAttribute.Of("person", [.. samples.Select(sample => sample.Person)]));
            known.ByPerson.ShouldBeTrue();
            known.Groups.Select(group => group.Persons).ShouldBe([10, 10]);
            byPerson += Gap(known, BiasAudit.Accuracy).IsClear ? 1 : 0;
            bySample += Gap(audit.Of(gender), BiasAudit.Accuracy).IsClear ? 1 : 0;
        }

        byPerson.ShouldBeLessThan(9);
        bySample.ShouldBeGreaterThan(15);
    }

    [Fact]
    public void What_differs_between_a_persons_pictures_is_compared_within_persons()
    {
        // Each person is recognised in the dark or not at all: light means nothing, and is dealt anew within each person.
        var samples = Enumerable.Range(0, 12).SelectMany(person => Enumerable.Range(0, 10).Select(i =>
            (Person: $"p{person}", Light: i < (person % 2 == 0 ? 8 : 2) ? "dark" : "bright", Right: person % 2 == 0))).ToList();
        var audit = new BiasAudit(
            new([.. samples.Select(_ => 0)], [.. samples.Select(sample => sample.Right ? new[] { 1.0, 0 } : [0, 1.0])], 2), Classes, resamples: 100);
        var gap = Gap(
            audit.Of(
                SampleAttribute.Of("light", [.. samples.Select(sample => sample.Light)]),
                SampleAttribute.Of("person", [.. samples.Select(sample => sample.Person)])),
            BiasAudit.Accuracy);
        gap.Value.ShouldBe(0.6, 1e-12);
        gap.ByChance!.Value.ShouldBe(0.6, 1e-12);
        gap.IsClear.ShouldBeFalse();
    }

    [Fact]
    public void The_same_predictions_give_the_same_intervals_and_none_where_none_are_asked_for()
    {
        var groups = new[] { Cells("f", (0, 0, 8), (0, 1, 4)), Cells("m", (0, 0, 12), (1, 1, 9)) };
        Gap(Of(Classes, groups, resamples: 50), BiasAudit.Accuracy).ShouldBe(Gap(Of(Classes, groups, resamples: 50), BiasAudit.Accuracy));
        var none = Gap(Audit(groups), BiasAudit.Accuracy);
        (none.Interval, none.ByChance).ShouldBe((null, null));
    }

    private static Gap Gap(AttributeBias bias, string name) => bias.Gaps.Single(gap => string.Equals(gap.Name, name, StringComparison.Ordinal));

    private static AttributeBias Audit(params (string? Value, int Actual, int Predicted)[][] groups) => Of(Classes, groups);

    private static AttributeBias Audit(string[] classes, params (string? Value, int Actual, int Predicted)[][] groups) => Of(classes, groups);

    private static AttributeBias Of(
        string[] classes, (string? Value, int Actual, int Predicted)[][] groups, int resamples = 0, bool unknownCounts = false)
    {
        var samples = groups.SelectMany(group => group).ToList();
        var predictions = new LabelledPredictions(
            [.. samples.Select(sample => sample.Actual)],
            [.. samples.Select(sample => Enumerable.Range(0, classes.Length).Select(label => label == sample.Predicted ? 1.0 : 0).ToArray())],
            classes.Length);
        return new BiasAudit(predictions, classes, resamples: resamples, unknownCounts: unknownCounts)
            .Of(SampleAttribute.Of("gender", [.. samples.Select(sample => sample.Value)]));
    }

    private static (string? Value, int Actual, int Predicted)[] Cells(string? value, params (int Actual, int Predicted, int Times)[] cells)
        => [.. cells.SelectMany(cell => Enumerable.Repeat((value, cell.Actual, cell.Predicted), cell.Times))];

    private static (string? Value, int Actual, int Predicted)[] Drawn(string value, int samples, double accuracy, Random random)
        => [.. Enumerable.Range(0, samples).Select(_ =>
        {
            var actual = random.Next(2);
            return ((string?)value, actual, random.NextDouble() < accuracy ? actual : 1 - actual);
        })];
}
