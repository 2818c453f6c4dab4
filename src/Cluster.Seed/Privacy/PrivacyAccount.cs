using Cohort.Federation.Accounting;
using Cohort.Messages;
using Cohort.Model.Files;
using Cohort.Model.Plans;
using Cohort.Seed.Ledger;

namespace Cohort.Seed.Privacy;

/// <summary>
/// What a run and its population have spent, and whether there is enough left for another round. A round is charged, durably, before
/// anybody is asked: count first, then release.
/// </summary>
internal sealed class PrivacyAccount
{
    private readonly ILedger _ledger;
    private readonly Plan _plan;
    private readonly string _run;
    private readonly string _population;
    private readonly IPrivacyAccountant _accountant;
    private readonly List<ChargeRecord> _charges;

    /// <summary>Of the rounds behind the model that the run began with; null where nothing bounds them.</summary>
    private readonly IReadOnlyList<ChargeRecord>? _earlier;

    /// <summary>A run on the same samples that released rounds without noise; null if there is none.</summary>
    private readonly string? _unprotected;
    private readonly Dictionary<string, double> _known = new(StringComparer.Ordinal);

    /// <param name="plan">Names budgets, delta and accountant.</param>
    /// <param name="run">The run; empty before it has begun.</param>
    /// <param name="population">The digest of its samples.</param>
    /// <param name="ledger">Holds what was spent.</param>
    /// <param name="startedFrom">The earlier model that the run began with; null for the plan's own.</param>
    public PrivacyAccount(Plan plan, string run, string population, ILedger ledger, ModelHash? startedFrom = null)
    {
        (_plan, _run, _population, _ledger) = (plan, run, population, ledger);
        _earlier = plan.BoundsEpsilon ? EarlierReleases.Of(startedFrom, ledger) : null;
        _accountant = Accountants.Of(plan.Privacy.Accountant);
        _unprotected = plan.Privacy.PopulationEpsilon is null ? null : Unprotected(population, ledger);
        _charges = plan.BoundsEpsilon ? [.. ledger.Charges(population)] : [];
    }

    private IEnumerable<ChargeRecord> OfRun => _charges.Where(charge => string.Equals(charge.Run, _run, StringComparison.Ordinal));

    /// <summary>Spent by this run, repeated rounds counted; null for a plan without noise.</summary>
    public double? Spent => _plan.BoundsEpsilon ? EpsilonOf(OfRun) : null;

    /// <summary>
    /// What the releases have spent that the newest model descends from: each round once, whatever was repeated on the way. The same
    /// for a run that was interrupted and one that was not. Null where nothing bounds it.
    /// </summary>
    /// <param name="round">The newest model's round.</param>
    public double? SpentByModel(int round)
        => _earlier is { } earlier
            ? EpsilonOf(earlier.Concat(OfRun.Where(charge => charge.Round <= round).GroupBy(charge => charge.Round).Select(tries => tries.Last())))
            : null;

    /// <summary>How many times a round was charged: each time somebody may have been asked.</summary>
    public int ReleasesOf(int round) => OfRun.Count(charge => charge.Round == round);

    /// <summary>Refuses a run whose rounds do not fit into its budgets.</summary>
    /// <param name="rounds">How many are still to come.</param>
    /// <param name="price">Of each; null for a plan without noise.</param>
    /// <exception cref="PrivacyBudgetException">They do not fit; the message says how many would.</exception>
    public void RequireRoomFor(int rounds, RoundPrice? price)
    {
        if (price is null || rounds <= 0 || WhyNot(rounds, price) is not { } refusal)
        {
            return;
        }

        var (fits, doesNot) = (0, rounds);
        while (doesNot - fits > 1)
        {
            var middle = fits + ((doesNot - fits) / 2);
            (fits, doesNot) = WhyNot(middle, price) is null ? (middle, doesNot) : (fits, middle);
        }

        var advice = fits > 0
            ? $"set rounds.count to {fits + RoundsCharged()} at most, or give more noise (pbm privacy calibrate finds the multiplier)"
            : "not even one more round fits; give more noise (pbm privacy calibrate finds the multiplier) or a larger budget";
        throw new PrivacyBudgetException($"{refusal}: {advice}. Nothing was started.");
    }

    /// <returns>Why the next round does not fit; null if it does.</returns>
    public string? WhyNotNext(RoundPrice? price)
        => price is not null && WhyNot(1, price) is { } refusal
            ? $"{refusal}. The round was not started; the newest model stays"
            : null;

    /// <summary>Counts a round, durably, before anybody is asked.</summary>
    /// <exception cref="LedgerException">It could not be written: nobody may be asked.</exception>
    public void Charge(RoundKey key, RoundPrice? price)
    {
        if (price is not null)
        {
            var charge = ChargeOf(key.Round, price) with { Epoch = key.Epoch, Sequence = key.Sequence };
            _ledger.Charge(charge);
            _charges.Add(charge);
        }
    }

    private string? WhyNot(int more, RoundPrice price)
    {
        var privacy = _plan.Privacy;
        var next = Enumerable.Repeat(ChargeOf(RoundsCharged() + 1, price), more).Select((charge, i) => charge with { Round = charge.Round + i }).ToList();
        return _unprotected is not null
            ? $"run {_unprotected} has released rounds without noise on the same samples, so that no privacy.populationEpsilon can be kept"
            : Exceeds(OfRun, next, privacy.Epsilon, "privacy.epsilon")
            ?? Exceeds(_charges, next, privacy.PopulationEpsilon, "privacy.populationEpsilon");
    }

    private string? Exceeds(IEnumerable<ChargeRecord> before, List<ChargeRecord> next, double? budget, string field)
    {
        if (budget is not { } limit)
        {
            return null;
        }

        var epsilon = EpsilonOf(before.Concat(next));
        var what = next.Count == 1 ? "the next round" : $"{next.Count} more rounds";
        return epsilon <= limit
            ? null
            : FormattableString.Invariant($"{what} would bring epsilon to {epsilon:G4} at delta {_plan.Privacy.Delta:G3}, and {field} allows {limit:G4}");
    }

    private static string? Unprotected(string population, ILedger ledger)
        => PrivacyStatement.Of(ledger).Populations
            .FirstOrDefault(of => string.Equals(of.Population, population, StringComparison.Ordinal))?.Runs
            .FirstOrDefault(run => run.IsUnbounded)?.Run;

    private int RoundsCharged() => OfRun.Select(charge => charge.Round).DefaultIfEmpty(0).Max();

    private ChargeRecord ChargeOf(int round, RoundPrice price) => new()
    {
        Run = _run,
        Round = round,
        Epoch = 0,
        Sequence = 0,
        Population = _population,
        NoiseMultiplier = price.NoiseMultiplier,
        Sampling = price.Sampling,
        Rate = price.Rate,
    };

    private double EpsilonOf(IEnumerable<ChargeRecord> charges)
    {
        var composition = ChargedRounds.Of(charges);
        var key = string.Join(';', composition.Rounds.Select(kind => $"{kind.Times} x {kind.Round}"));
        if (!_known.TryGetValue(key, out var epsilon))
        {
            _known[key] = epsilon = _accountant.Epsilon(composition, _plan.Privacy.Delta).Upper;
        }

        return epsilon;
    }
}
