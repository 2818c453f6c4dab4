using Cohort.Model.Files;
using Cohort.Seed.Ledger;

namespace Cohort.Seed.Privacy;

/// <summary>What was spent on the models that a run's first one descends from, where it begins with an earlier model.</summary>
internal static class EarlierReleases
{
    /// <summary>One charge for each round on the way to a model, through all runs that began with another's.</summary>
    /// <param name="model">The model; null for a plan's own first one, which has spent nothing.</param>
    /// <param name="ledger">Knows who made it.</param>
    /// <returns>Null where nothing bounds it: a round without noise, or a model of no run here.</returns>
    public static IReadOnlyList<ChargeRecord>? Of(ModelHash? model, ILedger ledger)
    {
        var charges = new List<ChargeRecord>();
        var runs = model is null ? [] : ledger.Runs();
        for (var at = model; at is { } made;)
        {
            if (runs.FirstOrDefault(run => run.InitialModel == made) is { } untrained)
            {
                at = untrained.StartedFrom;
                continue;
            }

            if (runs.Select(run => (Run: run, Round: RoundOf(made, run, ledger))).FirstOrDefault(maker => maker.Round > 0) is not ({ } maker, var rounds))
            {
                return null;
            }

            var paid = ledger.Charges(maker.PrivacyPopulation)
                .Where(charge => string.Equals(charge.Run, maker.Id, StringComparison.Ordinal) && charge.Round <= rounds)
                .GroupBy(charge => charge.Round)
                .Select(tries => tries.Last())
                .ToList();
            if (paid.Count < rounds)
            {
                return null;
            }

            charges.AddRange(paid);
            at = maker.StartedFrom;
        }

        return charges;
    }

    private static int RoundOf(ModelHash model, RunRecord run, ILedger ledger)
        => ledger.Rounds(run.Id).FirstOrDefault(round => round.Model == model)?.Round ?? 0;
}
