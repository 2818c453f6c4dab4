using Cohort.Federation;
using Cohort.Model.Data;
using Cohort.Model.Files;
using Cohort.Model.Plans;
using Cohort.Model.Randomness;
using Cohort.Model.Training;
using Cohort.Pbm.Running;
using Cohort.Seed.Coordination;
using Cohort.Seed.Ledger;

namespace Cohort.Pbm.Tests;

/// <summary>The whole cluster in this process, a fifth of whose students attack: 20 students, of whom the seed makes four attackers.</summary>
public sealed class RobustTests : IDisposable
{
    private const int Students = 20;

    private static readonly Plan Plan = new()
    {
        Name = "robust",
        Seed = 5,
        Network = "logistic",
        Students = new() { Count = Students },
        Groups = new() { Count = 1 },
        Training = new() { LearningRate = 0.2, BatchSize = 10 },
        Rounds = new() { Count = 10 },
        Evaluation = new() { EveryRounds = 100 },
    };

    private static readonly Population Bars =
        Population.Create(Plan, new("bars", BarsInNoise(50 * Students, seed: 1), BarsInNoise(1_000, seed: 2), IsSynthetic: true));

    private readonly string _home = Directory.CreateTempSubdirectory("cohort-robust-").FullName;

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Theory]
    [InlineData("signFlip")]
    [InlineData("noise")]
    public async Task A_fifth_of_attackers_ruins_the_mean_and_costs_rules_that_bear_them_three_points_at_most(string attack)
    {
        var honest = await Accuracy(new("mean"), "none");
        honest.ShouldBeGreaterThan(0.9); // of eight classes
        (await Accuracy(new("mean"), attack)).ShouldBeLessThan(honest - 0.2);

        foreach (var rule in new[] { "coordinateMedian", "trimmedMean", "multiKrum", "geometricMedian" })
        {
            var bearing = new Choice<IAggregationRule>(rule) { Settings = Settings.None.With("attackers", 4) };
            (await Accuracy(bearing, attack)).ShouldBeGreaterThan(honest - 0.03, rule);
        }
    }

    private async Task<double> Accuracy(Choice<IAggregationRule> rule, string attack)
    {
        var plan = (Plan with { Aggregation = new() { Rule = rule }, Attack = new() { Kind = new(attack) } }).Checked("this test");
        using var ledger = SqliteLedger.Open(_home, TimeProvider.System);
        await using var cohort = new LocalCohort(ledger, new ModelStore(Path.Combine(_home, "models")), slots: 2, "cpu");
        await using var said = new StringWriter();
        var display = new PlainDisplay(said, TimeProvider.System);
        var ended = await cohort.Train(new StartRun(plan, Bars, null, Fresh: true), display, CancellationToken.None);
        said.ToString().Contains($" 20 % of the students attack ({attack}).", StringComparison.Ordinal).ShouldBe(attack is not "none");
        return ended.ShouldBeOfType<RunFinished>().Metrics.Accuracy;
    }

    /// <summary>Pictures of noise, 8x8, in which the class's row is brighter: a task that is learned in a second, but not to the end.</summary>
    private static ImageArray BarsInNoise(int count, int seed)
    {
        const int Side = 8;
        var random = KeyedRandom.For((ulong)seed, Purpose.Avatar);
        var labels = new byte[count];
        var pixels = new byte[count * Side * Side];
        for (var sample = 0; sample < count; sample++)
        {
            labels[sample] = (byte)random.Next(Side);
            for (var i = 0; i < Side * Side; i++)
            {
                var light = 110 + (i / Side == labels[sample] ? 60 : 0) + (45 * random.NextGaussian());
                pixels[(sample * Side * Side) + i] = (byte)Math.Clamp(light, 0, 255);
            }
        }

        return new(new(1, Side, Side), [.. Enumerable.Range(0, Side).Select(row => $"row {row}")], pixels, labels);
    }
}
