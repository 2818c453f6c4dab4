using Cohort.Seed.Api;

namespace Cohort.Pbm.Remote;

/// <summary>
/// Follows a run to its end over a stream that may break: it is opened again a bounded number of times, rounds that were
/// finished meanwhile are asked for, and every round is shown once.
/// </summary>
internal sealed class RunFollower(SeedClient seed, INewsDisplay display)
{
    private int _shown;

    /// <param name="begun">The run as it stands; its finished rounds are not shown again.</param>
    /// <param name="stop">Ends the following, not the run.</param>
    /// <returns>The run as it ended.</returns>
    /// <exception cref="CommandException">The cluster is lost for too long, or what it says cannot be understood.</exception>
    public async Task<RunState> Follow(RunState begun, CancellationToken stop)
    {
        _shown = begun.Rounds;
        display.Begin(begun);
        for (var failures = 0; ;)
        {
            try
            {
                await using var news = await seed.OpenNews(begun.Run, stop);
                if (await CatchUp(begun.Run, stop) is { } over)
                {
                    return over;
                }

                while (await news.Next() is { } happened)
                {
                    failures = 0;
                    if (happened.State is { } end && end.Rounds > _shown)
                    {
                        await ShowRounds(begun.Run, end.Rounds, stop);
                    }

                    if (happened.Finished is null)
                    {
                        display.Show(happened);
                    }
                    else if (happened.Round > _shown)
                    {
                        await Show(happened, stop);
                    }

                    if (happened.State is { } ended)
                    {
                        return ended;
                    }
                }

                throw new ClusterLostException($"{seed.Address}: the stream of run {begun.Run} ended before the run.");
            }
            catch (TimeoutException)
            {
                // A long round, or a peer that is gone without a word; only in the second case does opening it again fail. A
                // run that is recorded as running and that nobody leads would be waited for in vain.
                failures += string.Equals((await seed.Cluster(stop)).Run?.Run, begun.Run, StringComparison.Ordinal) ? 0 : 1;
                if (failures > seed.Patience.Reconnects)
                {
                    throw new CommandException(
                        $"Run {begun.Run} is recorded as running, but no coordinator trains it; pbm round start continues it.",
                        ExitCodes.Cluster);
                }
            }
            catch (ClusterLostException lost) when (failures < seed.Patience.Reconnects)
            {
                failures++;
                display.Say($"{lost.Message} Connecting again ({failures} of {seed.Patience.Reconnects}).");
                await Task.Delay(seed.Patience.Pause(failures), stop);
            }
        }
    }

    /// <summary>Shows what happened while no stream was open.</summary>
    /// <returns>The run, if that was its end.</returns>
    private async Task<RunState?> CatchUp(string run, CancellationToken stop)
    {
        var state = await seed.Run(run, stop);
        if (state.Rounds > _shown)
        {
            await ShowRounds(run, state.Rounds, stop);
        }

        if (RunStatuses.IsOver(state))
        {
            display.Show(new RunNews(run, state.Status, 0, State: state));
            return state;
        }

        return null;
    }

    private async Task Show(RunNews finished, CancellationToken stop)
    {
        if (finished.Round > _shown + 1)
        {
            await ShowRounds(finished.Run, finished.Round - 1, stop);
        }

        _shown = finished.Round;
        display.Show(finished);
    }

    private async Task ShowRounds(string run, int last, CancellationToken stop)
    {
        foreach (var round in (await seed.Rounds(run, _shown, stop)).Where(round => round.Round > _shown && round.Round <= last))
        {
            display.Show(new RunNews(run, RunNewsKinds.RoundFinished, round.Round, Finished: round));
        }

        _shown = last;
    }
}
