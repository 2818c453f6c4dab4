namespace Cohort.Actors;

internal sealed class Stash(ActorCell cell, Mailbox mailbox) : IStash
{
    private readonly List<Envelope> _envelopes = [];

    void IStash.Stash()
    {
        var current = cell.CurrentMessage
            ?? throw new IllegalActorStateException($"{cell.Self} handles no message that it could stash.");
        if (_envelopes.Count > 0 && ReferenceEquals(_envelopes[^1], current))
            throw new IllegalActorStateException($"{cell.Self} cannot stash the same message {current.Message} more than once.");
        _envelopes.Add(current);
    }

    public void UnstashAll()
    {
        mailbox.Prepend(_envelopes);
        _envelopes.Clear();
    }
}
