using Cohort.Model.Evaluation;
using Cohort.Seed.Schedules;

namespace Cohort.Seed.Tests.Schedules;

public sealed class ReleaseGateTests
{
    private static Metrics Right(int right, double loss = 1) => Metrics.Of(ConfusionMatrix.FromRows([[right, 100 - right], [0, 0]]), loss);

    [Theory]
    [InlineData(61, 60, 0, true)]
    [InlineData(60, 60, 0, true)]
    [InlineData(59, 60, 0, false)]
    [InlineData(59, 60, 0.01, true)]
    [InlineData(58, 60, 0.01, false)]
    public void A_model_passes_unless_its_accuracy_is_worse_by_more_than_the_tolerance(int candidate, int current, double tolerance, bool passes)
    {
        var (passed, reason) = ReleaseGate.Judge(Right(candidate), Right(current), 100, tolerance);

        passed.ShouldBe(passes);
        reason.ShouldContain($"accuracy {candidate}.00 % against {current}.00 % of the model before, on 100 held-out samples");
    }

    [Fact]
    public void The_first_passes_whatever_its_accuracy() => ReleaseGate.Judge(Right(1), null, 100, 0).Passes.ShouldBeTrue();

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_model_whose_loss_is_no_number_never_passes(double loss)
    {
        ReleaseGate.Judge(Right(99, loss), Right(1), 100, 0.5).Passes.ShouldBeFalse();
        ReleaseGate.Judge(Right(99, loss), null, 100, 0.5).Passes.ShouldBeFalse();
    }
}
