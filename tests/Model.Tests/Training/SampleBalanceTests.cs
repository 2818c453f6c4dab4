using Cohort.Model.Data;
using Cohort.Model.Evaluation.Bias;
using Cohort.Model.Plans;
using Cohort.Model.Randomness;
using Cohort.Model.Training;

namespace Cohort.Model.Tests.Training;

public sealed class SampleBalanceTests
{
    // Two classes; f: 1 and 3 samples, m: 5 and 1; two whose value is not known.
    private static readonly (string? Value, byte Label)[] Cells =
    [
        ("f", 0), ("f", 1), ("f", 1), ("f", 1), ("m", 0), ("m", 0), ("m", 0), ("m", 0), ("m", 0), ("m", 1), (null, 0), (null, 1),
    ];

    [Fact]
    public void Reweighing_makes_attribute_and_class_independent_and_keeps_the_sum()
    {
        var (set, balance) = Balanced(BalanceKind.Reweigh);
        var all = Enumerable.Range(0, set.Count).ToArray();
        all.Sum(balance.WeightOf).ShouldBe(12, 1e-12);
        all.Where(i => set.AttributeOf(i, "gender") is null).ShouldAllBe(i => balance.WeightOf(i) == 1);
        foreach (var value in new[] { "f", "m" })
        {
            var own = all.Where(i => string.Equals(set.AttributeOf(i, "gender"), value, StringComparison.Ordinal)).ToList();
            // Six of the ten samples of known value are of class 0, whatever the value.
            (own.Where(i => set.LabelOf(i) == 0).Sum(balance.WeightOf) / own.Sum(balance.WeightOf)).ShouldBe(6.0 / 10, 1e-12, value);
            own.Sum(balance.WeightOf).ShouldBe(own.Count, 1e-12, value);
        }

        // P(f) P(0) / P(f, 0) = (4/10) (6/10) / (1/10)
        balance.WeightOf(0).ShouldBe(2.4, 1e-12);
    }

    [Fact]
    public void Resampling_draws_every_value_as_often_as_any_other_within_a_class_and_keeps_the_classes()
    {
        var (set, balance) = Balanced(BalanceKind.Resample);
        var all = Enumerable.Range(0, set.Count).ToArray();
        var random = KeyedRandom.For(1, Purpose.Balance);
        var counts = new Dictionary<(string, int), int>();
        const int Times = 5000;
        for (var i = 0; i < Times; i++)
        {
            foreach (var drawn in balance.Draw(all, random))
            {
                var cell = (set.AttributeOf(drawn, "gender") ?? "", set.LabelOf(drawn));
                counts[cell] = counts.GetValueOrDefault(cell) + 1;
            }
        }

        // Of twelve draws: class 0 has six of known value, three of each; class 1 four, two of each. Standard deviation about 100.
        foreach (var (cell, expected) in new[] { (("f", 0), 3), (("m", 0), 3), (("f", 1), 2), (("m", 1), 2), (("", 0), 1), (("", 1), 1) })
        {
            counts[cell].ShouldBeInRange((expected * Times) - 500, (expected * Times) + 500, cell.ToString());
        }
    }

    [Fact]
    public void Samples_that_nobody_trains_on_count_for_nothing()
    {
        var set = Set();
        var balance = SampleBalance.Of(set, [0, 1, 4, 9], "gender", BalanceKind.Reweigh);
        new[] { 0, 1, 4, 9 }.ShouldAllBe(sample => balance.WeightOf(sample) == 1);
    }

    [Theory]
    [InlineData(BalanceKind.Reweigh)]
    [InlineData(BalanceKind.Resample)]
    public void A_planted_bias_is_learned_and_balance_takes_most_of_it_away(BalanceKind kind)
    {
        // The first pixel tells the class, not surely; the second tells the group, which in training, and only there, goes with the class.
        var data = new DataSet("planted", Planted(4000, shareOfKin: 0.95, seed: 1), Planted(4000, shareOfKin: 0.5, seed: 2), IsSynthetic: true);
        var (gap, accuracy) = GapOf(data, BalanceKind.None);
        var (balancedGap, balancedAccuracy) = GapOf(data, kind);
        gap.ShouldBeGreaterThan(0.3);
        balancedGap.ShouldBeLessThan(gap / 3);
        balancedAccuracy.ShouldBeGreaterThan(accuracy);
    }

    /// <summary>Equalised odds difference and accuracy of a model that four students train together.</summary>
    private static (double Gap, double Accuracy) GapOf(DataSet data, BalanceKind kind)
    {
        var plan = new Plan
        {
            Network = "logistic",
            Students = new() { Count = 4 },
            Training = new() { LearningRate = 0.05, Epochs = 1, BatchSize = 10, Balance = kind, BalanceBy = kind is BalanceKind.None ? null : "gender" },
        };
        var population = Population.Create(plan, data);
        using var trainer = new LocalTrainer(population.NetworkOf(plan), "cpu");
        var scale = new PixelScale(0.5, 0.5);
        var (model, _) = InitialModel.Create(population.NetworkOf(plan), 1);
        var update = new float[model.Length];
        for (var round = 1; round <= 8; round++)
        {
            var sum = new float[model.Length];
            for (var student = 0; student < 4; student++)
            {
                trainer.Train(model, population, plan.Training, scale, new TrainingTurn(1, round, 1, student), update);
                for (var i = 0; i < sum.Length; i++)
                {
                    sum[i] += update[i] / 4;
                }
            }

            for (var i = 0; i < sum.Length; i++)
            {
                model[i] += sum[i];
            }
        }

        using var evaluator = new Evaluator(population.NetworkOf(plan), data.Test, scale, "cpu", 1);
        var (metrics, predictions) = evaluator.Judge(model);
        var bias = new BiasAudit(predictions, data.Classes, resamples: 0).Of(SampleAttribute.Read(data.Test, "gender"));
        return (bias.Gaps.Single(gap => string.Equals(gap.Name, BiasAudit.EqualisedOdds, StringComparison.Ordinal)).Value, metrics.Accuracy);
    }

    private static ImageArray Planted(int samples, double shareOfKin, ulong seed)
    {
        var random = KeyedRandom.For(seed, Purpose.Audit);
        var (pixels, labels, genders) = (new byte[2 * samples], new byte[samples], new string?[samples]);
        for (var i = 0; i < samples; i++)
        {
            labels[i] = (byte)random.Next(2);
            var isKin = random.NextDouble() < shareOfKin;
            genders[i] = (labels[i] == 1) == isKin ? "m" : "f";
            pixels[2 * i] = (byte)((labels[i] == 1 ? 80 : 40) + random.Next(136));
            pixels[(2 * i) + 1] = (byte)(genders[i] is "m" ? 200 : 56);
        }

        return new(new ImageShape(1, 1, 2), ["a", "b"], pixels, labels, null, [SampleAttribute.Of("gender", genders)]);
    }

    private static (ImageArray Set, SampleBalance Balance) Balanced(BalanceKind kind)
    {
        var set = Set();
        return (set, SampleBalance.Of(set, [.. Enumerable.Range(0, set.Count)], "gender", kind));
    }

    private static ImageArray Set() => new(
        new ImageShape(1, 1, 1),
        ["a", "b"],
        new byte[Cells.Length],
        [.. Cells.Select(cell => cell.Label)],
        null,
        [SampleAttribute.Of("gender", [.. Cells.Select(cell => cell.Value)])]);
}
