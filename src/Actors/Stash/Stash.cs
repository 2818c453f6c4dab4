namespace Cohort.Actors;

internal sealed class Stash(ActorCell cell) : IStash
{
    private readonly List<(object Message, IActorRef? Sender)> _messages = [];

    void IStash.Stash()
    {
        var (message, sender) = cell.CurrentMessage;
        if (message is null) throw new IllegalActorStateException($"{cell.Self} handles no message that it could stash.");
        if (_messages.Count > 0 && ReferenceEquals(_messages[^1].Message, message) && ReferenceEquals(_messages[^1].Sender, sender))
            throw new IllegalActorStateException($"{cell.Self} cannot stash the same message {message} more than once.");
        _messages.Add((message, sender));
    }

    public void Unstash()
    {
        if (_messages.Count == 0) return;
        cell.PutBack([_messages[0]]);
        _messages.RemoveAt(0);
    }

    public void UnstashAll()
    {
        cell.PutBack(_messages);
        _messages.Clear();
    }
}
