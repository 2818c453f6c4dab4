using Cohort.Federation.Accounting;

namespace Cohort.Federation.Tests.Accounting;

public class LossSumTests
{
    private const long Steps = 100;

    private static readonly GaussianRound Round = new(5, new Everyone()); // 100 of them are one Gaussian with mu = 2

    [Theory]
    [InlineData(1 << 13, 1e-12, 1e-9)] // room enough
    [InlineData(1 << 11, 1e-12, 1e-2)] // losses go around
    [InlineData(1 << 10, 1e-12, double.PositiveInfinity)]
    [InlineData(1 << 9, 1e-12, double.PositiveInfinity)]
    [InlineData(1 << 13, 1e-6, double.PositiveInfinity)] // much is left out at the ends
    [InlineData(1 << 13, 1e-3, double.PositiveInfinity)]
    public void Delta_is_enclosed_however_little_room_there_is_and_however_much_is_left_out(int length, double tail, double within)
    {
        const double Step = 0.01, Theta = 2;
        var cells = LossCells.Of(Round, isAdding: false, Step / LossCells.PerStep, tail);
        var window = new LossProfile([(Round, Steps)], isAdding: false, tail).Window(Theta, 1e-12, Step);
        var (above, below) = LossSum.Of(
            [(LossLattice.Above(cells), Steps)], [(LossLattice.Below(cells), Steps)], Theta, window, length, cells.Precision);

        foreach (var epsilon in new[] { 0, 1, 4, 7.5812799246, 12, 17, 30 })
        {
            var exact = AnalyticGaussian.Delta(epsilon, 2);
            above.Delta(epsilon).Upper.ShouldBeGreaterThanOrEqualTo(exact);
            below.Delta(epsilon).Lower.ShouldBeLessThanOrEqualTo(exact);
            if (epsilon is > 1 and < 17)
            {
                var (_, upper) = above.Delta(epsilon);
                var (lower, _) = below.Delta(epsilon);
                ((upper - lower) / exact).ShouldBeLessThan(0.05 + within);
            }
        }
    }

    [Fact]
    public void Rounds_told_apart_are_the_product_of_their_transforms()
    {
        const double Step = 0.01, Theta = 2;
        var cells = LossCells.Of(Round, isAdding: false, Step / LossCells.PerStep, 1e-12);
        var (above, below) = (LossLattice.Above(cells), LossLattice.Below(cells));
        var window = new LossProfile([(Round, Steps)], isAdding: false, 1e-12).Window(Theta, 1e-12, Step);
        var (together, _) = LossSum.Of([(above, 100)], [(below, 100)], Theta, window, 1 << 13, cells.Precision);
        var (apart, _) = LossSum.Of([(above, 63), (above, 37)], [(below, 63), (below, 37)], Theta, window, 1 << 13, cells.Precision);

        (apart.Delta(7.5).Upper / together.Delta(7.5).Upper).ShouldBe(1, 1e-9);
    }
}
