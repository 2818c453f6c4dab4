using Cohort.Federation;
using Cohort.Model.Data.Avatars;
using Cohort.Model.Plans;
using Cohort.Model.Training;
using Cohort.Model.Training.Algorithms;

namespace Cohort.Nodes.Tests;

public class ClientAlgorithmTests
{
    [Fact]
    public void Whoever_implements_an_algorithm_has_it_in_plans_schema_and_explanation()
    {
        Catalogue.Of<IClientAlgorithm>().Select(kind => kind.Name).ShouldBe(["ascent", "fedAvg", "fedNova", "fedPer", "fedProx", "scaffold"]);

        var plan = Plan.Parse(
            """{ "name": "p", "network": "logistic", "data": { "set": "avatars" }, "training": { "algorithm": "ascent" } }""", "p.json");
        PlanExplanation.Of(plan).Rows.Single(row => row.Path is "training.algorithm").ShouldSatisfyAllConditions(
            row => row.Value.ShouldBe("ascent"),
            row => row.Meaning.ShouldContain("ascent, the other way;"));
    }

    [Fact]
    public void An_algorithm_that_nothing_else_knows_of_trains_by_its_own_gradients()
    {
        var plan = new Plan
        {
            Name = "spec",
            Network = "logistic",
            Students = new() { Count = 1, Partition = PartitionKind.ByPerson },
            Training = new() { LearningRate = 0.01, BatchSize = 0 },
        };
        var population = Population.Create(plan, AvatarFaces.DataSet(seed: 2, students: 1, samplesPerStudent: 10, testPersons: 1, samplesPerTestPerson: 7));
        var model = InitialModel.Create(population.NetworkOf(plan), 1).Parameters;
        var (down, up) = (new float[model.Length], new float[model.Length]);

        using var trainer = new LocalTrainer(population.NetworkOf(plan), "cpu");
        trainer.Train(model, population, plan.Training, new PixelScale(0.5, 0.5), new(1, 1, 1, 0), down);
        trainer.Train(model, population, plan.Training with { Algorithm = new("ascent") }, new PixelScale(0.5, 0.5), new(1, 1, 1, 0), up);

        up.Zip(down).ShouldAllBe(pair => Math.Abs(pair.First + pair.Second) <= 1e-6f);
        up.ShouldContain(value => value != 0);
    }
}

/// <summary>An algorithm that nothing but this file knows of.</summary>
internal sealed class Ascent : IClientAlgorithm
{
    public string Name => "ascent";

    public string Meaning => "the other way";

    public ILocalTurn? Begin(IReadOnlyList<Parameter> parameters, Settings settings, AlgorithmState state) => new Turned(parameters);

    private sealed class Turned(IReadOnlyList<Parameter> parameters) : ILocalTurn
    {
        public void Correct()
        {
            foreach (var parameter in parameters)
            {
                using var gradient = parameter.grad;
                gradient?.mul_(-1);
            }
        }

        public void Dispose()
        {
        }
    }
}
