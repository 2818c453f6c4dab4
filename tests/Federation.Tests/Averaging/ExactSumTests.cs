namespace Cohort.Federation.Tests;

public class ExactSumTests
{
    [Fact]
    public void A_sum_holds_weight_times_value_whatever_its_length()
    {
        var random = new Random(1);
        foreach (var length in RandomUpdates.Lengths.Where(length => length > 0))
        {
            var sum = new ExactSum(length);
            var expected = new long[length];
            for (var student = 0; student < 5; student++)
            {
                var quantised = RandomUpdates.Integers(length, random);
                var weight = random.Next(1, 400_000_000);
                sum.Add(quantised, weight);
                for (var i = 0; i < length; i++)
                    expected[i] += (long)quantised[i] * weight;
            }

            sum.Values.ToArray().ShouldBe(expected);
            sum.Count.ShouldBe(5);
        }
    }

    [Fact]
    public void No_order_and_no_tree_of_additions_changes_the_sum()
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var random = new Random(seed);
            var length = random.Next(1, 40);
            var updates = Enumerable.Range(0, random.Next(2, 30))
                .Select(_ => (Values: RandomUpdates.Integers(length, random), Weight: random.Next(1, 1_000_000))).ToArray();
            var inOrder = new ExactSum(length);
            foreach (var (values, weight) in updates)
                inOrder.Add(values, weight);

            random.Shuffle(updates);
            var sums = updates.Select(update =>
            {
                var sum = new ExactSum(length);
                sum.Add(update.Values, update.Weight);
                return sum;
            }).ToList();
            while (sums.Count > 1)
            {
                var taken = sums[random.Next(sums.Count)];
                sums.Remove(taken);
                var into = sums[random.Next(sums.Count)];
                if (random.Next(2) == 0)
                    into.Add(taken);
                else
                    into.Add(taken.Values, taken.Weight, taken.Count);
            }

            sums[0].Values.ToArray().ShouldBe(inOrder.Values.ToArray(), $"seed {seed}");
            sums[0].Weight.ShouldBe(inOrder.Weight);
            sums[0].Count.ShouldBe(inOrder.Count);
        }
    }

    [Fact]
    public void The_heaviest_sum_of_the_lowest_values_does_not_overflow()
    {
        var sum = new ExactSum(9);
        var lowest = Enumerable.Repeat(int.MinValue, 9).ToArray();
        sum.Add(lowest, int.MaxValue - 1);
        sum.Add(lowest, 1);
        sum.Values.ToArray().ShouldAllBe(value => value == (long)int.MinValue * int.MaxValue);
        sum.Weight.ShouldBe(int.MaxValue);
    }

    [Fact]
    public void A_weight_beyond_the_bound_is_refused_and_changes_nothing()
    {
        var sum = new ExactSum(3);
        sum.Add([1, 2, 3], int.MaxValue);
        var other = new ExactSum(3);
        other.Add([1, 1, 1], 1);
        foreach (var add in new Action[]
                 {
                     () => sum.Add([1, 1, 1], 1), () => sum.Add([1L, 1, 1], 1, 1), () => sum.Add(other),
                     () => sum.Add([1L, 1, 1], long.MaxValue, 1),
                 })
        {
            Should.Throw<OverflowException>(add).Message.ShouldContain("2147483647");
            sum.Values.ToArray().ShouldBe([1L * int.MaxValue, 2L * int.MaxValue, 3L * int.MaxValue]);
            (sum.Weight, sum.Count).ShouldBe((int.MaxValue, 1));
        }
    }

    [Fact]
    public void Values_from_elsewhere_that_could_overflow_are_refused_wherever_they_stand()
    {
        for (var place = 0; place < 11; place++)
        {
            foreach (var value in new[] { long.MaxValue, long.MinValue, long.MinValue + 1 })
            {
                var sum = new ExactSum(11);
                sum.Add(new int[11], 1);
                var values = new long[11];
                values[place] = value;
                Should.Throw<OverflowException>(() => sum.Add(values, 1, 1)).Message.ShouldContain("2^63");
                sum.Values.ToArray().ShouldAllBe(v => v == 0);
                (sum.Weight, sum.Count).ShouldBe((1, 1));
            }
        }
    }

    [Fact]
    public void Refusals_do_not_depend_on_signs_that_happen_to_cancel()
    {
        var sum = new ExactSum(1);
        sum.Add([long.MaxValue / 2], 1, 1);
        sum.Add([-(long.MaxValue / 2)], 1, 1);
        Should.Throw<OverflowException>(() => sum.Add([2L], 1, 1));
    }

    [Fact]
    public void A_sum_may_be_added_to_itself_and_an_empty_one_adds_nothing()
    {
        var sum = new ExactSum(10);
        sum.Add(Enumerable.Range(0, 10).ToArray(), 3);
        sum.Add(new ExactSum(10));
        (sum.Weight, sum.Count).ShouldBe((3, 1));
        sum.Add(sum);
        sum.Values.ToArray().ShouldBe(Enumerable.Range(0, 10).Select(i => 6L * i));
        (sum.Weight, sum.Count).ShouldBe((6, 2));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    public void A_weight_or_count_below_one_is_refused(int value)
    {
        var sum = new ExactSum(1);
        Should.Throw<ArgumentOutOfRangeException>(() => sum.Add([1], value));
        Should.Throw<ArgumentOutOfRangeException>(() => sum.Add([1L], value, 1));
        Should.Throw<ArgumentOutOfRangeException>(() => sum.Add([1L], 1, value));
        Should.Throw<ArgumentOutOfRangeException>(() => new ExactSum(value));
    }

    [Fact]
    public void An_update_of_another_length_is_refused()
    {
        var sum = new ExactSum(4);
        Should.Throw<ArgumentException>(() => sum.Add(new int[5], 1)).Message.ShouldContain("4 values but got one of 5");
        Should.Throw<ArgumentException>(() => sum.Add(new long[3], 1, 1));
        Should.Throw<ArgumentException>(() => sum.Add(new ExactSum(3)));
    }
}
