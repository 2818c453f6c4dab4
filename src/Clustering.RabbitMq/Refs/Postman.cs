using System.Diagnostics;
using Cohort.Clustering.RabbitMq.Broker;
using Cohort.Clustering.RabbitMq.Wire;
using Cohort.Messages;

namespace Cohort.Clustering.RabbitMq.Refs;

/// <summary>Brings messages from local actors to the broker, and from the broker to local actors.</summary>
internal sealed class Postman
{
    /// <summary>Who is asked from elsewhere may take so long to answer.</summary>
    private static readonly TimeSpan TimeToAnswer = TimeSpan.FromHours(1);

    private readonly ActorSystem _system;
    private readonly string _member;
    private readonly string _incarnation;
    private readonly int _largest;
    private readonly Publisher _publisher;
    private readonly LocalRefs _here;
    private readonly RemoteRefs _elsewhere;
    private readonly ClusterMetrics _metrics;
    private readonly ClusterLog _log;
    private long _last;

    public Postman(
        ActorSystem system,
        string member,
        string incarnation,
        int largest,
        Publisher publisher,
        LocalRefs here,
        RemoteRefs elsewhere,
        ClusterMetrics metrics,
        ClusterLog log)
    {
        (_system, _member, _incarnation, _largest) = (system, member, incarnation, largest);
        (_publisher, _here, _elsewhere, _metrics, _log) = (publisher, here, elsewhere, metrics, log);
    }

    /// <summary>What this process is declaring on the broker; what it sends waits for it.</summary>
    public required Func<Task> Declared { get; init; }

    /// <summary>Sends, or explains by a dead letter why not. Completes when the message is on its way.</summary>
    /// <param name="route">Where to.</param>
    /// <param name="message">One of src/Messages, or a <see cref="Status.Failure"/>.</param>
    /// <param name="sender">Gets the answers; may be nobody.</param>
    /// <param name="recipient">Stands for the target in a dead letter.</param>
    /// <param name="correlation">The message that this one answers; 0 for none.</param>
    public async ValueTask SendAsync(
        Route route, object message, IActorRef? sender, IActorRef recipient, ulong correlation = 0)
    {
        var number = (ulong)Interlocked.Increment(ref _last);
        IReadOnlyList<Frame> frames;
        try
        {
            CheckKey(route.RoutingKey);
            var envelope = new Envelope
            {
                Member = _member,
                Incarnation = _incarnation,
                Number = number,
                Target = route.Target,
                Entity = route.Entity,
                Sender = AddressOf(sender),
                Correlation = correlation,
                Trace = Activity.Current?.Id ?? "",
            };
            frames = FrameCodec.Encode(
                envelope, message is Status.Failure failure ? Excuse(failure) : message, _largest);
        }
        catch (RefusedException refusal)
        {
            Refuse(refusal);
            DeadLetter(new UndeliveredLetter(message, sender, recipient));
            return;
        }

        var letter = new UndeliveredLetter(message, sender, recipient);
        await Declared();
        foreach (var frame in frames)
        {
            await _publisher.PublishAsync(
                new Publication(route.Exchange, route.RoutingKey, route.Mandatory, frame, number, letter));
            letter = null; // one dead letter for one message
        }
    }

    /// <summary>Gives what has arrived to a local actor, with a sender that reaches whoever sent it.</summary>
    public void Deliver(IActorRef target, object message, Envelope envelope)
    {
        message = message is AskFailed failed ? new Status.Failure(new ClusterException(failed.Reason)) : message;
        switch (envelope.Sender)
        {
            case null:
                target.Tell(message, ActorRefs.NoSender);
                break;
            case var sender when _here.IsHere(sender):
                target.Tell(message, _here.TryFind(sender, out var waiting) ? waiting : ActorRefs.NoSender);
                break;
            case { Once: true } asker:
                _ = AnswerAsync(target.Ask<object>(message, TimeToAnswer), asker, envelope.Number);
                break;
            case var sender:
                target.Tell(message, _elsewhere.Of(sender, this));
                break;
        }
    }

    /// <summary>Gives what has arrived to the actor that the envelope names.</summary>
    /// <exception cref="RefusedException">There is no such actor here.</exception>
    public void DeliverToActor(Incoming incoming)
    {
        var target = incoming.Envelope.Target ?? throw new RefusedException(
            RefusedException.Target, $"A {incoming.Envelope.Type} arrived without a target.");
        if (_here.IsHere(target) && _here.TryFind(target, out var actor))
        {
            Deliver(actor, incoming.Message, incoming.Envelope);
            return;
        }

        // As locally: who is told after its end gets a dead letter.
        DeadLetter(new UndeliveredLetter(
            incoming.Message,
            incoming.Envelope.Sender is { Once: false } sender && !_here.IsHere(sender) ? _elsewhere.Of(sender, this) : null,
            _system.DeadLetters));
    }

    public void Refuse(RefusedException refusal)
    {
        _metrics.Refused(refusal.Cause);
        _log.WarnOnce(refusal.Cause, refusal.Message);
    }

    public void DeadLetter(UndeliveredLetter letter)
    {
        _metrics.DeadLetter();
        _system.EventStream.Publish(
            new DeadLetter(letter.Message, letter.Sender ?? _system.DeadLetters, letter.Recipient));
    }

    private static AskFailed Excuse(Status.Failure failure)
    {
        var reason = failure.Cause?.Message ?? "it failed";
        return new() { Reason = Sentence.Cut(reason) };
    }

    private static void CheckKey(string key)
    {
        if (System.Text.Encoding.UTF8.GetByteCount(key) > Names.LongestKey)
        {
            throw new RefusedException(
                RefusedException.Target, $"The id or name '{key[..40]}...' is longer than {Names.LongestKey} bytes.");
        }
    }

    private Address? AddressOf(IActorRef? sender)
        => sender.IsNobody() ? null : _elsewhere.AddressOf(sender!) ?? _here.AddressOf(sender!);

    /// <summary>An ask that arrives is asked again here, and its one answer goes back.</summary>
    private async Task AnswerAsync(Task<object> asked, Address asker, ulong number)
    {
        object answer;
        try
        {
            answer = await asked;
        }
        catch (Exception noAnswer) when (noAnswer is AskTimeoutException or OperationCanceledException)
        {
            return; // the asker has long given up
        }

        if (answer is not null)
        {
            await SendAsync(Route.ToActor(asker), answer, ActorRefs.NoSender, _system.DeadLetters, number);
        }
    }
}
