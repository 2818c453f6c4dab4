using Cohort.Model.Data;
using Cohort.Model.Networks;
using Cohort.Model.Plans;
using Cohort.Model.Randomness;
using Cohort.Model.Training;
using Cohort.Model.Training.Losses;
using Cohort.Model.Training.Records;

namespace Cohort.Model.Tests.Training.Records;

public class RecordTrainingTests
{
    private static readonly ImageShape Shape = new(1, 16, 16);

    private static readonly TrainingPlan Plan = new()
    {
        LearningRate = 1,
        BatchSize = 4,
        RecordPrivacy = new() { Clip = 0.5, NoiseMultiplier = 3 },
    };

    [Fact]
    public void Noise_on_no_gradient_has_the_standard_deviation_sigma_C_over_B()
    {
        // One class: the loss is 0 whatever the pixels, and so is the gradient.
        var update = Train(Plan, samples: 4, new TestNoise(1), classes: 1, network: "2nn");
        var variance = update.Average(value => (double)value * value);
        variance.ShouldBe(Math.Pow(3 * 0.5 / 4, 2), 5 * Math.Sqrt(2.0 / update.Length) * Math.Pow(3 * 0.5 / 4, 2));
        update.Average().ShouldBe(0, 5 * 3 * 0.5 / 4 / Math.Sqrt(update.Length));
    }

    [Theory]
    [InlineData(10, 4, 1, 3)]
    [InlineData(10, 4, 2, 6)]
    [InlineData(8, 4, 1, 2)]
    [InlineData(3, 4, 2, 2)]
    [InlineData(7, 0, 3, 3)]
    public void There_are_E_ceil_n_over_B_steps_and_each_asks_for_every_sample(int samples, int batchSize, int epochs, int steps)
    {
        var noise = new TestNoise(1, new Chooses(samples));
        Train(Plan with { BatchSize = batchSize, Epochs = epochs }, samples, noise);
        noise.Calls.Count.ShouldBe(steps);
        ((Chooses)noise.Sampling).Draws.ShouldBe(steps * samples);
        noise.Calls.ShouldAllBe(call => call.Deviation == 3 * 0.5);
    }

    [Fact]
    public void A_step_with_an_empty_batch_follows_the_noise_alone()
    {
        var noise = new TestNoise(1, new Chooses(8));
        var update = Train(Plan, samples: 8, noise);
        noise.Calls.ShouldAllBe(call => call.Before.All(value => value == 0));
        var expected = noise.Calls[0].After.Zip(noise.Calls[1].After, (first, second) => -(first + second) / 4).ToArray();
        update.Zip(expected).ShouldAllBe(pair => Math.Abs(pair.First - pair.Second) < 1e-5);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(0, 1, 2, 4, 5, 7)]
    public void A_sum_is_divided_by_the_expected_size_of_a_batch_whatever_its_own(params int[] drawn)
    {
        var noise = Silent(new Chooses(8, drawn));
        var update = Train(Plan, samples: 8, noise);
        var expected = noise.Calls[0].Before.Zip(noise.Calls[1].Before, (first, second) => -(first + second) / 4).ToArray();
        Norm(expected).ShouldBeGreaterThan(0.1);
        update.Zip(expected).ShouldAllBe(pair => Math.Abs(pair.First - pair.Second) < 1e-5);
    }

    [Fact]
    public void Without_noise_and_within_the_bound_full_batches_are_plain_gradient_descent()
    {
        var plan = Plan with { BatchSize = 0, Epochs = 3, LearningRate = 0.05, RecordPrivacy = new() { Clip = 1e6 } };
        var update = Train(plan, samples: 40, Silent());

        using var network = Network("cnn2-small", 5);
        using var optimizer = torch.optim.SGD(network.parameters(), 0.05);
        var vector = new ParameterVector(network);
        var (before, after) = (new float[vector.Length], new float[vector.Length]);
        vector.Read(before);
        using var scope = NewDisposeScope();
        var input = tensor(Pixels(40), [40, 1, 16, 16]);
        for (var step = 0; step < 3; step++)
        {
            optimizer.zero_grad();
            functional.cross_entropy(network.call(input), tensor(Labels(40, 5))).backward();
            optimizer.step();
        }

        vector.Read(after);
        var expected = after.Zip(before, (a, b) => a - b).ToArray();
        Norm([.. update.Zip(expected, (u, e) => u - e)]).ShouldBeLessThan(1e-3 * Norm(expected));
    }

    [Fact]
    public void What_one_sample_adds_does_not_depend_on_which_others_are_drawn()
    {
        var augmentation = new Augmentation { Mirror = true, Shift = 3, Rotation = 20 };
        var first = Sum(augmentation, 0, 2);
        var second = Sum(augmentation, 1);
        var all = Sum(augmentation, 0, 1, 2);
        Norm([.. all.Select((value, i) => value - first[i] - second[i])]).ShouldBeLessThan(1e-5);
        Sum(null, 1).ShouldNotBe(second, "augmentation does something");

        static float[] Sum(Augmentation? augmentation, params int[] drawn)
        {
            var noise = Silent(new Chooses(8, drawn));
            Train(Plan, samples: 8, noise, augmentation: augmentation);
            return noise.Calls[0].Before;
        }
    }

