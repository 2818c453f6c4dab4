namespace Cohort.Federation.Tests;

public class ServerStateTests
{
    private const double Rate = 0.3;
    private static readonly FixedPointGrid Grid = new();

    // Longer than a block, and no multiple of one.
    private const int Length = 9_001;

    [Fact]
    public void FedAvg_gives_every_bit_of_federated_averaging()
    {
        var (model, sum) = Round(1);
        var (expected, result) = (new float[Length], new float[Length]);
        FederatedAveraging.Apply(model, sum, Grid, Rate, expected);

        ServerState.Initial(new("fedAvg"), Length).Step(model, sum.Values, sum.Weight, Grid, Rate, result);

        result.ShouldBe(expected);
    }

    [Fact]
    public void The_mean_of_models_is_plain_at_first_and_then_decays()
    {
        var state = ServerState.Initial(new("fedAvg"), 2, hasAverage: true);
        state.IsEmpty.ShouldBeFalse();
        (float, float)[] expected = [(8, -1), (6, 0), (6.5f, 0.25f), (4.25f, 0.125f)];
        float[][] models = [[8, -1], [4, 1], [7, 0.5f], [2, 0]];
        for (var round = 1; round <= models.Length; round++)
        {
            var next = state.MoveAverage(models[round - 1], decay: 0.5, round);
            next.Average.ShouldNotBe(state.Average, "the state before stays");
            state = next;
            state.Average.ShouldBe([expected[round - 1].Item1, expected[round - 1].Item2]);
        }

        Should.Throw<InvalidOperationException>(() => ServerState.Initial(new("fedAvg"), 2).MoveAverage(models[0], 0.5, 1));
        Should.Throw<ArgumentException>(() => state.MoveAverage([1], 0.5, 2));
    }

    [Fact]
    public void A_step_and_a_moved_control_variate_keep_the_mean_of_models()
    {
        var state = ServerState.Initial(new("fedAvgM"), Length, hasControl: true, hasAverage: true).MoveAverage(new float[Length], 0.5, 1);
        var (model, sum) = Round(1);
        state.Step(model, sum.Values, sum.Weight, Grid, Rate, new float[Length]).Average.ShouldBe(state.Average);
        state.MoveControl(sum.Values, 10, Grid).Average.ShouldBe(state.Average);
    }

    [Theory]
    [InlineData("fedAvgM")]
    [InlineData("fedAdagrad")]
    [InlineData("fedAdam")]
    [InlineData("fedYogi")]
    public void Rounds_follow_the_formulas_of_the_papers(string name)
    {
        const double Beta1 = 0.9, Beta2 = 0.99, Tau = 1e-3;
        var state = ServerState.Initial(new(name), Length);
        var model = RandomUpdates.Floats(Length, seed: 3);
        var (x, m, v) = (model.Select(w => (double)w).ToArray(), new double[Length], new double[Length]);
        Array.Fill(v, Tau * Tau);
        for (var round = 1; round <= 3; round++)
        {
            var sum = Round(round).Sum;
            var result = new float[Length];
            state = state.Step(model, sum.Values, sum.Weight, Grid, Rate, result);
            model = result;
            for (var i = 0; i < Length; i++)
            {
                var delta = sum.Values[i] * Grid.Step / sum.Weight;
                var square = delta * delta;
                m[i] = name switch
                {
                    "fedAvgM" => (Beta1 * m[i]) + delta,
                    "fedAdagrad" => delta,
                    _ => (Beta1 * m[i]) + ((1 - Beta1) * delta),
                };
                v[i] = name switch
                {
                    "fedAdagrad" => v[i] + square,
                    "fedAdam" => (Beta2 * v[i]) + ((1 - Beta2) * square),
                    _ => v[i] - ((1 - Beta2) * square * Math.Sign(v[i] - square)),
                };
                x[i] += Rate * (name is "fedAvgM" ? m[i] : m[i] / (Math.Sqrt(v[i]) + Tau));
            }
        }

        for (var i = 0; i < Length; i++)
            ((double)model[i]).ShouldBe(x[i], 1e-5 * (1 + Math.Abs(x[i])), $"parameter {i}");
    }

    [Fact]
    public void A_step_leaves_the_state_that_it_began_with_so_that_a_round_can_be_averaged_again()
    {
        var (model, sum) = Round(1);
        var state = ServerState.Initial(new("fedAdam"), Length);
        var (first, again) = (new float[Length], new float[Length]);

        var next = state.Step(model, sum.Values, sum.Weight, Grid, Rate, first);
        state.Step(model, sum.Values, sum.Weight, Grid, Rate, again);

        again.ShouldBe(first);
        next.Moments[0].ShouldNotBe(state.Moments[0]);
    }

    [Fact]
    public void Given_numbers_are_used()
    {
        var (model, sum) = Round(1);
        var plain = new float[Length];
        FederatedAveraging.Apply(model, sum, Grid, 1, plain);
        var result = new float[Length];
        var choice = new Choice<IServerOptimizer>("fedAvgM") { Settings = Settings.None.With("beta1", 0) };

        ServerState.Initial(choice, Length).Step(model, sum.Values, sum.Weight, Grid, 1, result);

        for (var i = 0; i < Length; i++)
            result[i].ShouldBe(plain[i], 1e-6f);
    }

    [Fact]
    public void A_round_of_nobody_is_refused() =>
        Should.Throw<InvalidOperationException>(() =>
            ServerState.Initial(new("fedAdam"), 2).Step([1, 2], [0, 0], 0, Grid, 1, new float[2]));

    [Fact]
    public void A_moment_beyond_all_bounds_is_an_error_and_not_a_model()
    {
        var state = new ServerState(new("fedAvgM"), [[float.MaxValue, 0]]);
        var grid = new FixedPointGrid(0);

        Should.Throw<ArithmeticException>(() => state.Step([0, 0], [long.MaxValue, 0], 1e-30, grid, 1e-38, new float[2]));
    }

    [Fact]
    public void A_control_variate_is_the_mean_of_all_students_by_weight_whoever_a_round_asks()
    {
        const int Students = 10;
        var random = new Random(7);
        var weights = Enumerable.Range(1, Students).ToArray();
        var own = new double[Students][];
        Array.Fill(own, new double[Length]);
        var state = ServerState.Initial(new("fedAvg"), Length, hasControl: true);

        for (var round = 0; round < 8; round++)
        {
            var sum = new ExactSum(Length);
            foreach (var student in (int[])[round % Students, (3 * round + 1) % Students]) // C = 0.2
            {
                var change = Enumerable.Range(0, Length).Select(_ => random.Next(-(1 << 20), 1 << 20)).ToArray();
                own[student] = [.. own[student].Zip(change, (c, moved) => c + (moved * Grid.Step))];
                sum.Add(change, weights[student]);
            }

            state = state.MoveControl(sum.Values, weights.Sum(), Grid);
        }

        for (var i = 0; i < Length; i++)
        {
            var mean = Enumerable.Range(0, Students).Sum(student => weights[student] * own[student][i]) / weights.Sum();
            ((double)state.Control![i]).ShouldBe(mean, 1e-7);
        }
    }

    private static (float[] Model, ExactSum Sum) Round(int round)
    {
        var quantised = new int[Length];
        Grid.Quantise(RandomUpdates.Floats(Length, seed: 10 + round), quantised);
        var sum = new ExactSum(Length);
        sum.Add(quantised, 3);
        sum.Add(quantised, 4);
        return (RandomUpdates.Floats(Length, seed: 2), sum);
    }
}
