using Cohort.Clustering;
using Cohort.Federation.SecureAggregation;
using Cohort.Messages;
using Cohort.Model.Training;
using Cohort.Nodes.Actors;

namespace Cohort.Nodes.Tests;

/// <summary>A leader of a secure sum whose students live on two other nodes, both played by the test; nobody trains.</summary>
public sealed class SecureLeaderTests : TestKit
{
    private static readonly Member One = new("one", 1);
    private static readonly Member Two = new("two", 1);
    private static readonly int[] Everybody = [.. Enumerable.Range(0, NodeWithStudents.Students)];

    private readonly TestProbe _students;
    private readonly IActorRef _leader;
    private readonly NodeWithStudents _node;
    private readonly Dictionary<int, StudentSession> _sessions = [];
    private readonly Dictionary<int, TrainStudent> _requests = [];

    public SecureLeaderTests()
    {
        _students = CreateTestProbe();
        _node = new NodeWithStudents(
            Sys, CreateTestProbe().Ref, change: plan => plan with { Privacy = plan.Privacy with { Clip = 0.5, SecureAggregation = true } });
        var cluster = new StudentsElsewhere(_node.Cluster, _students.Ref, One, Two);
        var model = new ModelReady("m0", _node.Context, _node.Parameters, null);
        var models = Sys.ActorOf(Props.Create(() => new OneModel(model)));
        var actors = new NodeActors(ActorRefs.Nobody, models, ActorRefs.Nobody);
        _leader = Sys.ActorOf(Props.Create(() => new Leader(cluster, actors)));
    }

    [Fact]
    public void Where_a_lost_node_leaves_too_few_to_reveal_shares_nothing_is_released_and_the_answer_says_why()
    {
        Agree();
        Send(0, 1);
        Send(2, 3, 4);

        Lose(One); // student 5 lived there, and student 0, whose masked update is in the sum

        Reveal(1, 2, 3, 4);
        var update = ExpectMsg<GroupUpdate>();
        update.NoSum.ShouldStartWith("Only 4 of 6 students have revealed shares");
        update.Sum.ShouldBeEmpty();
        update.Participants.ShouldBeEmpty();
        update.Missing.ShouldBe(Everybody);
    }

    [Fact]
    public void Where_enough_are_left_to_reveal_shares_a_lost_node_s_students_that_had_sent_their_updates_count()
    {
        Agree(where: student => student == 5 ? One : Two);
        Send(0, 1, 2, 3, 4);

        Lose(One);

        Reveal(0, 1, 2, 3, 4);
        var update = ExpectMsg<GroupUpdate>();
        update.Participants.ShouldBe([0, 1, 2, 3, 4]);
        update.Missing.ShouldBe([5]);
        Tensors.Read<long>(update.Sum, _node.Parameters.Length, "sum").ToArray().ShouldBe(Plain(0, 1, 2, 3, 4));
    }

    [Fact]
    public void A_student_whose_node_is_lost_before_it_has_answered_is_asked_where_it_lives_now()
    {
        var asked = Begin();
        Advertise(asked[..5], Two);

        Lose(One);

        Asked(1).Single().Student.ShouldBe(5);
    }

    [Fact]
    public void A_student_that_is_silent_is_left_out_at_the_deadline_of_its_stage()
    {
        var asked = Begin(deadlineMs: 5_000);
        Advertise(asked[..5], Two);
        ShareSeeds(Everybody[..5]); // half a second later
        Send(0, 1, 2, 3, 4);
        Reveal(0, 1, 2, 3, 4);

        var update = ExpectMsg<GroupUpdate>();
        update.Participants.ShouldBe([0, 1, 2, 3, 4]);
        update.Missing.ShouldBe([5]);
        Tensors.Read<long>(update.Sum, _node.Parameters.Length, "sum").ToArray().ShouldBe(Plain(0, 1, 2, 3, 4));
    }

