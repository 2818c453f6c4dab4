namespace Cohort.Benchmarks.Actors;

/// <summary>Completes a task when so many have said that they are done. Waiting for it holds no thread of the pool.</summary>
internal sealed class Finish(int parties)
{
    private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _left = parties;

    public Task All => _all.Task;

    public void Signal()
    {
        if (Interlocked.Decrement(ref _left) == 0) _all.SetResult();
    }
}
