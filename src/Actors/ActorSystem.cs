using System.Text.RegularExpressions;

namespace Cohort.Actors;

/// <summary>A tree of actors: <c>/user</c> for those of the application, <c>/system</c> for those of the system itself.</summary>
public sealed partial class ActorSystem : IActorRefFactory, IDisposable
{
    private readonly TaskCompletionSource _terminated = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ActorPath _temporary;
    private readonly LocalActorRef _user;
    private readonly LocalActorRef _system;
    private long _lastTemporary;

    private ActorSystem(string name)
    {
        Name = name;
        var root = new ActorPath(name);
        _temporary = new ActorPath(root, "temp", uid: 0);
        DeadLetterOffice = new DeadLetterRef(this, new ActorPath(root, "deadLetters", uid: 0));
        Scheduler = new Scheduler(this);
        var guardian = new ActorCell(this, new Heaven(this, root), Props.Create<Guardian>(), root);
        ((LocalActorRef)guardian.Self).SendSystemMessage(new Create());
        _system = (LocalActorRef)guardian.ActorOf(Props.Create<Guardian>(), "system");
        _user = (LocalActorRef)guardian.ActorOf(Props.Create<Guardian>(), "user");
        guardian.Self.Tell(_user, ActorRefs.NoSender);
        SystemActorOf(Props.Create<StandardErrorLogger>(), "log");
    }

    public string Name { get; }

    public EventStream EventStream { get; } = new();

    /// <summary>
    /// What is told to it, and what is told to actors that have stopped, is published as <see cref="DeadLetter"/>.
    /// </summary>
    public IActorRef DeadLetters => DeadLetterOffice;

    public IScheduler Scheduler { get; }

    /// <summary>Completes when the last actor has stopped.</summary>
    public Task WhenTerminated => _terminated.Task;

    internal DeadLetterRef DeadLetterOffice { get; }

    /// <exception cref="ArgumentException">
    /// The name is not made of letters, digits and hyphens, or starts with a hyphen.
    /// </exception>
    public static ActorSystem Create(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!ValidName().IsMatch(name))
            throw new ArgumentException(
                $"Actor system name '{name}' must be of letters, digits and '-', and not start with '-'.");
        return new ActorSystem(name);
    }

    public IActorRef ActorOf(Props props, string? name = null) => _user.Cell.ActorOf(props, name);

    public void Stop(IActorRef actor) => ((IInternalActorRef)actor).SendSystemMessage(new Terminate());

    /// <summary>Stops all actors, children before parents.</summary>
    public Task Terminate()
    {
        _user.Stop();
        return WhenTerminated;
    }

    public void Dispose() => _ = Terminate();

    /// <summary>Creates an actor that outlives those of the application.</summary>
    internal IActorRef SystemActorOf(Props props, string? name = null) => _system.Cell.ActorOf(props, name);

    internal ActorPath NewTemporaryPath() =>
        new(_temporary, ActorName.Automatic(Interlocked.Increment(ref _lastTemporary)), uid: 0);

    [GeneratedRegex("^[a-zA-Z0-9][a-zA-Z0-9-]*$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ValidName();

    /// <summary>The root of the tree and its two branches. The tree falls when /user has stopped, for whatever reason.</summary>
    private sealed class Guardian : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is IActorRef branch) Context.Watch(branch);
            else if (message is Terminated) Context.Stop(Self);
        }
    }

    /// <summary>The parent of the root: who stops a failing root and hears of its end.</summary>
    private sealed class Heaven(ActorSystem system, ActorPath path) : ActorRefBase
    {
        public override ActorPath Path => path;

        public override ActorSystem System => system;

        public override void Tell(object message, IActorRef? sender) => system.DeadLetters.Tell(message, sender);

        public override void SendSystemMessage(SystemMessage message)
        {
            if (message is Failed failed) ((LocalActorRef)failed.Child).Stop();
            else if (message is DeathWatchNotification) system._terminated.TrySetResult();
        }
    }
}
