namespace Cohort.Actors;

internal sealed partial class ActorCell
{
    private Stack<Receive>? _behaviors;

    public void Become(Receive receive)
    {
        _behaviors ??= new Stack<Receive>();
        _behaviors.TryPop(out _);
        _behaviors.Push(receive);
    }

    public void BecomeStacked(Receive receive)
    {
        // What the actor started with lies under the first stacked behavior.
        _behaviors ??= new Stack<Receive>([_actor!.ReceiveAny]);
        _behaviors.Push(receive);
    }

    public void UnbecomeStacked()
    {
        if (_behaviors is { Count: > 1 }) _behaviors.Pop();
        else _behaviors = null;
    }

    public void Become(UntypedReceive receive) => Become(Always(receive));

    public void BecomeStacked(UntypedReceive receive) => BecomeStacked(Always(receive));

    private static Receive Always(UntypedReceive receive) => message =>
    {
        receive(message);
        return true;
    };

    private void Behave(object message)
    {
        var handled = _behaviors is null ? _actor!.ReceiveAny(message) : _behaviors.Peek()(message);
        if (!handled) _actor!.PassUnhandled(message);
    }
}