    [Fact]
    public void A_masked_sum_that_comes_again_or_cannot_be_counts_nothing()
    {
        Agree();
        var part = Part(0, 1, 2);
        _leader.Tell(part);
        _leader.Tell(part);
        var good = Part(3, 4, 5);
        var bad = good.Clone();
        bad.Masked = Tensors.Wrap(new byte[bad.Masked.Length + 1]);
        _leader.Tell(bad);
        var plain = good.Clone();
        plain.Sum = Tensors.Wrap(new long[_node.Parameters.Length]);
        _leader.Tell(plain);
        _leader.Tell(good);
        Reveal(Everybody);

        Tensors.Read<long>(ExpectMsg<GroupUpdate>().Sum, _node.Parameters.Length, "sum").ToArray().ShouldBe(Plain(Everybody));
    }

    [Fact]
    public void A_student_that_refuses_is_a_failure_with_its_reason_and_the_others_sum_is_had()
    {
        var asked = Begin();
        Advertise(asked[..5], Two);
        _leader.Tell(
            new SumRefused { Key = asked[5].Key, IntraRound = 1, Leader = asked[5].Leader, Student = 5, Reason = "it does not want to" });
        ShareSeeds(Everybody[..5]);
        Send(0, 1, 2, 3, 4);
        Reveal(0, 1, 2, 3, 4);

        var update = ExpectMsg<GroupUpdate>();
        update.Failures.ShouldHaveSingleItem().ShouldBe(new StudentFailure { Student = 5, Reason = "it does not want to" });
        update.Participants.ShouldBe([0, 1, 2, 3, 4]);
    }

    private void Agree(Func<int, Member>? where = null)
    {
        foreach (var wish in Begin())
        {
            Advertise([wish], where?.Invoke(wish.Student) ?? (wish.Student is 0 or 5 ? One : Two));
        }

        ShareSeeds(Everybody);
    }

    private List<AdvertiseKeys> Begin(int deadlineMs = 60_000)
    {
        _leader.Tell(NodeWithStudents.Request(deadlineMs: deadlineMs), TestActor);
        return Asked(NodeWithStudents.Students);
    }

    private List<AdvertiseKeys> Asked(int count)
        => [.. Enumerable.Range(0, count).Select(_ => (AdvertiseKeys)_students.ExpectMsg<ShardingEnvelope>().Message)];

    private void Advertise(IEnumerable<AdvertiseKeys> asked, Member by)
    {
        foreach (var wish in asked)
        {
            _sessions[wish.Student] = new StudentSession(wish);
            _leader.Tell(_sessions[wish.Student].Advertise(by.Name), _students.Ref);
        }
    }

    private void ShareSeeds(int[] students)
    {
        foreach (var student in students)
        {
            _leader.Tell(_sessions[student].Share(_students.ExpectMsg<ShareSeeds>()), _students.Ref);
        }

        foreach (var _ in students)
        {
            var request = _students.ExpectMsg<TrainStudent>();
            _requests[request.Student] = request;
        }
    }

    private void Send(params int[] students) => _leader.Tell(Part(students));

    private PartialSum Part(params int[] students)
    {
        var first = _requests[students[0]];
        var part = new PartialSum { Key = first.Key, IntraRound = 1, Leader = first.Leader, Weight = students.Length };
        MaskedSum? sum = null;
        foreach (var student in students)
        {
            var update = new StudentUpdate(_requests[student], Values(student), 1, new LocalTraining(1, 1, null, TimeSpan.Zero), 0);
            var masked = _sessions[student].Mask(update, _requests[student]);
            sum ??= new MaskedSum(masked.Setup.Length, masked.Setup.Bits);
            sum.AddPacked(masked.Packed);
            part.Participants.Add(student);
        }

        part.Masked = Tensors.Wrap(sum!.Pack());
        return part;
    }

    private void Reveal(params int[] students)
    {
        foreach (var student in students)
        {
            _leader.Tell(_sessions[student].Reveal(_students.FishForMessage<RevealShares>(_ => true)), _students.Ref);
        }
    }

    private void Lose(Member member) => Sys.EventStream.Publish(new MemberLeft(member, "a test wants it so"));

    private int[] Values(int student) => [.. Enumerable.Range(0, _node.Parameters.Length).Select(i => (student + 1) * (i % 2 == 0 ? i : -i))];

    private long[] Plain(params int[] students)
        => [.. Enumerable.Range(0, _node.Parameters.Length).Select(i => students.Sum(student => (long)Values(student)[i]))];
}
