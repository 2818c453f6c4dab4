using Cohort.Model.Data;
using Cohort.Model.Plans;
using Cohort.Model.Tests.Data;
using Cohort.Model.Training;
using Cohort.Model.Training.Algorithms;

namespace Cohort.Model.Tests.Training.Algorithms;

public class FedNovaTests
{
    private static readonly FedNova FedNova = new();

    [Theory]
    [InlineData(40, 10, 1, 4)]
    [InlineData(41, 10, 3, 15)]
    [InlineData(7, 10, 2, 2)]
    [InlineData(7, 0, 5, 5)]
    public void Without_momentum_the_effective_steps_are_the_steps(int samples, int batchSize, int epochs, int steps) =>
        FedNova.EffectiveSteps(new() { BatchSize = batchSize, Epochs = epochs }, samples).ShouldBe(steps);

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public void With_momentum_they_are_how_often_the_gradients_are_in_the_update(double momentum)
    {
        var plan = new TrainingPlan { Momentum = momentum, BatchSize = 10, Epochs = 3 };
        var (buffer, moved) = (0.0, 0.0);
        for (var step = 0; step < 12; step++) // every gradient is 1
        {
            buffer = (momentum * buffer) + 1;
            moved += buffer;
        }

        FedNova.EffectiveSteps(plan, 40)!.Value.ShouldBe(moved, 1e-12);
    }

    [Fact]
    public void Unequal_steps_are_averaged_as_the_paper_s_formula_says()
    {
        var (plan, population) = People("fedNova");
        var normalised = NormalisedAveraging.Of(plan, population)!;
        int[] participants = [0, 1, 2];
        double[] updates = [0.5, -0.25, 2]; // one value each
        double[] steps = [2, 6, 2]; // 2 epochs of 6, 24 and 5 samples in batches of 10
        double[] weights = [6, 24, 5];

        // Equation 16 of Wang et al. 2020 with p_i = n_i / n over those who take part.
        var shares = weights.Select(weight => weight / 35).ToArray();
        var effective = shares.Zip(steps, (share, tau) => share * tau).Sum();
        var expected = effective * participants.Sum(i => shares[i] * updates[i] / steps[i]);

        var mean = participants.Sum(i => weights[i] * normalised.FactorOf(i) * updates[i]) / 35;
        (mean * normalised.FactorOf(participants)).ShouldBe(expected, 1e-12);
    }

    [Fact]
    public void Equal_steps_are_averaged_as_they_are()
    {
        var (plan, population) = People("fedNova");
        var normalised = NormalisedAveraging.Of(plan, population)!;

        (normalised.FactorOf(0) * normalised.FactorOf([0, 2])).ShouldBe(1, 1e-15);
        normalised.FactorOf([]).ShouldBe(1);
    }

    [Fact]
    public void Other_algorithms_normalise_nothing()
    {
        var (plan, population) = People("fedProx");

        NormalisedAveraging.Of(plan, population).ShouldBeNull();
    }

    /// <summary>Three people of 6, 24 and 5 samples.</summary>
    private static (Plan Plan, Population Population) People(string algorithm)
    {
        var plan = new Plan
        {
            Name = "spec",
            Network = "logistic",
            Students = new() { Count = 3, Partition = PartitionKind.ByPerson },
            Training = new() { Algorithm = new(algorithm), BatchSize = 10, Epochs = 2 },
        };
        int[] persons = [.. Enumerable.Repeat(0, 6), .. Enumerable.Repeat(1, 24), .. Enumerable.Repeat(2, 5)];
        var samples = TinySamples.Labelled([.. persons.Select((_, i) => i % 10)], persons);
        return (plan, Population.Create(plan, new DataSet("people", samples, TinySamples.Even(10), IsSynthetic: true)));
    }
}
