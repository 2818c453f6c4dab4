namespace Cohort.Actors;

/// <summary>How long to wait before a child that failed or stopped is started again: doubled every time, with jitter.</summary>
public static class Backoff
{
    /// <summary>
    /// For a child that fails: it is stopped, and started anew after the wait. Stopping by itself it stays stopped.
    /// </summary>
    /// <inheritdoc cref="OnStop"/>
    public static BackoffOptions OnFailure(
        Props childProps, string childName, TimeSpan minBackoff, TimeSpan maxBackoff, double randomFactor, int maxNrOfRetries) =>
        new(BackoffTrigger.Failure, childProps, childName, minBackoff, maxBackoff, randomFactor, maxNrOfRetries);

    /// <summary>For a child that stops: it is started anew after the wait.</summary>
    /// <param name="childProps">How to make the child.</param>
    /// <param name="childName">The child's name.</param>
    /// <param name="minBackoff">The first wait.</param>
    /// <param name="maxBackoff">The longest wait, before jitter.</param>
    /// <param name="randomFactor">Up to this part of the wait is added at random: 0.2 adds 0 to 20 %.</param>
    /// <param name="maxNrOfRetries">Starts before the supervisor gives up and stops; -1 for no limit.</param>
    public static BackoffOptions OnStop(
        Props childProps, string childName, TimeSpan minBackoff, TimeSpan maxBackoff, double randomFactor, int maxNrOfRetries) =>
        new(BackoffTrigger.Stop, childProps, childName, minBackoff, maxBackoff, randomFactor, maxNrOfRetries);
}

/// <summary>What makes a back-off supervisor start its child again.</summary>
internal enum BackoffTrigger
{
    Failure,
    Stop,
}

/// <summary>Immutable; made by <see cref="Backoff"/>.</summary>
public sealed class BackoffOptions
{
    private readonly Props _childProps;
    private readonly string _childName;

    internal BackoffOptions(
        BackoffTrigger trigger, Props childProps, string childName, TimeSpan minBackoff, TimeSpan maxBackoff,
        double randomFactor, int maxNrOfRetries)
    {
        Trigger = trigger;
        _childProps = childProps;
        _childName = childName;
        MinBackoff = minBackoff;
        MaxBackoff = maxBackoff;
        RandomFactor = randomFactor;
        ResetAfter = minBackoff;
        Strategy = new OneForOneStrategy(maxNrOfRetries, withinTimeRange: null, SupervisorStrategy.DefaultDecider);
    }

    private BackoffOptions(BackoffOptions old)
    {
        Trigger = old.Trigger;
        _childProps = old._childProps;
        _childName = old._childName;
        MinBackoff = old.MinBackoff;
        MaxBackoff = old.MaxBackoff;
        RandomFactor = old.RandomFactor;
        ResetAfter = old.ResetAfter;
        Strategy = old.Strategy;
    }

    internal BackoffTrigger Trigger { get; }

    internal TimeSpan MinBackoff { get; }

    internal TimeSpan MaxBackoff { get; }

    internal double RandomFactor { get; }

    internal TimeSpan ResetAfter { get; private init; }

    internal OneForOneStrategy Strategy { get; }

    /// <summary>The count of retries starts at 0 again when the child lived this long; unless set, the first wait.</summary>
    public BackoffOptions WithAutoReset(TimeSpan resetBackoff) => new(this) { ResetAfter = resetBackoff };

    internal IActorRef StartChild(IActorContext context) => context.Watch(context.ActorOf(_childProps, _childName));

    /// <summary>The wait before start number <paramref name="retries"/> + 1.</summary>
    internal TimeSpan Delay(int retries)
    {
        var doubled = MinBackoff * Math.Pow(2, Math.Min(retries, 62));
        var capped = doubled < MaxBackoff ? doubled : MaxBackoff;
        return capped * (1 + (RandomFactor * Random.Shared.NextDouble()));
    }

    internal Props ToProps()
    {
        if (MinBackoff <= TimeSpan.Zero) throw new ArgumentException($"minBackoff must be above zero, not {MinBackoff}.");
        if (MaxBackoff < MinBackoff)
            throw new ArgumentException($"maxBackoff {MaxBackoff} must not be below minBackoff {MinBackoff}.");
        if (RandomFactor is < 0 or > 1) throw new ArgumentException($"randomFactor must be in 0..1, not {RandomFactor}.");
        return Props.Create(() => new BackoffSupervisor(this));
    }
}
