using Cohort.Federation;
using Cohort.Model.Data.Avatars;
using Cohort.Model.Plans;
using Cohort.Model.Training;

namespace Cohort.Model.Tests.Training.Algorithms;

public class FedProxTests
{
    private const double Rate = 0.01;

    private static readonly Plan Plan = new()
    {
        Name = "spec",
        Network = "cnn2-small",
        Students = new() { Count = 3, Partition = PartitionKind.ByPerson },
        Training = new() { LearningRate = Rate, BatchSize = 0 },
    };

    private static readonly Population Population =
        Population.Create(Plan, AvatarFaces.DataSet(seed: 2, students: 3, samplesPerStudent: 10, testPersons: 2, samplesPerTestPerson: 7));

    private static readonly float[] Model = InitialModel.Create(Population.NetworkOf(Plan), 1).Parameters;

    /// <summary>Two steps on all samples: w1 = w0 - eta g(w0), and the second step's gradient is g(w1) + mu (w1 - w0) and the momentum.</summary>
    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(0.9, 0.5)]
    [InlineData(0, 30)]
    public void Its_steps_are_those_of_the_paper_s_objective(double momentum, double mu)
    {
        var first = Train(Plan.Training, Model);
        float[] between = [.. Model.Zip(first, (value, change) => value + change)];
        var second = Train(Plan.Training, between);

        var update = Train(Proximal(mu) with { Epochs = 2, Momentum = momentum }, Model);

        for (var i = 0; i < update.Length; i++)
        {
            update[i].ShouldBe((float)(first[i] + (momentum * first[i]) + second[i] - (Rate * mu * first[i])), 2e-6f);
        }
    }

    [Fact]
    public void A_mu_of_0_changes_no_bit_of_plain_training()
    {
        var plain = Plan.Training with { BatchSize = 4, Epochs = 2, Momentum = 0.9 };
        var proximal = plain with { Algorithm = Proximal(0).Algorithm };

        Train(proximal, Model).ShouldBe(Train(plain, Model));
    }

    [Fact]
    public void The_larger_mu_the_nearer_a_student_stays_to_the_model_it_was_given()
    {
        var plan = Plan.Training with { BatchSize = 4, Epochs = 10 };

        var norms = new[] { 0.0, 1, 10, 100 }
            .Select(mu => L2Clipping.Norm(Train(plan with { Algorithm = Proximal(mu).Algorithm }, Model))).ToArray();

        norms.ShouldBe([.. norms.OrderDescending()]);
        norms[^1].ShouldBeLessThan(norms[0] / 2, "what is left is the last step, which nothing draws back any more");
    }

    [Fact]
    public void Adam_s_moments_are_those_of_the_whole_objective()
    {
        var plan = Plan.Training with { Optimizer = OptimizerKind.Adam, Epochs = 20 };

        var (free, drawn) = (Train(plan, Model), Train(plan with { Algorithm = Proximal(100).Algorithm }, Model));

        L2Clipping.Norm(drawn).ShouldBeLessThan(L2Clipping.Norm(free) / 2);
    }

    [Fact]
    public void A_trainer_that_has_trained_by_it_trains_the_next_student_as_a_new_one_would()
    {
        using var trainer = new LocalTrainer(Population.NetworkOf(Plan), "cpu");
        Train(trainer, Proximal(1) with { Epochs = 3 }, Model);

        Train(trainer, Plan.Training, Model).ShouldBe(Train(Plan.Training, Model));
    }

    private static TrainingPlan Proximal(double mu) =>
        Plan.Training with { Algorithm = new("fedProx") { Settings = Settings.None.With("mu", mu) } };

    private static float[] Train(TrainingPlan training, float[] model)
    {
        using var trainer = new LocalTrainer(Population.NetworkOf(Plan), "cpu");
        return Train(trainer, training, model);
    }

    private static float[] Train(LocalTrainer trainer, TrainingPlan training, float[] model)
    {
        var update = new float[model.Length];
        trainer.Train(model, Population, training, new PixelScale(0.5, 0.5), new TrainingTurn(1, 1, 1, 1), update);
        return update;
    }
}
