using Cohort.Federation.Accounting;
using Cohort.Seed.Ledger;

namespace Cohort.Seed.Privacy;

/// <summary>From what the ledger has charged to what an accountant composes (docs/privacy.md, Sampling).</summary>
public static class ChargedRounds
{
    /// <summary>Equal rounds are counted together; where students take turns, those rounds that one student can have been in.</summary>
    public static Composition Of(IEnumerable<ChargeRecord> charges)
        => new(charges
            .GroupBy(charge => (charge.NoiseMultiplier, charge.Sampling, charge.Rate))
            .Select(same => (RoundOf(same.Key.NoiseMultiplier, same.Key.Sampling, same.Key.Rate), TimesOf(same))));

    private static GaussianRound RoundOf(double multiplier, ChargedSampling sampling, double rate) => new(multiplier, sampling switch
    {
        ChargedSampling.Poisson => new Poisson(rate),
        ChargedSampling.FixedSize => new FixedSize(rate),
        _ => new Everyone(),
    });

    private static long TimesOf(IEnumerable<ChargeRecord> same)
        => same.GroupBy(charge => charge.Run, StringComparer.Ordinal).Sum(run =>
        {
            var (sampling, rate) = (run.First().Sampling, run.First().Rate);
            if (sampling is not ChargedSampling.Turns)
            {
                return run.Count();
            }

            // In its cycle a student has one turn; a round that was repeated may have had it once more.
            var rounds = run.Select(charge => charge.Round).Distinct().Count();
            return (long)Math.Ceiling((rounds * rate) - 1e-9) + run.Count() - rounds;
        });
}
