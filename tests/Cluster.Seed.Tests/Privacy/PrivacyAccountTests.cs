using Cohort.Federation.Accounting;
using Cohort.Messages;
using Cohort.Model.Plans;
using Cohort.Seed.Ledger;
using Cohort.Seed.Privacy;
using Cohort.Seed.Tests.Ledger;

namespace Cohort.Seed.Tests.Privacy;

/// <summary>A run's account over a real ledger, which is opened again between the steps as after a crash.</summary>
public sealed class PrivacyAccountTests : IDisposable
{
    private static readonly RoundPrice Price = new(2, ChargedSampling.Everyone, 1);

    private readonly string _home = Directory.CreateTempSubdirectory("cohort-account-").FullName;

    public PrivacyAccountTests()
    {
        using var ledger = SqliteLedger.Open(_home, TimeProvider.System);
        ledger.StartRun(LedgerTests.SomeRun() with { Roster = null });
        ledger.StartRun(LedgerTests.SomeRun("r2") with { Roster = null });
    }

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    public void What_was_charged_is_spent_also_where_nothing_was_recorded_of_the_round()
    {
        With(PlanOf(), "r1", (account, epoch) =>
        {
            account.Spent.ShouldBe(0);
            account.Charge(Key(1, epoch), Price);
        });

        With(PlanOf(), "r1", (account, _) => account.Spent!.Value.ShouldBe(Gaussian(rounds: 1), 0.01));
    }

    [Fact]
    public void A_round_that_was_begun_again_after_a_crash_is_charged_twice_and_its_model_once()
    {
        With(PlanOf(), "r1", (account, epoch) => account.Charge(Key(1, epoch), Price));
        With(PlanOf(), "r1", (account, epoch) =>
        {
            account.Charge(Key(1, epoch), Price);

            account.Spent!.Value.ShouldBe(Gaussian(rounds: 2), 0.01);
            account.SpentByModel(1)!.Value.ShouldBe(Gaussian(rounds: 1), 0.01);
        });
    }

    [Fact]
    public void A_round_that_would_exceed_the_budget_does_not_start_also_after_a_crash()
    {
        var plan = PlanOf(epsilon: Gaussian(rounds: 3) + 0.02);
        With(plan, "r1", (account, epoch) =>
        {
            account.Charge(Key(1, epoch), Price);
            account.Charge(Key(2, epoch), Price);
            account.WhyNotNext(Price).ShouldBeNull();
            account.Charge(Key(3, epoch), Price); // and dies
        });

        With(plan, "r1", (account, _) =>
            account.WhyNotNext(Price)!.ShouldStartWith("the next round would bring epsilon to "));
    }

    [Fact]
    public void A_run_that_does_not_fit_is_refused_with_the_number_of_rounds_that_do()
        => With(PlanOf(epsilon: Gaussian(rounds: 3) + 0.02), "r1", (account, _) =>
        {
            account.RequireRoomFor(3, Price);
            Should.Throw<PrivacyBudgetException>(() => account.RequireRoomFor(4, Price))
                .Message.ShouldContain("set rounds.count to 3 at most");
        });

    [Fact]
    public void Another_run_on_the_same_samples_spends_the_populations_budget()
    {
        var plan = PlanOf() with { Privacy = PlanOf().Privacy with { PopulationEpsilon = Gaussian(rounds: 2) + 0.02 } };
        With(plan, "r1", (account, epoch) => account.Charge(Key(1, epoch), Price));

        With(plan, "r2", (account, epoch) =>
        {
            account.Spent.ShouldBe(0);
            account.RequireRoomFor(1, Price);
            account.Charge(Key(1, epoch), Price);
            account.WhyNotNext(Price)!.ShouldContain("privacy.populationEpsilon");
        });
    }

    [Fact]
    public void A_run_without_noise_on_the_same_samples_leaves_no_budget_for_the_population()
    {
        using (var ledger = SqliteLedger.Open(_home, TimeProvider.System))
            ledger.Append(LedgerTests.SomeRound(1)); // of a plan without noise

        var plan = PlanOf() with { Privacy = PlanOf().Privacy with { PopulationEpsilon = 1_000 } };
        With(plan, "r2", (account, _) => Should.Throw<PrivacyBudgetException>(() => account.RequireRoomFor(1, Price))
            .Message.ShouldContain("run r1 has released rounds without noise"));
    }

    private static double Gaussian(int rounds) => AnalyticGaussian.Epsilon(1e-5, Math.Sqrt(rounds) / 2);

    private static RoundKey Key(int round, long epoch) => new() { Run = "r1", Round = round, Epoch = epoch, Sequence = round };

    private static Plan PlanOf(double? epsilon = null) => new()
    {
        Privacy = new() { Clip = 1, NoiseMultiplier = 2, Epsilon = epsilon },
    };

    private void With(Plan plan, string run, Action<PrivacyAccount, long> act)
    {
        using var ledger = SqliteLedger.Open(_home, TimeProvider.System);
        act(new PrivacyAccount(plan, run, "data", ledger), ledger.Epoch);
    }
}
