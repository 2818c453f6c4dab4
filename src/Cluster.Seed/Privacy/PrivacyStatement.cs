using Cohort.Model.Plans;
using Cohort.Seed.Ledger;

namespace Cohort.Seed.Privacy;

/// <summary>What the students of each population have spent, as the ledger has it.</summary>
/// <param name="Populations">One for each set of samples that runs were trained on.</param>
/// <param name="Records">
/// What those runs have spent on single samples that trained by DP-SGD; null where nobody has asked for it, as it takes the runs' data.
/// </param>
public sealed record PrivacyStatement(
    IReadOnlyList<PopulationSpending> Populations, IReadOnlyList<RecordSpending>? Records = null)
{
    public static PrivacyStatement Of(ILedger ledger)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        return new([.. ledger.Runs()
            .GroupBy(run => run.PrivacyPopulation, StringComparer.Ordinal)
            .Select(runs => PopulationSpending.Of(runs.Key, [.. runs], ledger))]);
    }

    /// <returns>Null where an earlier version made the plan, which had no accounted privacy.</returns>
    internal static Plan? PlanOf(RunRecord run)
    {
        try
        {
            return Plan.Parse(run.PlanJson, run.Id);
        }
        catch (PlanException)
        {
            return null;
        }
    }
}

/// <summary>What all runs on the same samples have spent together.</summary>
/// <param name="Population">Digest of the samples.</param>
/// <param name="Data">Where they were read last; null where they were generated.</param>
/// <param name="Epsilon">Of all runs together at <paramref name="Delta"/>; null where a run without noise is among them.</param>
/// <param name="Delta">The least delta of their plans.</param>
/// <param name="Budget">The least privacy.populationEpsilon of their plans; null where none has one.</param>
/// <param name="LabelEpsilon">
/// What the reports of labels in all runs tell of one sample, by adding up; null where a run was told labels without noise.
/// </param>
/// <param name="Runs">Each run.</param>
public sealed record PopulationSpending(
    string Population,
    string? Data,
    double? Epsilon,
    double Delta,
    double? Budget,
    double? LabelEpsilon,
    IReadOnlyList<RunSpending> Runs)
{
    internal static PopulationSpending Of(string population, IReadOnlyList<RunRecord> runs, ILedger ledger)
    {
        var charges = ledger.Charges(population);
        var plans = runs.Select(PrivacyStatement.PlanOf).ToList();
        var spendings = runs.Zip(plans, (run, plan) => RunSpending.Of(run, plan, charges, ledger)).ToList();
        var delta = plans.Min(plan => plan?.Privacy.Delta ?? 1e-5);
        var unbounded = spendings.Exists(run => run.IsUnbounded);
        return new(
            population,
            runs[^1].DataPath,
            unbounded ? null : Accountants.Of(AccountantKind.Pld).Epsilon(ChargedRounds.Of(charges), delta).Upper,
            delta,
            plans.Min(plan => plan?.Privacy.PopulationEpsilon),
            spendings.Exists(run => run.Labels is RunSpending.Exact or RunSpending.Seeded) ? null : spendings.Sum(run => run.LabelEpsilon ?? 0),
            spendings);
    }
}

/// <summary>What one run has spent.</summary>
/// <param name="Run">Its id.</param>
/// <param name="Rounds">Finished rounds.</param>
/// <param name="Charged">Rounds charged, those that were repeated and that under way included.</param>
/// <param name="Epsilon">Spent, at the plan's delta; null where nothing bounds it.</param>
/// <param name="Delta">The plan's.</param>
/// <param name="Budget">The plan's privacy.epsilon; null where it has none.</param>
/// <param name="Accountant">pld, rdp or rdpClassic.</param>
/// <param name="Labels">How students reported their labels: exact, noised, seeded (anybody can take the noise off) or unasked.</param>
/// <param name="LabelEpsilon">
/// What a student's report of its labels tells of one of its samples, apart from <paramref name="Epsilon"/>, whose unit is a student;
/// null where no noise bounds it, or nothing is told.
/// </param>
/// <param name="Note">Why the number is none, or means nothing; empty else.</param>
public sealed record RunSpending(
    string Run,
    int Rounds,
    int Charged,
    double? Epsilon,
    double Delta,
    double? Budget,
    string Accountant,
    string Labels,
    double? LabelEpsilon,
    string Note)
{
    public const string Exact = "exact";
    public const string Noised = "noised";
    public const string Seeded = "seeded";
    public const string Unasked = "unasked";

    /// <summary>True if it released rounds without noise.</summary>
    internal bool IsUnbounded => Epsilon is null && Rounds > 0;

    internal static RunSpending Of(RunRecord run, Plan? plan, IEnumerable<ChargeRecord> charges, ILedger ledger)
    {
        var privacy = plan?.Privacy ?? new();
        var ours = charges.Where(charge => string.Equals(charge.Run, run.Id, StringComparison.Ordinal)).ToList();
        double? epsilon = plan is { BoundsEpsilon: true }
            ? Accountants.Of(privacy.Accountant).Epsilon(ChargedRounds.Of(ours), privacy.Delta).Upper
            : null;
        var note = !privacy.IsPrivate ? "no noise: nothing bounds it"
            : epsilon is null ? "hardly any noise: nothing bounds it"
            : privacy.Noise is NoiseSource.Seeded ? "seeded noise: it protects nobody"
            : "";
        return new(
            run.Id,
            ledger.LastRound(run.Id)?.Round ?? 0,
            ours.Count,
            epsilon,
            privacy.Delta,
            privacy.Epsilon,
            Accountants.NameOf(privacy.Accountant),
            run.LabelEpsilon is not null ? privacy.Noise is NoiseSource.Seeded ? Seeded : Noised
                : plan?.AsksForLabels is false ? Unasked : Exact,
            run.LabelEpsilon,
            note);
    }
}
