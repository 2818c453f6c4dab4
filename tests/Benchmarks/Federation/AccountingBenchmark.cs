using System.Diagnostics;
using System.Globalization;
using Cohort.Federation.Accounting;

namespace Cohort.Benchmarks.Federation;

/// <summary>
/// How long the privacy loss distribution accountant takes for an answer, and how far its bounds are apart; how long a noise multiplier
/// takes to find: <c>accounting [queries]</c>.
/// </summary>
internal static class AccountingBenchmark
{
    private const double QueryGoal = 100; // milliseconds
    private const double GapGoal = 0.01;
    private const double CalibrationGoal = 3_000; // milliseconds

    private static readonly (string Name, Composition Rounds, double Delta)[] Plans =
    [
        ("poisson q 0.001, z 0.8, T 1,000", Of(0.8, new Poisson(0.001), 1_000), 1e-6),
        ("poisson q 0.05, z 1.5, T 1,000", Of(1.5, new Poisson(0.05), 1_000), 1e-6),
        ("poisson q 0.2, z 2, T 100", Of(2, new Poisson(0.2), 100), 1e-6),
        ("poisson q 0.05, z 3, T 20,000", Of(3, new Poisson(0.05), 20_000), 1e-6),
        ("poisson q 1e-5, z 1, T 1,000,000", Of(1, new Poisson(1e-5), 1_000_000), 1e-6),
        ("poisson q 0.004, z 1.1, T 14,063", Of(1.1, new Poisson(0.004), 14_063), 1e-5),
        ("fixed q 0.05, z 3, T 1,000", Of(3, new FixedSize(0.05), 1_000), 1e-5),
        ("fixed q 0.01, z 2, T 10,000", Of(2, new FixedSize(0.01), 10_000), 1e-5),
        ("all three mixed, T 1,110", new Composition([
            (new GaussianRound(2, new Poisson(0.05)), 1_000), (new GaussianRound(3, new FixedSize(0.02)), 100),
            (new GaussianRound(10, new Everyone()), 10),
        ]), 1e-5),
    ];

    public static int Run(string[] arguments)
    {
        var queries = arguments is [var text, ..] ? int.Parse(text, CultureInfo.InvariantCulture) : 15;
        Console.WriteLine(Machine.Description);
        var accountant = new LossDistributionAccountant();
        var isReached = true;
        foreach (var (name, rounds, delta) in Plans)
        {
            var bound = EpsilonBound.None;
            var times = Enumerable.Range(0, queries + 1).Select(_ => Milliseconds(() => bound = accountant.Epsilon(rounds, delta))).ToArray();
            Console.WriteLine($"{name}: epsilon {bound.Lower:F6} to {bound.Upper:F6}; first query {times[0]:F1} ms");
            isReached &= Print(new Measurement("  query", "ms", times[1..], QueryGoal, LessIsBetter: true));
            isReached &= Print(new Measurement("  gap, thousandths", "", [1e3 * (bound.Upper - bound.Lower)], 1e3 * GapGoal, LessIsBetter: true));
        }

        foreach (var (name, who) in new (string, IPrivacyAccountant)[] { ("pld", accountant), ("rdp", new RenyiAccountant()) })
        {
            double z = 0;
            var times = Enumerable.Range(0, 3).Select(_ => Milliseconds(
                () => z = Calibration.NoiseMultiplier(who, new Poisson(0.05), 20_000, 8, 1e-6))).ToArray();
            isReached &= Print(new Measurement(
                $"calibrate {name}: q 0.05, T 20,000, eps 8: z {z:F4}", "ms", times, CalibrationGoal, LessIsBetter: true));
        }

        return isReached ? 0 : 1;
    }

    private static Composition Of(double noise, Participation who, long steps) => Composition.Of(new GaussianRound(noise, who), steps);

    private static double Milliseconds(Action action)
    {
        var watch = Stopwatch.StartNew();
        action();
        return watch.Elapsed.TotalMilliseconds;
    }

    private static bool Print(Measurement measurement)
    {
        Console.WriteLine(measurement);
        return measurement.IsReached;
    }
}
