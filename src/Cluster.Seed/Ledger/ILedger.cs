using Cohort.Model.Files;
using Cohort.Seed.Schedules;

namespace Cohort.Seed.Ledger;

/// <summary>
/// What has happened, for good: runs and their finished rounds; and what is to happen by itself: schedules, and what they released. May be
/// called from several threads, which take turns. What a method wrote is on disk when it returns (docs/design.md, Nothing lost). All
/// methods throw <see cref="LedgerException"/>.
/// </summary>
public interface ILedger : IDisposable
{
    /// <summary>
    /// Which writer this is, counted from 1: each that opens the ledger for writing has a higher number than all before. 0 for a reader.
    /// </summary>
    long Epoch { get; }

    /// <returns>The run with its id and its time of creation.</returns>
    RunRecord StartRun(RunRecord run);

    /// <summary>The newest run of this plan, seed, data and start that is not finished; null if there is none.</summary>
    /// <param name="planDigest">The plan's.</param>
    /// <param name="seed">The run's.</param>
    /// <param name="dataDigest">The data's.</param>
    /// <param name="startedFrom">The earlier model that it began with; null for the plan's own.</param>
    RunRecord? FindUnfinished(string planDigest, long seed, string dataDigest, ModelHash? startedFrom = null);

    /// <summary>All runs, the oldest first.</summary>
    IReadOnlyList<RunRecord> Runs();

    /// <returns>The run, or null where no run has this id.</returns>
    RunRecord? Run(string id);

    /// <summary>
    /// Adds the round after the last one. Doing so again with the same model changes nothing; with another model it is refused.
    /// </summary>
    void Append(RoundRecord round);

    /// <summary>The run's rounds in their order.</summary>
    IReadOnlyList<RoundRecord> Rounds(string run);

    RoundRecord? LastRound(string run);

    /// <summary>Counts what a round is about to spend. Doing so again changes nothing.</summary>
    void Charge(ChargeRecord charge);

    /// <summary>What a population has spent in all runs, in the order of spending.</summary>
    /// <param name="population">The digest of its samples.</param>
    IReadOnlyList<ChargeRecord> Charges(string population);

    /// <summary>All schedules, by name.</summary>
    IReadOnlyList<Schedule> Schedules();

    /// <summary>Adds a schedule, or puts it in the place of the one of its name.</summary>
    void Keep(Schedule schedule);

    /// <returns>False where there was none. What it released stays.</returns>
    bool DropSchedule(string name);

    /// <summary>Adds to the journal of releases, which nothing is ever taken from.</summary>
    /// <returns>The release with its number and its time.</returns>
    Release Append(Release release);

    /// <summary>All releases, the oldest first.</summary>
    IReadOnlyList<Release> Releases();

    /// <summary>A stopped or failed run, or one whose process died, goes on.</summary>
    void Resume(string run);

    /// <param name="run">The run's id.</param>
    /// <param name="status">How it ended; not <see cref="RunStatus.Running"/>.</param>
    /// <param name="reason">Why it failed, as a sentence.</param>
    void Finish(string run, RunStatus status, string? reason = null);
}
