using Cohort.Model.Data;
using Cohort.Model.Plans;
using Cohort.Model.Tests.Data;
using Cohort.Model.Training;
using Cohort.Model.Training.Algorithms;

namespace Cohort.Model.Tests.Training.Algorithms;

public class ScaffoldTests
{
    private const double Rate = 0.01;
    private static readonly PixelScale Scale = new(0, 1);
    private static readonly Population People = Population.Create(
        new Plan { Name = "spec", Network = "logistic", Students = new() { Count = 1 } },
        new DataSet("people", TinySamples.Even(40), TinySamples.Even(10), IsSynthetic: true));

    private static readonly float[] Model = InitialModel.Create(People.NetworkOf(new Plan { Network = "logistic" }), 1).Parameters;

    [Fact]
    public void Before_anybody_remembers_anything_training_is_plain_and_the_mean_gradient_is_remembered()
    {
        var plain = Train("fedAvg", epochs: 3, AlgorithmState.None);
        var state = new AlgorithmState(new float[Model.Length], null);

        Train("scaffold", epochs: 3, state).ShouldBe(plain);

        // Of 12 steps: x - y = eta (g_1 + ... + g_12).
        ShouldBeClose(state.NextMemory, [.. plain.Select(change => -change / (12 * Rate))]);
        state.ControlChange.ShouldBe(state.NextMemory);
    }

    [Fact]
    public void A_step_is_taken_by_the_gradient_less_the_student_s_own_variate_and_with_the_server_s()
    {
        var gradient = Train("fedAvg", epochs: 1, AlgorithmState.None, batchSize: 0).Select(change => -change / Rate).ToArray(); // one step
        var (server, own) = (Numbers(1), Numbers(2));
        var state = new AlgorithmState(server, own);

        var update = Train("scaffold", epochs: 1, state, batchSize: 0);

        ShouldBeClose(update, [.. gradient.Select((g, i) => -Rate * (g + server[i] - own[i]))]);
        ShouldBeClose(state.NextMemory, gradient); // option II: c_i - c + (g - c_i + c)
        ShouldBeClose(state.ControlChange, [.. gradient.Select((g, i) => g - own[i])]);
    }

    [Fact]
    public void A_variate_of_another_length_is_refused()
        => Should.Throw<ArgumentException>(() => Train("scaffold", epochs: 1, new(new float[Model.Length], new float[3]))).Message
            .ShouldBe($"scaffold carries {Model.Length} values with the model and {Model.Length} of the student's own, but {Model.Length} and 3 are given.");

    private static float[] Train(string algorithm, int epochs, AlgorithmState state, int batchSize = 10)
    {
        var plan = new TrainingPlan { Algorithm = new(algorithm), LearningRate = Rate, Epochs = epochs, BatchSize = batchSize };
        var update = new float[Model.Length];
        using var trainer = new LocalTrainer(People.NetworkOf(new Plan { Network = "logistic" }), "cpu");
        trainer.Train(Model, People, plan, Scale, new(1, 1, 1, 0), update, noise: null, state);
        return update;
    }

    private static float[] Numbers(int seed)
    {
        var random = new Random(seed);
        return [.. Model.Select(_ => (float)(random.NextDouble() - 0.5))];
    }

    private static void ShouldBeClose(float[] found, double[] expected)
        => found.Zip(expected).ShouldAllBe(pair => Math.Abs(pair.First - pair.Second) <= 1e-5 + (1e-3 * Math.Abs(pair.Second)));
}
