namespace Cohort.Pbm.Remote;

/// <summary>How long pbm waits for a cluster. Nothing waits for ever.</summary>
internal sealed record Patience
{
    /// <summary>For an answer.</summary>
    public TimeSpan Answer { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>For a run to begin: the seed reads its data and forms the groups first.</summary>
    public TimeSpan Beginning { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>For a round that is trained again.</summary>
    public TimeSpan Replay { get; init; } = TimeSpan.FromHours(1);

    /// <summary>A stream that says nothing for so long is opened again.</summary>
    public TimeSpan Quiet { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How often in a row a stream that breaks is opened again before it has said anything.</summary>
    public int Reconnects { get; init; } = 5;

    /// <summary>Before the first reconnect; each further one waits twice as long.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(250);

    public TimeSpan Pause(int failures) => FirstPause * Math.Pow(2, Math.Min(failures, 6) - 1);
}
