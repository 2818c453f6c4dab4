using Cohort.Seed.Coordination;

namespace Cohort.Pbm.Running;

/// <summary>How long a run will still take, judged by the rounds so far.</summary>
internal sealed class RunClock(RunStarted run, TimeProvider time)
{
    private readonly long _started = time.GetTimestamp();

    public TimeSpan Elapsed => time.GetElapsedTime(_started);

    public TimeSpan? Left(int round)
    {
        var done = round - run.RoundsDone;
        return done > 0 && round < run.Plan.Rounds.Count ? Elapsed / done * (run.Plan.Rounds.Count - round) : null;
    }
}
