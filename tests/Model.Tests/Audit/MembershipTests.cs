using Cohort.Model.Audit;
using Cohort.Model.Data;
using Cohort.Model.Files;
using Cohort.Model.Networks;
using Cohort.Model.Plans;
using Cohort.Model.Randomness;
using Cohort.Model.Training;

namespace Cohort.Model.Tests.Audit;

public class MembershipTests
{
    private const int Students = 20;

    private static readonly PixelScale Scale = new(0.5, 0.5);

    private static readonly Plan Plan = new()
    {
        Name = "noise",
        Network = "2nn",
        Students = new() { Count = Students },
        Training = new() { LearningRate = 0.05, BatchSize = 10 },
    };

    // Pictures and labels by lot: what a model knows of them it can only have by heart.
    private static readonly Population Population =
        Population.Create(Plan, new DataSet("noise", Noise(400, 1), Noise(400, 2), IsSynthetic: true));

    private static readonly NetworkSpec Network = Population.NetworkOf(Plan);

    private static readonly float[] Fresh = InitialModel.Create(Network, 1).Parameters;

    private static readonly float[] Overfitted = ByHeart();

    [Fact]
    public void A_model_that_knows_its_samples_by_heart_proves_a_large_epsilon_by_every_attack()
    {
        var found = Run(Overfitted, accounted: null, shadowPairs: 1);
        found.Attacks.Select(attack => attack.Name).ShouldBe(["loss", "likelihood ratio", "student's loss"]);
        foreach (var attack in found.Attacks)
        {
            attack.Area.ShouldBeGreaterThan(0.9, attack.Name);
            attack.EpsilonLowerBound.ShouldBeGreaterThan(0.5, attack.Name);
        }

        found.Violation.ShouldBeFalse("nothing was promised");
    }

    [Fact]
    public void A_fresh_model_proves_nothing()
    {
        var found = Run(Fresh, accounted: 0.1, shadowPairs: 1);
        foreach (var attack in found.Attacks)
        {
            attack.EpsilonLowerBound.ShouldBe(0, attack.Name);
        }

        found.Attacks[0].Area.ShouldBeInRange(0.4, 0.6);
        found.Violation.ShouldBeFalse();
    }

    [Fact]
    public void What_students_keep_from_training_is_no_member()
    {
        var keeping = Plan with { Students = Plan.Students with { HoldOut = 0.25 } };
        var population = Population.Create(keeping, Population.Data);
        foreach (var attack in Run(Fresh, accounted: null, shadowPairs: 1, population).Attacks.SkipLast(1))
        {
            attack.Members.ShouldBe(300, attack.Name);
            attack.Others.ShouldBe(400, attack.Name);
        }
    }

    [Fact]
    public void Shadow_models_say_how_sure_a_model_is_of_what_it_never_saw()
    {
        // Labels by lot, so nothing of the other half can be known, and everything of one's own by heart.
        var without = ShadowModels.MeanWithoutSample(
            Network, Plan, Scale, Population.Data.Train, pairs: 1, epochs: 60, _ => { }, CancellationToken.None);
        without.Length.ShouldBe(400);
        without.Average().ShouldBeLessThan(0);
        without.ShouldAllBe(logOdds => logOdds != 0);
    }

    [Fact]
    public void A_promise_that_an_attack_contradicts_is_called_a_violation()
    {
        var broken = Run(Overfitted, accounted: 0.5, shadowPairs: 0);
        broken.Violation.ShouldBeTrue();
        AuditSection.Of(broken).ShouldContain(paragraph => paragraph.StartsWith("VIOLATION", StringComparison.Ordinal));

        var kept = Run(Overfitted, accounted: 50, shadowPairs: 0);
        kept.Violation.ShouldBeFalse();
        AuditSection.Of(kept).ShouldNotContain(paragraph => paragraph.StartsWith("VIOLATION", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("not accounted", null)]
    [InlineData("3.25", 3.25)]
    [InlineData("3.25 at delta 1E-05", 3.25)]
    public void The_epsilon_of_a_model_file_is_understood(string text, double? epsilon)
    {
        var file = new ModelFile { Network = "2nn", Classes = [], Tensors = [], Parameters = [], Epsilon = text };
        MembershipAudit.AccountedBy(file).ShouldBe(epsilon);
    }

    private static MembershipFindings Run(float[] model, double? accounted, int shadowPairs, Population? population = null)
        => MembershipAudit.Run(
            Network, model, Scale, Plan, population ?? Population, accounted, new() { ShadowPairs = shadowPairs, ShadowEpochs = 30 });

    private static float[] ByHeart()
    {
        var alone = Population.Create(Plan with { Students = new() { Count = 1 } }, Population.Data);
        using var trainer = new LocalTrainer(Network, "cpu");
        var update = new float[Fresh.Length];
        trainer.Train(Fresh, alone, Plan.Training with { Epochs = 60 }, Scale, new(1, 1, 1, 0), update);
        return [.. Fresh.Zip(update, (before, change) => before + change)];
    }

    private static ImageArray Noise(int count, ulong seed)
    {
        var random = KeyedRandom.For(seed, Purpose.Audit);
        var shape = new ImageShape(1, 12, 12);
        var pixels = new byte[count * shape.Length];
        random.NextBytes(pixels);
        return new(shape, ["a", "b", "c"], pixels, [.. Enumerable.Range(0, count).Select(_ => (byte)random.Next(3))]);
    }
}
