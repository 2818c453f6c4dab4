using Cohort.Federation.Accounting;

namespace Cohort.Federation.Tests.Accounting;

public class LossLatticeTests
{
    private const double Tail = 1e-14;

    public static TheoryData<double, double, string, bool, double> Rounds { get; } = new()
    {
        { 1, 0.1, "poisson", false, 0.01 },
        { 1, 0.1, "poisson", true, 0.01 },
        { 3, 0.05, "poisson", false, 0.0007 },
        { 0.8, 0.001, "poisson", false, 0.002 },
        { 0.8, 0.001, "poisson", true, 0.002 },
        { 1, 1e-5, "poisson", false, 1e-4 },
        { 0.3, 0.3, "poisson", false, 0.05 },
        { 2, 0.1, "fixed", false, 0.01 },
        { 0.5, 0.5, "fixed", false, 0.05 },
        { 1, 1e-4, "fixed", false, 0.001 },
        { 4, 1, "everyone", false, 0.003 },
    };

    [Theory]
    [MemberData(nameof(Rounds))]
    public void One_lattice_is_never_below_the_true_divergence_and_one_never_above(
        double noise, double rate, string sampling, bool isAdding, double step)
    {
        var round = Round(noise, rate, sampling);
        var cells = LossCells.Of(round, isAdding, step / LossCells.PerStep, Tail);
        var (above, below) = (LossLattice.Above(cells), LossLattice.Below(cells));
        var (pointsAbove, pointsBelow) = (Points(above), Points(below));
        for (var epsilon = -2.0; epsilon < 4; epsilon += 0.0437)
        {
            var truth = HockeyStick(round, isAdding, epsilon);
            var (upper, lower) = (HockeyStick(pointsAbove, epsilon) + above.Infinite, HockeyStick(pointsBelow, epsilon));
            upper.ShouldBeGreaterThanOrEqualTo(truth - 1e-12);
            lower.ShouldBeLessThanOrEqualTo(truth + 1e-12);
            (upper - lower).ShouldBeLessThan(step);
        }
    }

    [Theory]
    [MemberData(nameof(Rounds))]
    public void Both_lattices_keep_all_probability_of_both_populations(
        double noise, double rate, string sampling, bool isAdding, double step)
    {
        var cells = LossCells.Of(Round(noise, rate, sampling), isAdding, step / LossCells.PerStep, Tail);
        foreach (var lattice in new[] { LossLattice.Above(cells), LossLattice.Below(cells) })
        {
            Math.Exp(lattice.Cumulant(0)).ShouldBe(1, 1e-11);

            // What Q has: less where the cells that were left out are improbable under P alone.
            Math.Exp(lattice.Cumulant(-1)).ShouldBe(cells.Q.Sum() + cells.AtZero, 1e-5 * step);
        }
    }

    [Fact]
    public void Finer_steps_bring_the_lattices_together_by_their_square()
    {
        var round = new GaussianRound(3, new Poisson(0.05));
        Distance(0.002).ShouldBeInRange(3.5 * Distance(0.001), 4.5 * Distance(0.001));

        double Distance(double step)
        {
            var cells = LossCells.Of(round, false, step / LossCells.PerStep, Tail);
            return LossLattice.Above(cells).Cumulant(2) - LossLattice.Below(cells).Cumulant(2);
        }
    }

    private static GaussianRound Round(double noise, double rate, string sampling) => new(noise, sampling switch
    {
        "poisson" => new Poisson(rate),
        "fixed" => new FixedSize(rate),
        _ => new Everyone(),
    });

    /// <summary>Losses with their masses: from the places of a circle that the lattice does not go around.</summary>
    private static List<(double Loss, double Mass)> Points(LossLattice lattice)
    {
        var places = new double[1 << 16];
        var scale = Math.Exp(lattice.AddTilted(0, places));
        return [.. places
            .Select((mass, i) => ((i < places.Length / 2 ? i : i - places.Length) * lattice.Step + lattice.Shift, scale * mass))
            .Where(point => point.Item2 > 0)];
    }

    /// <summary>E[(1 - e^(eps - L))+].</summary>
    private static double HockeyStick(List<(double Loss, double Mass)> points, double epsilon) =>
        points.Where(point => point.Loss > epsilon).Sum(point => point.Mass * -Math.Exp(epsilon - point.Loss) + point.Mass);

    /// <summary>The same by the definition: where P exceeds e^eps Q is a half-line, of normal distributions.</summary>
    private static double HockeyStick(GaussianRound round, bool isAdding, double epsilon)
    {
        var (z, q) = (round.NoiseMultiplier, round.Participation.Rate);
        if (round.Participation is not FixedSize)
            return isAdding ? Adding(epsilon, z, q, 1) : Removing(epsilon, z, q, 1);

        // Symmetric: above e^eps = 1 the pair 2 apart, below by the mirror H_a = 1 - a + a H_(1/a).
        return epsilon >= 0
            ? Removing(epsilon, z, q, 2)
            : 1 - Math.Exp(epsilon) + (Math.Exp(epsilon) * Removing(-epsilon, z, q, 2));
    }

    private static double Removing(double epsilon, double z, double q, double mu)
    {
        var (mixed, plain) = Beyond(epsilon, z, q, mu);
        return mixed - (Math.Exp(epsilon) * plain);
    }

    private static double Adding(double epsilon, double z, double q, double mu)
    {
        // Below the x at which log(mixed / plain) is -eps.
        var (mixed, plain) = Beyond(-epsilon, z, q, mu);
        return 1 - plain - (Math.Exp(epsilon) * (1 - mixed));
    }

    private static (double Mixed, double Plain) Beyond(double loss, double z, double q, double mu)
    {
        var grown = (Math.Exp(loss) - 1 + q) / q;
        var x = grown <= 0 ? double.NegativeInfinity : (Math.Log(grown) * z * z / mu) + (mu / 2);
        var plain = Normal.Upper(x / z);
        return (((1 - q) * plain) + (q * Normal.Upper((x - mu) / z)), plain);
    }
}
