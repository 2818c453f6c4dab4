namespace Cohort.Actors;

/// <summary>Brings mailboxes to the thread pool.</summary>
internal static class Dispatcher
{
    [ThreadStatic]
    private static int t_wakes;

    /// <summary>
    /// Queues a mailbox that has got something to do, on this thread's own queue, where its messages are still in the cache.
    /// Every 16th goes to the common queue, so that actors talking to each other cannot keep a thread to themselves.
    /// </summary>
    public static void Schedule(Mailbox mailbox) =>
        ThreadPool.UnsafeQueueUserWorkItem(mailbox, preferLocal: (++t_wakes & 15) != 0);

    /// <summary>Queues a mailbox that had its turn behind all others.</summary>
    public static void Yield(Mailbox mailbox) => ThreadPool.UnsafeQueueUserWorkItem(mailbox, preferLocal: false);
}
