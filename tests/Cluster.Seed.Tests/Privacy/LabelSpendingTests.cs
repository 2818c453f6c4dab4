using Cohort.Model.Plans;
using Cohort.Seed.Ledger;
using Cohort.Seed.Privacy;
using Cohort.Seed.Tests.Ledger;

namespace Cohort.Seed.Tests.Privacy;

/// <summary>What the reports of labels have spent, as the ledger has it.</summary>
public sealed class LabelSpendingTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("cohort-labels-").FullName;

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    public void Reports_of_several_runs_on_the_same_samples_add_up()
    {
        var population = Spent(PlanOf(epsilon: 1), PlanOf(epsilon: 0.5), PlanOf(method: GroupingMethod.Random));

        population.Runs.Select(run => (run.Labels, run.LabelEpsilon)).ShouldBe([("noised", 1.0), ("noised", 0.5), ("unasked", null)]);
        population.LabelEpsilon.ShouldBe(1.5);
    }

    [Theory]
    [InlineData(GroupingMethod.Balanced, CohortKind.Uniform, null, NoiseSource.Secret, "exact")]
    [InlineData(GroupingMethod.Random, CohortKind.Balanced, null, NoiseSource.Secret, "exact")]
    [InlineData(GroupingMethod.Balanced, CohortKind.Uniform, 1.0, NoiseSource.Seeded, "seeded")]
    public void Labels_told_without_secret_noise_have_no_bound(
        GroupingMethod method, CohortKind cohorts, double? epsilon, NoiseSource noise, string labels)
    {
        var plan = PlanOf(epsilon, method) with { Rounds = new() { Cohorts = cohorts }, Privacy = new() { Noise = noise } };
        var population = Spent(PlanOf(epsilon: 1), plan);

        population.Runs[1].Labels.ShouldBe(labels);
        population.LabelEpsilon.ShouldBeNull();
    }

    private PopulationSpending Spent(params Plan[] plans)
    {
        using var ledger = SqliteLedger.Open(_home, TimeProvider.System);
        foreach (var plan in plans)
        {
            ledger.StartRun(LedgerTests.SomeRun("") with { PlanJson = plan.ToCanonicalJson(), LabelEpsilon = plan.Groups.HistogramEpsilon });
        }

        return PrivacyStatement.Of(ledger).Populations.ShouldHaveSingleItem();
    }

    private static Plan PlanOf(double? epsilon = null, GroupingMethod method = GroupingMethod.Balanced) => new()
    {
        Name = "labels",
        Network = "logistic",
        Groups = new() { HistogramEpsilon = epsilon, Method = method },
    };
}
