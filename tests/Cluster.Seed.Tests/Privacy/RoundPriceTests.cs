using Cohort.Federation.Accounting;
using Cohort.Model.Plans;
using Cohort.Seed.Ledger;
using Cohort.Seed.Privacy;

namespace Cohort.Seed.Tests.Privacy;

public sealed class RoundPriceTests
{
    [Fact]
    public void A_plan_without_noise_has_no_price()
        => RoundPrice.Of(PlanOf(CohortKind.Poisson) with { Privacy = new() { Clip = 1 } }, 100).ShouldBeNull();

    [Theory]
    [InlineData(CohortKind.Poisson, 0.1, ChargedSampling.Poisson, 0.1)]
    [InlineData(CohortKind.Poisson, 1.0, ChargedSampling.Everyone, 1)]
    [InlineData(CohortKind.Uniform, 0.1, ChargedSampling.FixedSize, 0.1)]
    [InlineData(CohortKind.Uniform, 0.014, ChargedSampling.FixedSize, 0.01)] // 1 of 100, whatever C says
    [InlineData(CohortKind.Uniform, 1.0, ChargedSampling.Everyone, 1)]
    [InlineData(CohortKind.Balanced, 0.25, ChargedSampling.Turns, 0.25)]
    public void A_round_costs_what_its_sampling_makes_of_it(CohortKind cohorts, double fraction, ChargedSampling sampling, double rate)
        => RoundPrice.Of(PlanOf(cohorts, fraction), 100).ShouldBe(new RoundPrice(1.5, sampling, rate));

    [Fact]
    public void Students_that_are_not_asked_any_more_make_the_others_chance_larger()
    {
        RoundPrice.Of(PlanOf(CohortKind.Uniform, 0.1), 100, excluded: 50)!.Rate.ShouldBe(0.2);
        RoundPrice.Of(PlanOf(CohortKind.Poisson, 0.1), 100, excluded: 50)!.Rate.ShouldBe(0.1);
    }

    [Fact]
    public void A_student_that_noises_its_own_update_is_not_hidden_in_a_sample()
    {
        var plan = PlanOf(CohortKind.Poisson);
        plan = plan with { Privacy = plan.Privacy with { Mechanism = NoiseMechanism.Local } };
        RoundPrice.Of(plan, 100).ShouldBe(new RoundPrice(1.5, ChargedSampling.Everyone, 1));
    }

    [Fact]
    public void Four_rounds_inside_the_groups_cost_what_half_the_multiplier_costs()
        => RoundPrice.Of(PlanOf(CohortKind.Poisson) with { Groups = new() { IntraGroupRounds = 4 } }, 100)!.NoiseMultiplier.ShouldBe(0.75);

    [Fact]
    public void Rounds_of_one_price_are_composed_together()
    {
        var composed = ChargedRounds.Of([Charge(1), Charge(2), Charge(3) with { NoiseMultiplier = 2 }, Charge(3)]);

        composed.Rounds.Sum(part => part.Times).ShouldBe(4);
        composed.Rounds.ShouldContain(part => part.Times == 3 && part.Round.Equals(new GaussianRound(1, new Poisson(0.25))));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(4, 1)]
    [InlineData(5, 2)]
    [InlineData(8, 2)]
    [InlineData(9, 3)]
    public void Where_students_take_turns_each_is_counted_once_a_cycle(int rounds, int times)
        => ChargedRounds.Of(Enumerable.Range(1, rounds).Select(round => Charge(round) with { Sampling = ChargedSampling.Turns })).Rounds
            .ShouldHaveSingleItem().Times.ShouldBe(times);

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.049, 1)]
    [InlineData(0.09, 4)]
    public void Noise_that_no_accountant_can_speak_of_has_no_price_and_keeps_no_budget(double multiplier, int intraGroupRounds)
    {
        var plan = PlanOf(CohortKind.Uniform);
        plan = plan with
        {
            Name = "p",
            Network = "logistic",
            Privacy = plan.Privacy with { NoiseMultiplier = multiplier },
            Groups = plan.Groups with { IntraGroupRounds = intraGroupRounds },
        };

        RoundPrice.Of(plan, 100).ShouldBeNull();
        Should.NotThrow(() => plan.Checked("a test"));
        Should.Throw<PlanException>(() => (plan with { Privacy = plan.Privacy with { Epsilon = 8 } }).Checked("a test"))
            .Message.ShouldContain("nothing bounds epsilon");
    }

    [Fact]
    public void A_repeated_turn_may_have_been_the_same_students_and_other_runs_have_cycles_of_their_own()
    {
        var turns = new[] { Charge(1), Charge(2), Charge(2), Charge(1) with { Run = "r2" } }
            .Select(charge => charge with { Sampling = ChargedSampling.Turns });

        ChargedRounds.Of(turns).Rounds.ShouldHaveSingleItem().Times.ShouldBe(3);
    }

    private static ChargeRecord Charge(int round) => new()
    {
        Run = "r1",
        Round = round,
        Epoch = 1,
        Sequence = round,
        Population = "data",
        NoiseMultiplier = 1,
        Sampling = ChargedSampling.Poisson,
        Rate = 0.25,
    };

    private static Plan PlanOf(CohortKind cohorts, double fraction = 0.1) => new()
    {
        Students = new() { Count = 100 },
        Rounds = new() { Cohorts = cohorts, ClientFraction = fraction },
        Privacy = new() { Clip = 1, NoiseMultiplier = 1.5 },
    };
}
