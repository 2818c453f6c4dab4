using Cohort.Federation;
using Cohort.Model.Data.Avatars;
using Cohort.Model.Plans;
using Cohort.Model.Training;
using Cohort.Model.Training.Algorithms;

namespace Cohort.Model.Tests.Training.Algorithms;

public class FedPerTests
{
    private static readonly Plan Plan = new()
    {
        Name = "spec",
        Network = "cnn2-small",
        Students = new() { Count = 3, Partition = PartitionKind.ByPerson },
        Training = new() { LearningRate = 0.02, BatchSize = 4, Epochs = 2, Momentum = 0.9 },
    };

    private static readonly Population Population =
        Population.Create(Plan, AvatarFaces.DataSet(seed: 2, students: 3, samplesPerStudent: 10, testPersons: 2, samplesPerTestPerson: 7));

    private static readonly float[] Model = InitialModel.Create(Population.NetworkOf(Plan), 1).Parameters;

    // The one linear layer: 32 x 6 x 6 inputs and 7 classes.
    private const int Own = (32 * 6 * 6 * 7) + 7;

    [Fact]
    public void In_its_first_round_a_student_trains_as_usual_sends_the_base_alone_and_remembers_its_last_layer()
    {
        var plain = Train("fedAvg", Model, AlgorithmState.None);
        var state = AlgorithmState.None;

        var update = Train("fedPer", Model, state);

        update[..^Own].ShouldBe(plain[..^Own]);
        update[^Own..].ShouldAllBe(change => change == 0);
        state.NextMemory.ShouldBe(plain[^Own..].Zip(Model[^Own..], (change, value) => change + value));
        state.NextMemory.ShouldNotBe(Model[^Own..]);
    }

    [Fact]
    public void After_that_it_trains_the_base_that_it_is_given_with_the_layer_that_it_remembers()
    {
        float[] remembered = [.. Model[^Own..].Select((value, i) => value + (0.01f * (i % 5)))];
        float[] together = [.. Model[..^Own], .. remembered];
        var plain = Train("fedAvg", together, AlgorithmState.None);
        var state = new AlgorithmState([], remembered);

        var update = Train("fedPer", Model, state);

        update[..^Own].ShouldBe(plain[..^Own]);
        update[^Own..].ShouldAllBe(change => change == 0);
        for (var i = 0; i < Own; i++)
        {
            state.NextMemory[i].ShouldBe(remembered[i] + plain[^Own..][i], 1e-6f);
        }

        new FedPer().OwnModel(Model, remembered).ShouldBe(together);
        new FedPer().OwnModel(Model, null).ShouldBe(Model);
    }

    [Theory]
    [InlineData(1, Own)]
    [InlineData(2, Own + 64)] // and the scale and the shift of 32 channels
    [InlineData(3, Own + 64 + (16 * 32 * 9) + 32)]
    public void A_layer_is_all_that_one_module_learns(int layers, int values)
    {
        var settings = Settings.None.With("personalLayers", layers);

        new FedPer().MemoryLength(Population.NetworkOf(Plan).Layout(), settings).ShouldBe(values);

        var state = AlgorithmState.None;
        var update = Train("fedPer", Model, state, settings);
        state.NextMemory.Length.ShouldBe(values);
        update[^values..].ShouldAllBe(change => change == 0);
        update[^(values + 1)].ShouldNotBe(0);
    }

    [Theory]
    [InlineData("""{ "network": "logistic", "training": { "algorithm": "fedPer" } }""", "logistic has 1 layer, and with 1 of them each student's own nothing is trained together; take another network.")]
    [InlineData("""{ "network": "2nn", "training": { "algorithm": "fedPer", "personalLayers": 3 } }""", "take at most 2 for training.personalLayers.")]
    [InlineData("""{ "network": "2nn", "training": { "algorithm": "fedPer" }, "privacy": { "clip": 1 } }""", "neither clipped nor noised")]
    [InlineData("""{ "network": "2nn", "training": { "algorithm": "fedPer", "recordPrivacy": { "clip": 1 } } }""", "neither clipped nor noised")]
    [InlineData("""{ "network": "2nn", "training": { "algorithm": "fedPer" }, "rounds": { "targetAccuracy": 0.5 } }""", "its accuracy tells nothing")]
    [InlineData("""{ "network": "2nn", "training": { "algorithm": "fedPer", "personalLayers": 0 } }""", "training.personalLayers")]
    [InlineData("""{ "network": "2nn", "training": { "algorithm": "fedAvg", "personalLayers": 1 } }""", "fedAvg has no use for it")]
    public void What_it_cannot_be_combined_with_is_named(string plan, string expected)
        => Should.Throw<PlanException>(() => Plan.Parse(plan.Replace("{ \"network\"", "{ \"name\": \"p\", \"data\": { \"set\": \"avatars\" }, \"network\"", StringComparison.Ordinal), "p.json"))
            .Message.ShouldContain(expected);

    [Fact]
    public void What_can_be_trained_by_it_is_not_refused()
        => Plan.Parse("""{ "name": "p", "network": "2nn", "data": { "set": "avatars" }, "training": { "algorithm": "fedPer", "personalLayers": 2 } }""", "p.json")
            .StudentsRemember.ShouldBeTrue();

    private static float[] Train(string algorithm, float[] model, AlgorithmState state, Settings? settings = null)
    {
        using var trainer = new LocalTrainer(Population.NetworkOf(Plan), "cpu");
        var update = new float[model.Length];
        var plan = Plan.Training with { Algorithm = new(algorithm) { Settings = settings ?? Settings.None } };
        trainer.Train(model, Population, plan, new PixelScale(0.5, 0.5), new(1, 1, 1, 1), update, noise: null, state);
        return update;
    }
}
