using Cohort.Model.Data.Avatars;
using Cohort.Model.Plans;
using Cohort.Model.Training;
using Cohort.Model.Training.Records;

namespace Cohort.Model.Tests.Training.Records;

public class RecordStepsTests
{
    private static readonly TrainingPlan Training = new()
    {
        Epochs = 2,
        BatchSize = 10,
        RecordPrivacy = new() { Clip = 1, NoiseMultiplier = 1.3 },
    };

    [Theory]
    [InlineData(100, 0.1, 20)]
    [InlineData(101, 10.0 / 101, 22)]
    [InlineData(10, 1, 2)]
    [InlineData(11, 10.0 / 11, 4)]
    [InlineData(3, 1, 2)]
    public void A_student_of_n_samples_does_E_ceil_n_over_B_steps_at_the_rate_B_over_n(int samples, double rate, int steps)
        => RecordSteps.Of(Training, samples).ShouldBe(new RecordSteps(samples, rate, 1.3, steps));

    [Fact]
    public void Students_of_different_sizes_are_told_once_each_and_those_without_samples_not_at_all()
    {
        var plan = new Plan
        {
            Students = new() { Count = 4, Partition = PartitionKind.Dirichlet, Alpha = 0.3 },
            Training = Training,
        };
        var population = Population.Create(plan, AvatarFaces.DataSet(2, 4, 25, 1, 7));
        var sizes = Enumerable.Range(0, 4).Select(population.Partition.SizeOf).Where(size => size > 0).Distinct().Order();
        RecordSteps.OfAll(plan, population).ShouldBe(sizes.Select(size => RecordSteps.Of(Training, size)));

        var alike = plan with { Students = plan.Students with { Partition = PartitionKind.Iid } };
        RecordSteps.OfAll(alike, Population.Create(alike, population.Data)).ShouldHaveSingleItem()
            .ShouldBe(RecordSteps.Of(Training, 25));
    }
}
