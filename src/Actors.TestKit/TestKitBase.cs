using System.Collections.Concurrent;
using System.Linq.Expressions;

namespace Cohort.Actors.Testing;

/// <summary>
/// What a test and a probe have in common: a test actor, whose received messages are queued for the Expect methods. Other
/// parts: Expect, Receive, Await, Within.
/// </summary>
public abstract partial class TestKitBase
{
    /// <summary>How long the Expect and Await methods wait unless told otherwise.</summary>
    private static readonly TimeSpan SingleExpectDefault = TimeSpan.FromSeconds(3);

    private static int s_lastTestActor;

    private readonly BlockingCollection<MessageEnvelope> _queue = [];
    private MessageEnvelope? _last;

    private protected TestKitBase(ActorSystem system)
    {
        Sys = system;
        var name = $"testActor{Interlocked.Increment(ref s_lastTestActor)}";
        TestActor = system.SystemActorOf(Props.Create(() => new TestActor(_queue)), name);
    }

    public ActorSystem Sys { get; }

    /// <summary>The actor whose messages the Expect methods look at.</summary>
    public IActorRef TestActor { get; }

    /// <summary>Who sent the last message taken by an Expect or Receive method.</summary>
    public IActorRef LastSender => _last?.Sender ?? Sys.DeadLetters;

    public IActorRef ActorOf(Props props) => Sys.ActorOf(props);

    public IActorRef ActorOf(Props props, string name) => Sys.ActorOf(props, name);

    public IActorRef ActorOf<TActor>()
        where TActor : ActorBase, new() => Sys.ActorOf(Props.Create<TActor>());

    public IActorRef ActorOf<TActor>(string name)
        where TActor : ActorBase, new() => Sys.ActorOf(Props.Create<TActor>(), name);

    public IActorRef ActorOf<TActor>(Expression<Func<TActor>> factory)
        where TActor : ActorBase => Sys.ActorOf(Props.Create(factory));

    public IActorRef ActorOf<TActor>(Expression<Func<TActor>> factory, string name)
        where TActor : ActorBase => Sys.ActorOf(Props.Create(factory), name);

    /// <summary>Lets the test actor watch an actor: see <see cref="ExpectTerminated"/>.</summary>
    public IActorRef Watch(IActorRef actorToWatch)
    {
        TestActor.Tell(new Testing.TestActor.Watch(actorToWatch), TestActor);
        return actorToWatch;
    }

    public IActorRef Unwatch(IActorRef actorToUnwatch)
    {
        TestActor.Tell(new Testing.TestActor.Unwatch(actorToUnwatch), TestActor);
        return actorToUnwatch;
    }

    /// <summary>From here on, what the test's thread tells has the test actor as its sender.</summary>
    private protected void BecomeImplicitSender()
    {
        var cell = ((LocalActorRef)TestActor).Cell;
        ActorCell.Current = cell;
        SynchronizationContext.SetSynchronizationContext(
            new ActorCellKeepingSynchronizationContext(cell, SynchronizationContext.Current));
    }
}
