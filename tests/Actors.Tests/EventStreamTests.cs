namespace Cohort.Actors.Tests;

public class EventStreamTests : TestKit
{
    [Fact]
    public void Subscribers_get_what_is_of_their_class_or_derived_from_it()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Animal));
        Sys.EventStream.Publish(new Dog());
        Sys.EventStream.Publish("no animal");
        Sys.EventStream.Publish(new Animal());
        ExpectMsg<Dog>();
        ExpectMsg<Animal>();
        Sys.EventStream.Unsubscribe(TestActor);
        Sys.EventStream.Publish(new Dog());
        ExpectNoMsg(TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public void Two_subscriptions_that_fit_deliver_once()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Animal));
        Sys.EventStream.Subscribe(TestActor, typeof(Dog));
        Sys.EventStream.Publish(new Dog());
        ExpectMsg<Dog>();
        ExpectNoMsg(TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public void What_actors_log_is_published_with_its_arguments()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Warning));
        Sys.EventStream.Subscribe(TestActor, typeof(Info));
        var actor = ActorOf<Logger>();
        actor.Tell("tree");
        var info = FishForMessage<Info>(line => line.LogSource.StartsWith(actor.Path.ToString(), StringComparison.Ordinal));
        info.Message.ToString().ShouldBe("saw tree and 3");
        var warning = FishForMessage<Warning>(line => line.LogSource.StartsWith(actor.Path.ToString(), StringComparison.Ordinal));
        warning.Cause.ShouldBeOfType<FormatException>();
    }

    private class Animal;

    private sealed class Dog : Animal;

    private sealed class Logger : ReceiveActor
    {
        public Logger()
        {
            var log = Context.GetLogger();
            Receive<string>(text =>
            {
                log.Debug("not {0}", text);
                log.Info("saw {0} and {1}", text, 3);
                log.Warning(new FormatException(), "odd {0}", text);
            });
        }
    }
}
