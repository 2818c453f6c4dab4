namespace Cohort.Actors;

/// <summary>The base of what the actor system itself throws.</summary>
public abstract class AkkaException : Exception
{
    protected AkkaException()
    {
    }

    protected AkkaException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}

/// <summary>An actor's name is illegal or taken.</summary>
public class InvalidActorNameException(string message) : AkkaException(message);

/// <summary>No reply came within an ask's timeout.</summary>
public class AskTimeoutException(string message) : AkkaException(message);

/// <summary>An actor's constructor or PreStart threw.</summary>
public class ActorInitializationException : AkkaException
{
    public ActorInitializationException(string message)
        : base(message)
    {
    }

    public ActorInitializationException(IActorRef? actor, string message, Exception? cause = null)
        : base(message, cause) => Actor = actor;

    public IActorRef? Actor { get; set; }

    public override string ToString() => Actor is null ? base.ToString() : $"{Actor}: {base.ToString()}";
}

/// <summary>A restarted actor's constructor or PostRestart threw.</summary>
public class PostRestartException(IActorRef actor, Exception cause, Exception originalCause)
    : ActorInitializationException(actor, $"Exception post restart ({originalCause.GetType().Name})", cause)
{
    /// <summary>What the restart was for.</summary>
    public Exception OriginalCause { get; } = originalCause;
}

/// <summary>The actor was told to <see cref="Kill"/> itself.</summary>
public class ActorKilledException(string message) : AkkaException(message);

/// <summary>The actor was used in a way that its state does not allow.</summary>
public class IllegalActorStateException(string message) : AkkaException(message);

/// <summary>An actor did not handle the <see cref="Terminated"/> of an actor it watches.</summary>
public class DeathPactException(IActorRef deadActor) : AkkaException($"Monitored actor [{deadActor}] terminated")
{
    public IActorRef DeadActor { get; } = deadActor;
}
