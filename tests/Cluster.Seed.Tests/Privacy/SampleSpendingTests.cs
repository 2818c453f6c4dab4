using Cohort.Federation.Accounting;
using Cohort.Model.Plans;
using Cohort.Model.Training.Records;
using Cohort.Seed.Privacy;

namespace Cohort.Seed.Tests.Privacy;

public sealed class SampleSpendingTests
{
    [Fact]
    public void A_hundred_passes_over_60000_samples_in_batches_of_600_spend_what_the_paper_says()
        // Abadi et al. 2016, section 5: q = 0.01, sigma = 4, 10,000 steps at delta 1e-5.
        => Greatest(TrainingOf(batch: 600, sigma: 4), AccountantKind.RdpClassic, (60_000, 100))!.Epsilon.ShouldBe(1.26, 0.005);

    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    public void The_greatest_of_all_sizes_is_told_whichever_it_is(long trainings)
    {
        var (training, sizes) = (TrainingOf(batch: 10, sigma: 1.3), Enumerable.Range(1, 45).Select(size => (size, trainings)).ToArray());
        var alone = sizes.Select(size => Greatest(training, AccountantKind.Rdp, size)!).ToList();

        Greatest(training, AccountantKind.Rdp, sizes)!.Epsilon.ShouldBe(alone.Max(spent => spent.Epsilon));
    }

    [Fact]
    public void Just_above_a_batch_may_cost_more_than_the_fewest_samples()
        => Greatest(TrainingOf(batch: 10, sigma: 1.3), AccountantKind.Pld, (10, 3), (11, 3), (21, 1))!.Samples.ShouldBe(11);

    [Fact]
    public void Who_has_trained_more_often_may_have_spent_more_with_more_samples()
    {
        var greatest = Greatest(TrainingOf(batch: 10, sigma: 1.3), AccountantKind.Pld, (20, 1), (40, 60))!;

        greatest.ShouldBe(new(40, 0.25, 1.3, 8, 60, greatest.Epsilon));
        greatest.Epsilon.ShouldBe(
            new LossDistributionAccountant().Epsilon(Composition.Of(new(1.3, new Poisson(0.25)), 480), 1e-5).Upper);
    }

    [Fact]
    public void Nobody_who_has_not_trained_has_spent_anything()
        => Greatest(TrainingOf(batch: 10, sigma: 1.3), AccountantKind.Pld, (20, 0)).ShouldBeNull();

    [Theory]
    [InlineData(CohortKind.Uniform, 1, 0, 1, 30, 30)]
    [InlineData(CohortKind.Uniform, 1, 0, 4, 120, 120)]
    [InlineData(CohortKind.Uniform, 0.1, 0, 1, 30, 3)]
    [InlineData(CohortKind.Uniform, 0.1, 0.5, 2, 60, 9)]
    [InlineData(CohortKind.Poisson, 0.05, 0, 1, 30, 2)]
    [InlineData(CohortKind.Balanced, 0.25, 0, 1, 8, 8)]
    [InlineData(CohortKind.Balanced, 0.1, 0, 3, 9, 9)]
    public void A_student_that_chance_favours_is_in_every_round_and_one_that_takes_turns_once_a_cycle(
        CohortKind cohorts, double fraction, double overSelection, int inside, long most, long expected)
    {
        var plan = new Plan
        {
            Groups = new() { IntraGroupRounds = inside },
            Rounds = new() { Count = 30, Cohorts = cohorts, ClientFraction = fraction, OverSelection = overSelection },
        };
        PlannedTrainings.Of(plan, students: 100).ShouldBe(new PlannedTrainings(most, expected));
    }

    private static TrainingPlan TrainingOf(int batch, double sigma) => new()
    {
        Epochs = batch == 10 ? 2 : 1,
        BatchSize = batch,
        RecordPrivacy = new() { Clip = 1, NoiseMultiplier = sigma },
    };

    private static SampleSpending? Greatest(TrainingPlan training, AccountantKind accountant, params (int Samples, long Trainings)[] students)
        => SampleSpending.Greatest(
            new() { Accountant = accountant },
            students.Select(student => (RecordSteps.Of(training, student.Samples), student.Trainings)));
}
