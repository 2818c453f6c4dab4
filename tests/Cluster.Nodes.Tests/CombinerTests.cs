using Cohort.Clustering;
using Cohort.Messages;
using Cohort.Model.Training;
using Cohort.Nodes.Actors;

namespace Cohort.Nodes.Tests;

/// <summary>A combiner whose students and leaders are played by the test; updates hold one number each.</summary>
public sealed class CombinerTests : TestKit
{
    private readonly TestProbe _leader;
    private readonly IActorRef _combiner;

    public CombinerTests()
    {
        _leader = CreateTestProbe();
        var cluster = new LocalCluster(Sys, new Member("node", 1));
        _combiner = Sys.ActorOf(Props.Create(() => new Combiner(cluster)));
    }

    [Fact]
    public void A_leader_is_told_who_was_asked_here_and_gets_one_sum_when_all_have_reported()
    {
        Ask(Request(student: 1));
        Ask(Request(student: 2));
        Update(Request(student: 1), value: 10);
        Update(Request(student: 2), value: -3);

        var part = Part();
        part.Participants.ShouldBe([1, 2]);
        Tensors.Read<long>(part.Sum, 1, "sum")[0].ShouldBe(7);
    }

    [Fact]
    public void A_student_s_second_report_to_one_asking_counts_nothing()
    {
        Ask(Request(student: 1));
        Update(Request(student: 1), value: 10);
        Part().Participants.ShouldBe([1]);

        Update(Request(student: 1), value: 10);
        NothingMore();
    }

    [Fact]
    public void A_student_who_is_asked_again_is_counted_again_in_a_sum_of_its_own()
    {
        Ask(Request(student: 1));
        Update(Request(student: 1), value: 10);
        Part();

        Ask(Request(student: 1, asking: 2));
        Update(Request(student: 1, asking: 2), value: 10);

        Tensors.Read<long>(Part().Sum, 1, "sum")[0].ShouldBe(10);
    }

    [Fact]
    public void What_comes_late_from_an_earlier_intra_group_round_counts_nothing()
    {
        Ask(Request(student: 1));
        Ask(Request(student: 2));
        Ask(Request(student: 1, intraRound: 2));

        Update(Request(student: 2), value: 100);
        Update(Request(student: 1, intraRound: 2), value: 1);

        var part = Part();
        part.IntraRound.ShouldBe(2);
        part.Participants.ShouldBe([1]);
    }

    [Fact]
    public void Each_leader_of_a_group_gets_a_sum_of_its_own()
    {
        var other = CreateTestProbe();
        Ask(Request(student: 1));
        _combiner.Tell(new StudentAsked(Request(student: 1, leader: "other"), other.Ref));
        Update(Request(student: 1), value: 5);
        Update(Request(student: 1, leader: "other"), value: 5);

        Part().Leader.ShouldBe("first");
        other.FishForMessage<PartialSum>(_ => true).Leader.ShouldBe("other");
    }

    [Fact]
    public void Updates_that_the_leader_needs_by_themselves_are_sent_as_they_come_and_failures_with_the_next_or_at_the_end()
    {
        for (var student = 1; student <= 4; student++)
        {
            Ask(Request(student));
        }

        Update(Request(student: 1), value: 10, single: true);
        var first = Part();
        first.Participants.ShouldBe([1]);
        Tensors.Read<long>(first.Sum, 1, "sum")[0].ShouldBe(10);
        Update(Request(student: 1), value: 10, single: true); // to the same asking
        _combiner.Tell(new StudentFailed(Request(student: 2), "its disk broke"));
        Update(Request(student: 3), value: -3, single: true);

        var second = Part();
        second.Participants.ShouldBe([3]);
        second.Failures.Single().Student.ShouldBe(2);
        Tensors.Read<long>(second.Sum, 1, "sum")[0].ShouldBe(-3);
        _combiner.Tell(new StudentFailed(Request(student: 4), "its disk broke"));
        var last = Part();
        last.Participants.ShouldBeEmpty();
        last.Failures.Single().Student.ShouldBe(4);
        NothingMore();
    }

    private static TrainStudent Request(int student, int asking = 1, int intraRound = 1, string leader = "first") => new()
    {
        Key = new RoundKey { Run = "spec-1", Round = 1, Attempt = 1 },
        Group = 0,
        IntraRound = intraRound,
        Student = student,
        Model = "m0",
        Leader = leader,
        Asking = asking,
    };

    private void Ask(TrainStudent request) => _combiner.Tell(new StudentAsked(request, _leader.Ref));

    private void Update(TrainStudent request, int value, bool single = false)
        => _combiner.Tell(new StudentUpdate(request, [value], 1, new LocalTraining(1, 1, 0.5, TimeSpan.Zero), 4, single));

    private PartialSum Part() => _leader.FishForMessage<PartialSum>(_ => true);

    private void NothingMore() => _leader.ExpectNoMsg(TimeSpan.FromMilliseconds(200));
}
