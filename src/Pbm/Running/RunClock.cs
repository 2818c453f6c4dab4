namespace Cohort.Pbm.Running;

/// <summary>How long a run will still take, judged by the rounds so far.</summary>
/// <param name="done">Rounds that were done when the clock began.</param>
/// <param name="planned">Rounds in all.</param>
/// <param name="time">Measures.</param>
internal sealed class RunClock(int done, int planned, TimeProvider time)
{
    private readonly long _started = time.GetTimestamp();

    public TimeSpan Elapsed => time.GetElapsedTime(_started);

    public TimeSpan? Left(int round)
        => round > done && round < planned ? Elapsed / (round - done) * (planned - round) : null;
}
