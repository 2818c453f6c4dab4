using Cohort.Hosting.Logs;
using Cohort.Hosting.Membership;
using Cohort.Hosting.Telemetry;
using Cohort.Messages;
using Cohort.Model.Files;
using Cohort.Model.Training;
using Cohort.Seed.Api;
using Cohort.Seed.Ledger;

namespace Cohort.Seed.Host.Api;

/// <summary>What the API's routes work with.</summary>
public sealed record SeedServices(
    SeedHostOptions Options,
    IClusterOperations Operations,
    IActorRef Desk,
    ArchiveView Archive,
    PlannedPopulations Populations,
    RunFeed Feed,
    MemberBoard Board,
    LogRing Logs,
    Figures Figures)
{
    /// <summary>How long the run desk may take to answer; it loads a plan's data first.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>How long a round may take to be trained once more.</summary>
    private static readonly TimeSpan ReplayPatience = TimeSpan.FromHours(1);

    /// <exception cref="ApiException">404: there is none.</exception>
    public (RunRecord Run, IReadOnlyList<RoundRecord> Rounds) Find(string run)
        => Archive.Read(archive => archive.Ledger.Run(run) is { } record
            ? (record, archive.Ledger.Rounds(run))
            : throw ApiException.NotFound($"There is no run '{run}'; GET {ApiRoutes.Runs} lists them."));

    public RunState StateOf(string run)
    {
        var (record, rounds) = Find(run);
        return RunStates.Of(record, rounds);
    }

    public Population PopulationOf(RunRecord run)
        => Populations.Of(RunStates.PlanOf(run), string.IsNullOrEmpty(run.DataPath) ? null : run.DataPath, run.Roster);

    /// <summary>The whole hash of a model that somebody named by the beginning of it; empty for none.</summary>
    /// <exception cref="ModelFileException">There is none, or there are several.</exception>
    public string HashOf(string? model) => string.IsNullOrEmpty(model) ? "" : Archive.Read(archive => archive.Models.Find(model)).ToString();

    /// <summary>Has the run desk change a schedule.</summary>
    /// <exception cref="ApiException">It refuses, or does not answer.</exception>
    public Task Change(object order, CancellationToken stop) => Ask<ScheduleChanged>(order, Patience, stop);

    /// <summary>Asks the run desk, wherever it is.</summary>
    /// <returns>The run that it is about.</returns>
    /// <exception cref="ApiException">It refuses, or does not answer.</exception>
    public async Task<string> Order(object order, CancellationToken stop)
        => (await Ask<TrainingAccepted>(order, Patience, stop)).Run;

    /// <summary>Has a round trained once more, and waits for it.</summary>
    /// <exception cref="ApiException">The run desk refuses, or does not answer.</exception>
    public Task<RoundReplayed> Replay(string run, int round, CancellationToken stop)
        => Ask<RoundReplayed>(new ReplayRound { Run = run, Round = round }, ReplayPatience, stop);

    private async Task<T> Ask<T>(object order, TimeSpan patience, CancellationToken stop)
    {
        object answer;
        try
        {
            answer = await Desk.Ask<object>(order, patience, stop);
        }
        catch (AskTimeoutException)
        {
            throw ApiException.Unavailable($"The run desk did not answer within {patience.TotalSeconds:F0} s; try again.");
        }

        return answer switch
        {
            T wanted => wanted,
            TrainingRefused refused => throw new ApiException(StatusOf(refused.Cause), refused.Reason),
            _ => throw ApiException.Unavailable("The run desk gave no answer that this seed knows; all seeds must be of one version."),
        };
    }

    private static int StatusOf(TrainingRefused.Types.Cause cause) => cause switch
    {
        TrainingRefused.Types.Cause.BadInput => StatusCodes.Status400BadRequest,
        TrainingRefused.Types.Cause.Busy or TrainingRefused.Types.Cause.NotRunning => StatusCodes.Status409Conflict,
        _ => StatusCodes.Status503ServiceUnavailable,
    };
}
