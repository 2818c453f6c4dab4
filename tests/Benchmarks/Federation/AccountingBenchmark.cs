using System.Diagnostics;
using Cohort.Federation.Accounting;

namespace Cohort.Benchmarks.Federation;

/// <summary>What a question to an accountant takes: the first one of the process, then the median of several, and how far its bounds lie apart.</summary>
public static class AccountingBenchmark
{
    private static readonly (string Name, Composition Rounds, double Delta)[] Questions =
    [
        ("q 0.001 sigma 0.8 T 1,000", Poisson(0.001, 0.8, 1_000), 1e-6),
        ("q 0.05 sigma 1.5 T 1,000", Poisson(0.05, 1.5, 1_000), 1e-6),
        ("q 0.2 sigma 2.0 T 100", Poisson(0.2, 2.0, 100), 1e-6),
        ("q 0.05 sigma 3.0 T 20,000", Poisson(0.05, 3.0, 20_000), 1e-6),
        ("fixed size q 0.1 sigma 2 T 60", Composition.Of(new GaussianRound(2, new FixedSize(0.1)), 60), 1e-5),
    ];

    public static int Run()
    {
        foreach (var (name, accountant) in new (string, IPrivacyAccountant)[] { ("pld", new LossDistributionAccountant()), ("rdp", new RenyiAccountant()) })
        {
            foreach (var question in Questions)
            {
                var bound = new EpsilonBound(0, 0, 0);
                var milliseconds = Enumerable.Range(0, 8).Select(_ => Measure(() => bound = accountant.Epsilon(question.Rounds, question.Delta))).ToList();
                var later = milliseconds.Skip(1).Order().ToList();
                Console.WriteLine(
                    $"{name} {question.Name,-30} first {milliseconds[0],7:F0} ms, then {later[3],7:F0} ms ({later[0]:F0} to {later[^1]:F0}), "
                    + $"epsilon {bound.Lower:F4} to {bound.Upper:F4}");
            }

            var z = 0.0;
            var calibration = Measure(() => z = Calibration.NoiseMultiplier(accountant, new Poisson(0.1), 60, 8, 1e-5));
            Console.WriteLine($"{name} calibration to epsilon 8, q 0.1, T 60: {calibration:F0} ms, z {z:F4}");
        }

        return 0;
    }

    private static Composition Poisson(double rate, double noise, long steps) => Composition.Of(new GaussianRound(noise, new Poisson(rate)), steps);

    private static double Measure(Action action)
    {
        var watch = Stopwatch.StartNew();
        action();
        return watch.Elapsed.TotalMilliseconds;
    }
}
