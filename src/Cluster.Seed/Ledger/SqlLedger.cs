using System.Text.Json;
using Cohort.Model.Files;
using Cohort.Seed.Schedules;

namespace Cohort.Seed.Ledger;

/// <summary>
/// What a ledger records and refuses, in the SQL that all engines speak. An engine says how it reads and how it writes, durably
/// and as the only writer.
/// </summary>
public abstract class SqlLedger : ILedger
{
    private readonly TimeProvider _time;

    private protected SqlLedger(string name, TimeProvider time) => (Name, _time) = (name, time);

    /// <summary>What errors call this ledger: its file, or its database.</summary>
    public string Name { get; }

    public abstract long Epoch { get; }

    /// <summary>Asks, and tells the engine's errors as <see cref="LedgerException"/>.</summary>
    private protected abstract T Read<T>(Func<Statements, T> ask);

    /// <summary>
    /// Changes the ledger; nothing else changes it in between, and what was changed is on disk when this returns. May call
    /// <paramref name="change"/> again where a connection was lost, also after its work was done.
    /// </summary>
    private protected abstract T Write<T>(Func<Statements, T> change);

    public RunRecord StartRun(RunRecord run)
    {
        if (run.NoiseSecret.Length != RunRecord.NoiseSecretBytes)
            throw new LedgerException($"{Name}: run {run.Id} has a noise secret of {run.NoiseSecret.Length} bytes, " +
                $"where {RunRecord.NoiseSecretBytes} are expected.");
        var started = run with { Status = RunStatus.Running, Created = _time.GetUtcNow() };
        var inserted = false;
        return Writing(sql =>
        {
            if (started.Id is "")
                started = started with { Id = FreeId(sql, run.PlanName) };
            if (Find(sql, started.Id) is { } there)
            {
                return inserted && there.Created == started.Created
                    ? started // it was committed, and the connection lost before we were told
                    : throw new LedgerException($"{Name}: run {run.Id} is there already; give the new run an id of its own.");
            }
            sql.Execute($"INSERT INTO runs ({RunRow.Columns}) VALUES ({Parameters(RunRow.Columns)})", RunRow.Of(started));
            inserted = true;
            return started;
        });
    }

    public RunRecord? FindUnfinished(string planDigest, long seed, string dataDigest, ModelHash? startedFrom = null) => Reading(sql => sql.First(
        $"""
        SELECT {RunRow.Columns} FROM runs
        WHERE plan_digest = @plan AND seed = @seed AND data_digest = @data AND status <> @finished
            AND COALESCE(started_from, '') = @start
        ORDER BY created DESC, id DESC LIMIT 1
        """,
        RunRow.Read,
        ("@plan", planDigest), ("@seed", seed), ("@data", dataDigest), ("@finished", RowText.Of(RunStatus.Finished)),
        ("@start", startedFrom?.ToString() ?? "")));

    public IReadOnlyList<RunRecord> Runs() => Reading(sql =>
        sql.Query($"SELECT {RunRow.Columns} FROM runs ORDER BY created, id", RunRow.Read));

    public RunRecord? Run(string id) => Reading(sql => Find(sql, id));

    public void Append(RoundRecord round)
    {
        var row = RoundRow.Of(round with { Created = _time.GetUtcNow() });
        Writing(sql => IsNew(sql, round)
            ? sql.Execute($"INSERT INTO rounds ({RoundRow.Columns}) VALUES ({Parameters(RoundRow.Columns)})", row)
            : 0);
    }

    public IReadOnlyList<RoundRecord> Rounds(string run) => Reading(sql =>
        sql.Query($"SELECT {RoundRow.Columns} FROM rounds WHERE run = @run ORDER BY round", RoundRow.Read, ("@run", run)));

    public RoundRecord? LastRound(string run) => Reading(sql => sql.First(
        $"SELECT {RoundRow.Columns} FROM rounds WHERE run = @run ORDER BY round DESC LIMIT 1", RoundRow.Read, ("@run", run)));

    public void Charge(ChargeRecord charge)
    {
        var row = ChargeRow.Of(charge with { Created = _time.GetUtcNow() });
        Writing(sql => sql.Number(
            "SELECT COUNT(*) FROM charges WHERE epoch = @epoch AND sequence = @sequence",
            ("@epoch", charge.Epoch), ("@sequence", charge.Sequence)) > 0
            ? 0
            : sql.Execute($"INSERT INTO charges ({ChargeRow.Columns}) VALUES ({Parameters(ChargeRow.Columns)})", row));
    }

    public IReadOnlyList<ChargeRecord> Charges(string population) => Reading(sql => sql.Query(
        $"SELECT {ChargeRow.Columns} FROM charges WHERE population = @population ORDER BY epoch, sequence",
        ChargeRow.Read,
        ("@population", population)));

    public IReadOnlyList<Schedule> Schedules() => Reading(sql =>
        sql.Query($"SELECT {ScheduleRow.Columns} FROM schedules ORDER BY name", ScheduleRow.Read));

