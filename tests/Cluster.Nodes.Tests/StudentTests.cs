using Cohort.Clustering;
using Cohort.Messages;
using Cohort.Nodes.Actors;

namespace Cohort.Nodes.Tests;

/// <summary>Students in a region that hears what they confirm; combiner and model cache are played by the test.</summary>
public sealed class StudentTests : TestKit
{
    private readonly TestProbe _confirmations;
    private readonly TestProbe _combiner;
    private readonly TestProbe _models;
    private readonly IActorRef _region;

    public StudentTests()
    {
        (_confirmations, _combiner, _models) = (CreateTestProbe(), CreateTestProbe(), CreateTestProbe());
        var node = new NodeActors(ActorRefs.Nobody, _models.Ref, _combiner.Ref);
        Func<string, Props> student = id => Props.Create(() => new Student(id, node));
        var confirmed = _confirmations.Ref;
        _region = Sys.ActorOf(Props.Create(() => new ShardRegion(student, confirmed)));
    }

    [Fact]
    public void A_request_is_confirmed_when_it_is_reported_and_not_before()
    {
        var request = Request();
        Tell(request);
        _combiner.ExpectMsg<StudentAsked>();
        _confirmations.ExpectNoMsg(TimeSpan.FromMilliseconds(200));

        Refuse();

        _combiner.ExpectMsg<StudentFailed>();
        _confirmations.ExpectMsg<Confirmed>().Message.ShouldBeSameAs(request);
    }

    [Fact]
    public void A_repeated_request_is_confirmed_at_once_and_asks_for_nothing()
    {
        Tell(Request());
        _models.ExpectMsg<NeedModel>();
        var repeated = Request();

        Tell(repeated);

        _confirmations.ExpectMsg<Confirmed>().Message.ShouldBeSameAs(repeated);
        _models.ExpectNoMsg(TimeSpan.FromMilliseconds(200));
    }

    [Fact]
    public void Newer_work_takes_the_place_of_older_which_is_confirmed_and_reported_no_more()
    {
        var older = Request();
        Tell(older);
        Tell(Request(round: 2));

        _confirmations.ExpectMsg<Confirmed>().Message.ShouldBeSameAs(older);
        Refuse();
        _combiner.FishForMessage<StudentFailed>(_ => true).Request.Key.Round.ShouldBe(2);
    }

    [Fact]
    public void Older_work_that_comes_late_is_confirmed_and_takes_nobody_s_place()
    {
        Tell(Request(round: 2));
        var late = Request();

        Tell(late);

        _confirmations.ExpectMsg<Confirmed>().Message.ShouldBeSameAs(late);
        Refuse();
        _combiner.FishForMessage<StudentFailed>(_ => true).Request.Key.Round.ShouldBe(2);
    }

    private static TrainStudent Request(int round = 1) => new()
    {
        Key = new RoundKey { Run = "spec-1", Round = round, Attempt = 1, Sequence = round },
        IntraRound = 1,
        Student = 3,
        Model = "m0",
        Leader = "first",
        Asking = 1,
    };

    private void Tell(TrainStudent request) => _region.Tell(new ShardingEnvelope("3", request));

    /// <summary>The model cache knows no such run, so that nobody has to train.</summary>
    private void Refuse()
    {
        _models.ExpectMsg<NeedModel>();
        _models.LastSender.Tell(new ModelReady("m0", null, null, "no such run"));
    }
}
