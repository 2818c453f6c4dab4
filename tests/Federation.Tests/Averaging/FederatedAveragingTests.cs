namespace Cohort.Federation.Tests;

public class FederatedAveragingTests
{
    private static readonly FixedPointGrid Grid = new();

    [Fact]
    public void The_average_weighs_each_update_by_its_samples()
    {
        var sum = Sum(([1f, -2, 0.5f], 1), ([5f, 2, 0.5f], 3));
        var result = new float[3];
        FederatedAveraging.Apply([10, 20, 30], sum, Grid, 1, result);
        result.ShouldBe([14, 21, 30.5f]);
    }

    [Fact]
    public void When_all_agree_the_model_moves_by_exactly_what_they_sent()
    {
        foreach (var length in RandomUpdates.Lengths.Where(length => length > 0))
        {
            var update = RandomUpdates.Floats(length, seed: 5);
            var quantised = new int[length];
            Grid.Quantise(update, quantised);
            var sum = new ExactSum(length);
            foreach (var weight in new[] { 3, 7, 600, 1_234_567 })
                sum.Add(quantised, weight);
            var result = new float[length];
            FederatedAveraging.Apply(new float[length], sum, Grid, 1, result);
            result.ShouldBe(quantised.Select(q => (float)(q * Grid.Step)));
        }
    }

    [Fact]
    public void The_result_is_rounded_once_per_element_on_every_processor()
    {
        var random = new Random(7);
        foreach (var length in RandomUpdates.Lengths.Where(length => length > 0))
        {
            var (model, sum) = (RandomUpdates.Floats(length, length), RandomSum(length, random));
            var result = new float[length];
            FederatedAveraging.Apply(model, sum, Grid, 0.7, result);
            for (var i = 0; i < length; i++)
                result[i].ShouldBe((float)(model[i] + (sum.Values[i] / (double)sum.Weight * (0.7 * Grid.Step))));
        }
    }

    [Fact]
    public void The_server_learning_rate_scales_the_step()
    {
        var result = new float[1];
        FederatedAveraging.Apply([1], Sum(([2f], 5)), Grid, 0.25, result);
        result.ShouldBe([1.5f]);
    }

    [Fact]
    public void The_model_itself_may_take_the_result()
    {
        float[] model = [1, 2, 3, 4, 5, 6, 7, 8, 9];
        FederatedAveraging.Apply(model, Sum((Enumerable.Repeat(1f, 9).ToArray(), 2)), Grid, 1, model);
        model.ShouldBe([2, 3, 4, 5, 6, 7, 8, 9, 10]);
    }

    [Fact]
    public void A_sum_in_which_nobody_took_part_has_no_average()
    {
        var empty = new ExactSum(2);
        Should.Throw<InvalidOperationException>(() => FederatedAveraging.Apply(new float[2], empty, Grid, 1, new float[2]))
            .Message.ShouldContain("nobody took part");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_server_learning_rate_that_is_not_a_positive_number_is_refused(double rate) =>
        Should.Throw<ArgumentOutOfRangeException>(() => FederatedAveraging.Apply([1], Sum(([1f], 1)), Grid, rate, new float[1]));

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    [InlineData(16)]
    public void A_model_that_is_not_finite_is_refused_by_index(int index)
    {
        var model = new float[17];
        model[index] = float.NaN;
        Should.Throw<ArithmeticException>(() => FederatedAveraging.Apply(model, Sum((new float[17], 1)), Grid, 1, new float[17]))
            .Message.ShouldContain($"index {index} ");
    }

    [Fact]
    public void Lengths_that_differ_are_refused()
    {
        var sum = Sum(([1f, 1], 1));
        Should.Throw<ArgumentException>(() => FederatedAveraging.Apply(new float[3], sum, Grid, 1, new float[3]));
        Should.Throw<ArgumentException>(() => FederatedAveraging.Apply(new float[2], sum, Grid, 1, new float[3]));
    }

    private static ExactSum Sum(params (float[] Update, int Weight)[] updates)
    {
        var sum = new ExactSum(updates[0].Update.Length);
        foreach (var (update, weight) in updates)
        {
            var quantised = new int[update.Length];
            Grid.Quantise(update, quantised);
            sum.Add(quantised, weight);
        }

        return sum;
    }

    private static ExactSum RandomSum(int length, Random random)
    {
        var sum = new ExactSum(length);
        sum.Add(RandomUpdates.Integers(length, random), random.Next(1, 1_000_000_000));
        sum.Add(RandomUpdates.Integers(length, random), random.Next(1, 1_000));
        return sum;
    }
}