    public void Keep(Schedule schedule)
    {
        var row = ScheduleRow.Of(schedule);
        var changes = string.Join(", ", ScheduleRow.Columns.Split(", ")[1..].Select(column => $"{column} = excluded.{column}"));
        Writing(sql => sql.Execute(
            $"INSERT INTO schedules ({ScheduleRow.Columns}) VALUES ({Parameters(ScheduleRow.Columns)}) ON CONFLICT (name) DO UPDATE SET {changes}",
            row));
    }

    public bool DropSchedule(string name) => Writing(sql => sql.Execute("DELETE FROM schedules WHERE name = @name", ("@name", name)) == 1);

    public Release Append(Release release)
    {
        var dated = release with { Created = _time.GetUtcNow() };
        return Writing(sql =>
        {
            var numbered = dated with { Number = sql.Number("SELECT COALESCE(MAX(number), 0) FROM releases") + 1 };
            sql.Execute($"INSERT INTO releases ({ReleaseRow.Columns}) VALUES ({Parameters(ReleaseRow.Columns)})", ReleaseRow.Of(numbered));
            return numbered;
        });
    }

    public IReadOnlyList<Release> Releases() => Reading(sql =>
        sql.Query($"SELECT {ReleaseRow.Columns} FROM releases ORDER BY number", ReleaseRow.Read));

    public void Resume(string run) => SetStatus(run, RunStatus.Running, reason: null);

    public void Finish(string run, RunStatus status, string? reason = null)
    {
        if (status == RunStatus.Running)
            throw new ArgumentException("A run that is running has not ended.");
        SetStatus(run, status, reason);
    }

    public abstract void Dispose();

    /// <summary>The plan's name and how many runs there are with this one; the next number where somebody took that.</summary>
    private static string FreeId(Statements sql, string plan)
    {
        for (var number = sql.Number("SELECT COUNT(*) FROM runs") + 1; ; number++)
        {
            if (Find(sql, $"{plan}-{number}") is null)
                return $"{plan}-{number}";
        }
    }

    private static RunRecord? Find(Statements sql, string id) =>
        sql.First($"SELECT {RunRow.Columns} FROM runs WHERE id = @id", RunRow.Read, ("@id", id));

    /// <returns>False where the very round is there already.</returns>
    private bool IsNew(Statements sql, RoundRecord round)
    {
        var state = sql.First(
            """
            SELECT runs.initial_model, same.model, last.round, last.model
            FROM runs
            LEFT JOIN rounds same ON same.run = runs.id AND same.round = @round
            LEFT JOIN rounds last ON last.run = runs.id AND last.round = (SELECT MAX(round) FROM rounds WHERE run = runs.id)
            WHERE runs.id = @run
            """,
            row => new
            {
                Recorded = row.IsDBNull(1) ? null : row.GetString(1),
                Round = row.IsDBNull(2) ? 0 : row.GetInt32(2),
                Model = row.GetString(row.IsDBNull(3) ? 0 : 3),
            },
            ("@run", round.Run), ("@round", round.Round))
            ?? throw new LedgerException($"{Name}: round {round.Round} belongs to run {round.Run}, which was never started.");
        if (state.Recorded is not null)
        {
            return ModelHash.Parse(state.Recorded) == round.Model
                ? false
                : throw new LedgerException($"{Name}: round {round.Round} of run {round.Run} is recorded with model " +
                    $"{state.Recorded}, and cannot become {round.Model}; a round's result never changes.");
        }
        if (round.Round != state.Round + 1)
            throw new LedgerException($"{Name}: run {round.Run} stands at round {state.Round}, so that round " +
                $"{state.Round + 1} comes next, not {round.Round}.");
        if (round.Parent != ModelHash.Parse(state.Model))
            throw new LedgerException($"{Name}: round {round.Round} of run {round.Run} starts from model {round.Parent}, " +
                $"but round {state.Round} made {state.Model}.");
        return true;
    }

    private void SetStatus(string run, RunStatus status, string? reason) => Writing(sql =>
        sql.Execute(
            "UPDATE runs SET status = @status, reason = @reason WHERE id = @run",
            ("@run", run), ("@status", RowText.Of(status)), ("@reason", reason)) == 1
            ? true
            : throw new LedgerException($"{Name}: there is no run {run}."));

    private static string Parameters(string columns) => "@" + columns.Replace(", ", ", @", StringComparison.Ordinal);

    private T Reading<T>(Func<Statements, T> ask) => Telling(() => Read(ask));

    private T Writing<T>(Func<Statements, T> change) => Telling(() => Write(change));

    private T Telling<T>(Func<T> ask)
    {
        try
        {
            return ask();
        }
        catch (Exception e) when (e is FormatException or JsonException or ArgumentException or InvalidCastException)
        {
            throw new LedgerException($"{Name}: a row is damaged ({e.Message.TrimEnd('.')}); restore the ledger from a copy.", e);
        }
    }
}
