using Cohort.Model.Plans;
using Cohort.Model.Training;

namespace Cohort.Model.Tests.Training;

public class PlannedStepsTests
{
    private static readonly TrainingPlan Plan = new() { LearningRate = 0.1 };

    [Fact]
    public void A_constant_rate_needs_no_number_of_rounds()
    {
        PlannedSteps.RateOf(Plan, 7, rounds: 0).ShouldBe(0.1);
        PlannedSteps.RateOf(Plan with { LearningRateDecay = 0.5 }, 3, rounds: 0).ShouldBe(0.025);
    }

    [Fact]
    public void A_cosine_falls_from_the_whole_rate_along_half_a_period()
    {
        var cosine = Plan with { Schedule = RateSchedule.Cosine };
        for (var round = 1; round <= 40; round++)
        {
            PlannedSteps.RateOf(cosine, round, 40).ShouldBe(0.1 * (1 + Math.Cos(Math.PI * (round - 1) / 40)) / 2, 1e-15);
        }

        PlannedSteps.RateOf(cosine, 41, 40).ShouldBe(0, 1e-15);
    }

    [Fact]
    public void Warm_up_climbs_evenly_and_the_cosine_begins_after_it()
    {
        var plan = Plan with { Schedule = RateSchedule.Cosine, WarmUpRounds = 4 };
        var rates = Enumerable.Range(1, 10).Select(round => PlannedSteps.RateOf(plan, round, 10)).ToArray();
        rates[..4].ShouldBe([0.02, 0.04, 0.06, 0.08], 1e-12);
        rates[4].ShouldBe(0.1, 1e-12);
        rates[7].ShouldBe(0.05, 1e-12, "half way between the warm-up and the end");
        PlannedSteps.RateOf(Plan with { WarmUpRounds = 4 }, 9, 10).ShouldBe(0.1, "without a schedule it stays");
    }

    [Fact]
    public void A_schedule_over_nobody_knows_how_many_rounds_is_refused()
        => Should.Throw<ArgumentException>(() => PlannedSteps.RateOf(Plan with { Schedule = RateSchedule.Cosine }, 1, rounds: 0))
            .Message.ShouldContain("how many rounds");

    [Fact]
    public void Brightness_is_measured_on_the_scale_that_the_network_sees()
    {
        var augmentation = PlannedSteps.AugmentationOf(new() { Brightness = 0.1 }, new PixelScale(0.5, 0.25))!;
        augmentation.Brightness.ShouldBe(0.4, 1e-6);
        PlannedSteps.AugmentationOf(new(), new PixelScale(0.5, 0.25)).ShouldBeNull();
    }
}
