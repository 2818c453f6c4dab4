using Cohort.Federation.Accounting;
using Cohort.Seed.Ledger;

namespace Cohort.Seed.Privacy;

/// <summary>From what the ledger has charged to what an accountant composes (docs/privacy.md, Sampling).</summary>
public static class Composition
{
    /// <summary>Equal rounds are counted together; where students take turns, those rounds that one student can have been in.</summary>
    public static IReadOnlyList<(GaussianRound Round, int Times)> Of(IEnumerable<ChargeRecord> charges)
        => [.. charges
            .GroupBy(charge => (charge.NoiseMultiplier, charge.Sampling, charge.Rate))
            .Select(same => (RoundOf(same.Key.NoiseMultiplier, same.Key.Sampling, same.Key.Rate), TimesOf(same)))
            .OrderBy(same => same.Item1.ToString(), StringComparer.Ordinal)];

    /// <summary>A text that two compositions share only if they are the same.</summary>
    internal static string Describe(IEnumerable<(GaussianRound Round, int Times)> composition)
        => string.Join(';', composition.Select(same => $"{same.Times}x{same.Round}"));

    private static GaussianRound RoundOf(double multiplier, ChargedSampling sampling, double rate) => new(multiplier, sampling switch
    {
        ChargedSampling.Poisson => Participation.Poisson(rate),
        ChargedSampling.FixedSize => Participation.FixedSize(rate),
        _ => Participation.Everyone,
    });

    private static int TimesOf(IEnumerable<ChargeRecord> same)
        => same.GroupBy(charge => charge.Run, StringComparer.Ordinal).Sum(run =>
        {
            var (sampling, rate) = (run.First().Sampling, run.First().Rate);
            if (sampling is not ChargedSampling.Turns)
            {
                return run.Count();
            }

            // In its cycle a student has one turn; a round that was repeated may have had it once more.
            var rounds = run.Select(charge => charge.Round).Distinct().Count();
            return (int)Math.Ceiling((rounds * rate) - 1e-9) + run.Count() - rounds;
        });
}
