namespace Cohort.Actors.Tests;

public class MessagingTests : TestKit
{
    [Fact]
    public void An_actor_answers_its_sender()
    {
        ActorOf<Echo>().Tell("hello");
        ExpectMsg("hello");
    }

    [Fact]
    public void What_nobody_handles_is_published_as_unhandled()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(UnhandledMessage));
        var echo = ActorOf<Echo>();
        echo.Tell(42);
        var unhandled = ExpectMsg<UnhandledMessage>();
        unhandled.Message.ShouldBe(42);
        unhandled.Recipient.ShouldBe(echo);
        unhandled.Sender.ShouldBe(TestActor);
    }

    [Fact]
    public void Null_is_refused_where_it_is_told()
    {
        var echo = ActorOf<Echo>();
        // Akka.NET looks only once the actor is there.
        echo.Tell("hello");
        ExpectMsg("hello");
        Should.Throw<ArgumentNullException>(() => echo.Tell(null!, TestActor));
    }

    [Fact]
    public void Forwarding_keeps_the_sender()
    {
        var echo = ActorOf<Echo>();
        ActorOf(() => new Forwarder(echo)).Tell("far");
        ExpectMsg("far");
        LastSender.ShouldBe(echo);
    }

    [Fact]
    public void Without_a_sender_the_dead_letters_are_answered()
    {
        ActorOf(() => new SenderTeller(TestActor)).Tell("who", ActorRefs.NoSender);
        ExpectMsg<IActorRef>(sender => sender.Equals(Sys.DeadLetters));
    }

    [Fact]
    public void What_is_told_to_a_stopped_actor_is_a_dead_letter()
    {
        var echo = ActorOf<Echo>();
        Watch(echo);
        Sys.Stop(echo);
        ExpectTerminated(echo);
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        echo.Tell("too late");
        var letter = ExpectMsg<DeadLetter>();
        letter.Message.ShouldBe("too late");
        letter.Sender.ShouldBe(TestActor);
        letter.Recipient.ShouldBe(echo);
    }

    private sealed class Echo : ReceiveActor
    {
        public Echo() => Receive<string>(text => Sender.Tell(text));
    }

    private sealed class Forwarder : ReceiveActor
    {
        public Forwarder(IActorRef target) => ReceiveAny(target.Forward);
    }

    private sealed class SenderTeller : ReceiveActor
    {
        public SenderTeller(IActorRef target) => ReceiveAny(_ => target.Tell(Sender));
    }
}
