namespace Cohort.Federation.Tests;

public class RuleTests
{
    private const int Attackers = 3;
    private const int Students = 16;
    private static readonly FixedPointGrid Grid = new();

    private static readonly string[] Names =
        ["bulyan", "coordinateMedian", "geometricMedian", "krum", "mean", "multiKrum", "normBounding", "trimmedMean"];

    public static TheoryData<string> Rules => [.. Names];

    public static TheoryData<string> RobustRules => [.. Names.Where(name => name is not "mean")];

    [Fact]
    public void The_catalogue_has_every_rule_of_these_tests_and_the_one_that_only_they_know() =>
        Catalogue.Of<IAggregationRule>().Select(rule => rule.Name).ShouldBe([.. Names, "youngest"]);

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_rule_gives_what_its_paper_says(string rule)
    {
        // Odd and even numbers of students; lengths that fill no block, one, and more than one.
        foreach (var (students, length) in new[] { (15, 1), (15, 7), (16, 256), (17, 257), (18, 511), (23, 513), (24, 1_030) })
        {
            var updates = Honest(students, length, seed: length);

            var sum = RobustAggregation.Combine(Of(rule), updates, Grid);

            var expected = NaiveRules.Combine(rule, updates, Attackers, Grid);
            sum.Weight.ShouldBe(updates.Sum(update => (long)update.Weight));
            sum.Count.ShouldBe(students);
            // A step for the rounding, and for truncating what norm bounding shortens; eight steps of Weiszfeld are not the end.
            var tolerance = rule is "geometricMedian" ? 1e-3 * Scale : rule is "normBounding" ? 1.01 : 0.51;
            for (var i = 0; i < length; i++)
                ((double)sum.Values[i] / sum.Weight).ShouldBe(expected[i], tolerance, $"{rule}, {students} students, value {i}");
        }
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void The_order_in_which_updates_come_changes_no_bit(string rule)
    {
        var updates = Honest(Students, 700, seed: 1);
        var shuffled = updates.ToArray();
        new Random(2).Shuffle(shuffled);

        RobustAggregation.Combine(Of(rule), shuffled, Grid).Values.ToArray()
            .ShouldBe(RobustAggregation.Combine(Of(rule), updates, Grid).Values.ToArray());
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void If_all_agree_what_they_say_is_the_result(string rule)
    {
        var values = Honest(1, 700, seed: 3)[0].Values; // shorter than the bound of 1
        var updates = Enumerable.Range(0, Students).Select(student => new SingleUpdate(student, student + 1, values)).ToList();

        var sum = RobustAggregation.Combine(Of(rule), updates, Grid);

        sum.Values.ToArray().ShouldBe(values.Select(value => value * sum.Weight).ToArray());
    }

    [Theory]
    [MemberData(nameof(RobustRules))]
    public void As_many_attackers_as_a_rule_is_to_bear_move_nothing_far_and_one_ruins_the_mean(string rule)
    {
        foreach (var extreme in new[] { int.MaxValue, int.MinValue })
        {
            var updates = Honest(Students, 700, seed: 4);
            var honest = updates.Skip(Attackers).ToList();
            for (var attacker = 0; attacker < Attackers; attacker++)
                updates[attacker] = updates[attacker] with { Values = [.. Enumerable.Repeat(extreme, 700)] };

            Furthest(RobustAggregation.Combine(Of(rule), updates, Grid), honest).ShouldBeLessThan(rule is "normBounding" ? 5 : 1.5);
            Furthest(RobustAggregation.Combine(Of("mean"), updates, Grid), honest).ShouldBeGreaterThan(1_000);
        }
    }

    [Theory]
    [InlineData("coordinateMedian", 7)]
    [InlineData("trimmedMean", 7)]
    [InlineData("geometricMedian", 7)]
    [InlineData("krum", 9)]
    [InlineData("multiKrum", 9)]
    [InlineData("bulyan", 15)]
    public void Fewer_updates_than_a_rule_needs_for_its_attackers_are_refused_in_a_sentence(string rule, int least)
    {
        var updates = Honest(least, 5, seed: 5);
        RobustAggregation.WhyNot(Of(rule), least).ShouldBeNull();
        Should.NotThrow(() => RobustAggregation.Combine(Of(rule), updates, Grid));

        Should.Throw<ArgumentException>(() => RobustAggregation.Combine(Of(rule), updates.Skip(1), Grid))
            .Message.ShouldStartWith($"The rule {rule} needs {least} updates to bear 3 attackers, and has {least - 1}.");
    }

    [Fact]
    public void Bulyan_bears_any_number_that_it_is_asked_for_with_just_enough_updates()
    {
        for (var f = 0; f <= 5; f++)
        {
            var choice = new Choice<IAggregationRule>("bulyan") { Settings = Settings.None.With("attackers", f) };
            var updates = Honest((4 * f) + 3, 9, seed: f);
            var sum = RobustAggregation.Combine(choice, updates, Grid);

            var expected = NaiveRules.Combine("bulyan", updates, f, Grid);
            for (var i = 0; i < 9; i++)
                ((double)sum.Values[i] / sum.Weight).ShouldBe(expected[i], 0.51);
        }
    }

    [Fact]
    public void Of_two_updates_that_are_as_good_krum_takes_the_first_student_s()
    {
        // All corners of a square: every one has the same distances to the others.
        int[][] corners = [[0, 0], [0, 10], [10, 0], [10, 10]];
        var updates = corners.Select((values, i) => new SingleUpdate(7 - i, 1, values)).ToList();
        var krum = new Choice<IAggregationRule>("krum") { Settings = Settings.None.With("attackers", 0) };

        RobustAggregation.Combine(krum, updates, Grid).Values.ToArray().ShouldBe([40, 40]); // student 4's, times four students
    }

    [Fact]
    public void Many_students_do_not_make_a_heavy_one_the_majority_in_a_robust_rule()
    {
        var updates = Honest(Students, 9, seed: 6);
        updates[0] = new(0, 1_000_000, [.. Enumerable.Repeat(int.MaxValue, 9)]);

        Furthest(RobustAggregation.Combine(Of("geometricMedian"), updates, Grid), updates.Skip(1).ToList()).ShouldBeLessThan(1);
    }

    [Fact]
    public void Norm_bounding_takes_the_bound_in_the_unit_of_updates()
    {
        int[] values = [.. new[] { 3, 4 }.Select(value => value * (1 << Grid.FractionBits))]; // of length 5
        var choice = new Choice<IAggregationRule>("normBounding") { Settings = Settings.None.With("bound", 0.5) };

        var sum = RobustAggregation.Combine(choice, [new(0, 1, values)], Grid);

        (sum.Values[0] * Grid.Step).ShouldBe(0.3, 1e-6);
        (sum.Values[1] * Grid.Step).ShouldBe(0.4, 1e-6);
    }

    [Fact]
    public void The_mean_of_updates_by_weight_is_rounded_to_the_grid_where_it_is_asked_for_by_itself()
    {
        var combined = new int[2];

        new Mean().Combine([new(0, 1, [10, -4]), new(1, 3, [20, -5])], Grid, Settings.None, combined);

        combined.ShouldBe([18, -5]); // 17.5 and -4.75
    }

    [Fact]
    public void Two_updates_of_one_student_or_of_two_models_are_refused()
    {
        Should.Throw<ArgumentException>(() => RobustAggregation.Combine(Of("mean"), [new(1, 1, [1]), new(1, 1, [1])], Grid))
            .Message.ShouldContain("Student 1 has two updates");
        Should.Throw<ArgumentException>(() => RobustAggregation.Combine(Of("mean"), [new(1, 1, [1]), new(2, 1, [1, 2])], Grid))
            .Message.ShouldContain("Student 2 has an update of 2 values, and student 1 of 1");
        Should.Throw<ArgumentException>(() => RobustAggregation.Combine(Of("mean"), [], Grid));
    }

    [Fact]
    public void A_rule_that_somebody_adds_is_run_by_its_name_and_nothing_else_knows_of_it()
    {
        var updates = Honest(5, 9, seed: 7);

        var sum = RobustAggregation.Combine(new("youngest"), updates, Grid);

        sum.Values.ToArray().ShouldBe(updates[4].Values.Select(value => value * sum.Weight).ToArray());
    }

    [Theory]
    [InlineData(7, 2, 4)]
    [InlineData(5, 2, 2)]
    [InlineData(-5, 2, -2)]
    [InlineData(-7, 2, -4)]
    [InlineData(8, 3, 3)]
    [InlineData(-8, 3, -3)]
    [InlineData(-7, 3, -2)]
    [InlineData((long)int.MaxValue << 30, 1L << 30, int.MaxValue)]
    [InlineData((long)int.MinValue << 30, 1L << 30, int.MinValue)]
    public void Means_on_the_grid_are_rounded_once_ties_to_the_even(long sum, long count, long expected) =>
        ((long)GridMean.Of(sum, count)).ShouldBe(expected);

    private const double Scale = 1 << 19; // steps: a value of 0.03

    private static Choice<IAggregationRule> Of(string rule)
    {
        var choice = new Choice<IAggregationRule>(rule);
        return choice.Kind.Hyperparameters.Contains(IAggregationRule.Attackers)
            ? choice with { Settings = Settings.None.With("attackers", Attackers) }
            : choice;
    }

    /// <summary>Updates about a common one, as far from it as it is long.</summary>
    private static List<SingleUpdate> Honest(int students, int length, int seed)
    {
        var common = RandomUpdates.Floats(length, seed, Scale);
        return [.. Enumerable.Range(0, students).Select(student => new SingleUpdate(
            student,
            student % 3 + 1,
            [.. RandomUpdates.Floats(length, (100 * seed) + student + 1, Scale).Zip(common, (own, all) => (int)(own + all))]))];
    }

    /// <summary>How far the result is from the honest ones' mean, measured by the one of them that is furthest.</summary>
    private static double Furthest(ExactSum sum, IReadOnlyList<SingleUpdate> honest)
    {
        var mean = NaiveRules.Combine("mean", [.. honest.Select(update => update with { Weight = 1 })], 0, Grid);
        double[] result = [.. sum.Values.ToArray().Select(value => (double)value / sum.Weight)];
        return NaiveRules.Distance(result, mean)
            / honest.Max(update => NaiveRules.Distance([.. update.Values.Select(value => (double)value)], mean));
    }
}

/// <summary>A rule that nothing but this file knows of: whoever has the highest number is right.</summary>
internal sealed class Youngest : IAggregationRule
{
    public string Name => "youngest";

    public string Meaning => "the update of the student with the highest number";

    public int LeastUpdates(Settings settings) => 1;

    public void Combine(IReadOnlyList<SingleUpdate> updates, FixedPointGrid grid, Settings settings, Span<int> combined) =>
        updates[^1].Values.CopyTo(combined);
}
