using System.Globalization;
using Cohort.Pbm.Printing;
using Cohort.Pbm.Remote;
using Cohort.Seed.Api;
using Spectre.Console;

namespace Cohort.Pbm.Commands;

/// <summary>How a followed run is printed.</summary>
internal enum WatchedAs
{
    /// <summary>For people: live on a terminal, lines otherwise, and a table at the end.</summary>
    Text,

    /// <summary>Every event, one JSON object a line.</summary>
    Events,

    /// <summary>One JSON object at the end.</summary>
    Result,
}

/// <summary>A run of a cluster, shown until it is over.</summary>
internal static class RunWatching
{
    /// <returns>The exit code that the run's end deserves.</returns>
    public static async Task<int> ToTheEnd(SeedClient seed, RunState run, WatchedAs how, CancellationToken stop)
    {
        var display = Display(how);
        var totals = new NewsTotals(display, Console.Error);
        RunState ended;
        try
        {
            ended = await new RunFollower(seed, totals).Follow(run, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            (display as IDisposable)?.Dispose();
            var id = Printable.Of(run.Run);
            Console.Error.WriteLine($"The run goes on. pbm round watch {id} follows it, pbm round stop {id} stops it.");
            return ExitCodes.Stopped;
        }
        catch
        {
            (display as IDisposable)?.Dispose();
            throw;
        }

        (display as IDisposable)?.Dispose();
        if (how == WatchedAs.Result)
        {
            Page.PrintJson(EndedRun.Of(ended, totals), PbmJson.Default.EndedRun);
        }
        else if (how == WatchedAs.Text)
        {
            Page.Print(Table(ended, totals));
        }

        if (ended.Status is RunStatuses.Failed)
        {
            var reason = ended.Reason ?? "the seed's log says why.";
            throw new CommandException(Printable.Of($"Run {ended.Run} failed: {reason}"), ExitCodes.Failed);
        }

        return ended.Status is RunStatuses.Stopped ? ExitCodes.Stopped : ExitCodes.Done;
    }

    private static INewsDisplay? Display(WatchedAs how) => how switch
    {
        WatchedAs.Result => null,
        WatchedAs.Events => new NewsAsJson(Console.Out, Console.Error),
        _ when AnsiConsole.Profile.Capabilities.Interactive && AnsiConsole.Profile.Out.IsTerminal
            => new NewsOnTerminal(AnsiConsole.Console, TimeProvider.System),
        _ => new NewsLines(Console.Out, Console.Error, TimeProvider.System),
    };

    private static Table Table(RunState run, NewsTotals totals)
        => RunTable.Of(run)
            .Row("updates averaged", Figures.Count(totals.Participants))
            .Row("training", string.Create(CultureInfo.InvariantCulture, $"{totals.TrainSeconds:F1} s of slot time"))
            .Row("wall time", string.Create(CultureInfo.InvariantCulture, $"{totals.WallSeconds:F1} s"));
}

/// <summary>What <c>pbm round start --wait --json</c> prints: the names are those of <c>pbm run --json</c>.</summary>
/// <param name="ModelHash">SHA-256 of the final model's file.</param>
/// <param name="Rounds">Rounds trained in all.</param>
/// <param name="Accuracy">Of the last round that was evaluated; null if none was, like the next two.</param>
/// <param name="MacroF1">On the test samples.</param>
/// <param name="LossTest">In nats.</param>
/// <param name="Epsilon">Privacy spent, or "not accounted".</param>
/// <param name="Participants">Updates averaged while pbm waited.</param>
/// <param name="TrainSeconds">Slot time of these rounds, added up.</param>
/// <param name="WallSeconds">Of these rounds.</param>
/// <param name="Failures">Failed trainings in these rounds.</param>
/// <param name="Run">The run's id.</param>
/// <param name="Status">finished, stopped or failed.</param>
/// <param name="Reason">Why it failed.</param>
/// <param name="Stopped">True if it was stopped before its plan was fulfilled.</param>
internal sealed record EndedRun(
    string ModelHash,
    int Rounds,
    double? Accuracy,
    double? MacroF1,
    double? LossTest,
    string Epsilon,
    int Participants,
    double TrainSeconds,
    double WallSeconds,
    int Failures,
    string Run,
    string Status,
    string? Reason,
    bool Stopped)
{
    public static EndedRun Of(RunState run, NewsTotals totals)
        => new(
            run.Model,
            run.Rounds,
            run.Accuracy,
            run.MacroF1,
            run.LossTest,
            run.Epsilon,
            totals.Participants,
            totals.TrainSeconds,
            totals.WallSeconds,
            totals.Failures,
            run.Run,
            run.Status,
            run.Reason,
            run.Status is RunStatuses.Stopped);
}
