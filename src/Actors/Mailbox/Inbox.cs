namespace Cohort.Actors;

/// <summary>
/// The reader's side of a mailbox. It lies in the cell, away from the newest end: on one cache line with that, every post by
/// another core would take from the reader what it needs for every message.
/// </summary>
internal struct Inbox
{
    /// <summary>The message that waited longest; null when there is none or its link is not there yet.</summary>
    public Envelope? Oldest;

    /// <summary>Messages that go before all others.</summary>
    public Envelope? PutBack;

    /// <summary>System messages, newest first; rare enough to be posted right here.</summary>
    public SystemMessage? SystemArrivals;

    /// <summary>User messages wait while this is above 0.</summary>
    public int Suspensions;
}
