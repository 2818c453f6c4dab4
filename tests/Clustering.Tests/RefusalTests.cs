using System.Diagnostics.Metrics;

namespace Cohort.Clustering.Tests;

public sealed class RefusalTests : TestKit
{
    [Fact]
    public void Every_refusal_is_counted_by_its_cause_and_logged_once_per_cause()
    {
        var counted = new List<object?>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Name is "cohort.updates.refused")
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) => counted.Add(tags[0].Value));
        listener.Start();
        Sys.EventStream.Subscribe(TestActor, typeof(Warning));
        var refusing = Sys.ActorOf(Props.Create(() => new Refusing()));

        refusing.Tell(new Refusal("weight", "The first has weight 7"), TestActor);
        refusing.Tell(new Refusal("weight", "The second has weight 8"), TestActor);
        refusing.Tell(new Refusal("size", "The third has 3 bytes"), TestActor);

        $"{ExpectMsg<Warning>().Message}".ShouldContain("The first has weight 7; it is refused. (Further ones of this cause, 'weight'");
        $"{ExpectMsg<Warning>().Message}".ShouldContain("The third has 3 bytes");
        ExpectNoMsg(TimeSpan.FromMilliseconds(200));
        counted.ShouldBe(["weight", "weight", "size"]);
    }

    private sealed class Refusing : ReceiveActor
    {
        private readonly Refusals _refusals = new(Context.GetLogger());

        public Refusing() => Receive<Refusal>(_refusals.Note);
    }
}