    [Fact]
    public void Rounding_sums_to_the_grid_moves_them_by_less_than_the_room_that_clipping_leaves()
    {
        var noise = new TestNoise(1);
        var update = Train(Plan, samples: 4, noise);
        var resolution = noise.Calls[0].Resolution;
        (resolution * Math.Sqrt(update.Length)).ShouldBeInRange(0.5 / 4096 * 0.99, 0.5 / 2048);
        Math.ScaleB(1, Math.ILogB(resolution)).ShouldBe(resolution);
    }

    [Fact]
    public void The_same_draws_give_the_same_bits_in_a_used_trainer_and_in_a_new_one()
    {
        var plan = Plan with { Optimizer = OptimizerKind.Adam, LearningRate = 0.01, Epochs = 2 };
        var first = Train(plan, samples: 50, new TestNoise(1));
        Train(plan, samples: 50, new TestNoise(1)).ShouldBe(first);
        Train(plan, samples: 50, new TestNoise(2)).ShouldNotBe(first);

        using var network = Network("cnn2-small", 5);
        using var training = new RecordTraining(network, new NetworkSpec("cnn2-small", Shape, 5), CPU);
        Train(Plan, 9, new TestNoise(7), training, network, 5);
        Train(plan, 50, new TestNoise(1), training, network, 5).ShouldBe(first);
    }

    [Fact]
    public void A_batch_of_any_size_passes_through_the_network_in_pieces_of_at_most_32()
    {
        using var network = Network("cnn2-small", 5);
        var pieces = new List<long>();
        network.register_forward_hook((_, input, output) =>
        {
            pieces.Add(input.shape[0]);
            return output;
        });
        using var training = new RecordTraining(network, new NetworkSpec("cnn2-small", Shape, 5), CPU);
        Train(Plan with { BatchSize = 0 }, 70, Silent(), training, network, 5);
        pieces.TakeLast(3).ShouldBe([32L, 32L, 6L]);
        pieces.Max().ShouldBe(32);
    }

    private static TestNoise Silent(Random? sampling = null) => new(1, sampling) { Silent = true };

    private static float[] Train(
        TrainingPlan plan,
        int samples,
        TestNoise noise,
        int classes = 5,
        string network = "cnn2-small",
        double? learningRate = null,
        Augmentation? augmentation = null)
    {
        using var constructed = Network(network, classes);
        using var training = new RecordTraining(constructed, new NetworkSpec(network, Shape, classes), CPU);
        return Train(
            plan with { LearningRate = learningRate ?? plan.LearningRate }, samples, noise, training, constructed, classes, augmentation);
    }

    private static float[] Train(
        TrainingPlan plan,
        int samples,
        TestNoise noise,
        RecordTraining training,
        Module<Tensor, Tensor> network,
        int classes,
        Augmentation? augmentation = null)
    {
        var vector = new ParameterVector(network);
        var (model, update) = (new float[vector.Length], new float[vector.Length]);
        using (var initial = Network(network.GetType() == typeof(TwoNN) ? "2nn" : "cnn2-small", classes))
        {
            new ParameterVector(initial).Read(model);
        }

        vector.Write(model);
        using torch.optim.Optimizer optimizer = plan.Optimizer == OptimizerKind.Adam
            ? torch.optim.Adam(network.parameters(), plan.LearningRate)
            : torch.optim.SGD(network.parameters(), plan.LearningRate);
        using var loss = new TrainingLoss(plan, () => [], shift: null, torch.device("cpu"));
        training.Run(plan, Pixels(samples), Labels(samples, classes), loss, augmentation, new(1, 1, 1, 0), noise, optimizer);
        vector.Read(update);
        return [.. update.Zip(model, (trained, given) => trained - given)];
    }

    private static Module<Tensor, Tensor> Network(string name, int classes)
    {
        var spec = new NetworkSpec(name, Shape, classes);
        var network = spec.Construct();
        new ParameterVector(network).Write(InitialModel.Create(spec, 3).Parameters);
        return network;
    }

    private static float[] Pixels(int samples)
    {
        var random = KeyedRandom.For(8, Purpose.Dropout);
        var pixels = new float[samples * Shape.Length];
        foreach (ref var pixel in pixels.AsSpan())
        {
            pixel = (float)random.NextGaussian();
        }

        return pixels;
    }

    private static long[] Labels(int samples, int classes) => [.. Enumerable.Range(0, samples).Select(i => (long)(i % classes))];

    private static double Norm(float[] values) => Math.Sqrt(values.Sum(value => (double)value * value));
}
