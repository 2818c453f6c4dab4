using Cohort.Clustering;
using Cohort.Messages;
using Cohort.Nodes.Actors;

namespace Cohort.Nodes.Tests;

/// <summary>A leader whose students live on two other nodes, both played by the test.</summary>
public sealed class LostNodeTests : TestKit
{
    private static readonly Member One = new("one", 1);
    private static readonly Member Two = new("two", 1);

    private readonly TestProbe _students;
    private readonly IActorRef _leader;
    private readonly NodeWithStudents _node;

    public LostNodeTests()
    {
        _students = CreateTestProbe();
        var fetches = CreateTestProbe();
        _node = new NodeWithStudents(Sys, fetches.Ref);
        var cluster = new StudentsElsewhere(_node.Cluster, _students.Ref, One, Two);
        var model = new ModelReady("m0", _node.Context, _node.Parameters, null);
        var models = Sys.ActorOf(Props.Create(() => new OneModel(model)));
        var actors = new NodeActors(ActorRefs.Nobody, models, ActorRefs.Nobody);
        _leader = Sys.ActorOf(Props.Create(() => new Leader(cluster, actors)));
    }

    [Fact]
    public void What_a_lost_node_had_not_sent_is_asked_again_and_nobody_else_is()
    {
        var asked = Begin();
        Accept(asked, One, 0, 1, 2);
        Accept(asked, Two, 3, 4, 5);
        Report(asked, One, 0, 1);
        Send(asked, 3, 4, 5);

        Lose(One);

        Requests(3).Select(request => (request.Student, request.Asking)).ShouldBe([(0, 2), (1, 2), (2, 2)], ignoreOrder: true);
        _students.ExpectNoMsg(TimeSpan.FromMilliseconds(200));
    }

    [Fact]
    public void What_a_lost_node_had_sent_already_is_not_asked_again()
    {
        var asked = Begin();
        Accept(asked, One, 0, 1, 2);
        Accept(asked, Two, 3, 4, 5);
        Send(asked, 0, 1);

        Lose(One);

        Requests(1).Single().Student.ShouldBe(2);
        _students.ExpectNoMsg(TimeSpan.FromMilliseconds(200));
    }

    [Fact]
    public void Students_whom_no_node_had_accepted_are_asked_again_when_a_node_is_lost()
    {
        var asked = Begin();
        Accept(asked, Two, 1, 2, 3, 4, 5);

        Lose(One);

        Requests(1).Single().Student.ShouldBe(0);
    }

    [Fact]
    public void A_group_whose_node_was_lost_has_the_sum_it_would_have_had()
    {
        var asked = Begin();
        Accept(asked, One, 0, 1, 2);
        Accept(asked, Two, 3, 4, 5);
        Send(asked, 3, 4, 5);
        Lose(One);
        var again = Requests(3);
        Accept(again, Two, 0, 1, 2);
        Send(again, 0, 1, 2);

        var expected = _node.SumByHand(_node.Parameters, Enumerable.Range(0, NodeWithStudents.Students));
        var update = ExpectMsg<GroupUpdate>();
        update.Participants.ShouldBe(Enumerable.Range(0, NodeWithStudents.Students));
        Tensors.Read<long>(update.Sum, expected.Values.Length, "sum").ToArray().ShouldBe(expected.Values.ToArray());
    }

    [Fact]
    public void A_sum_with_a_student_who_is_counted_already_is_refused_and_its_other_students_are_asked_again()
    {
        var asked = Begin();
        Send(asked, 0, 1, 2);

        Send(asked, 2, 3, 4, 5);
        var again = Requests(3);
        again.Select(request => request.Student).ShouldBe([3, 4, 5], ignoreOrder: true);
        Send(again, 3, 4, 5);

        var update = ExpectMsg<GroupUpdate>();
        update.Participants.ShouldBe(Enumerable.Range(0, NodeWithStudents.Students));
        update.Weight.ShouldBe(_node.SumByHand(_node.Parameters, Enumerable.Range(0, NodeWithStudents.Students)).Weight);
    }

    [Theory]
    [InlineData("a stranger")]
    [InlineData("somebody twice")]
    [InlineData("a weight that is none of its students'")]
    [InlineData("a sum of another network")]
    [InlineData("no sum")]
    public void A_sum_that_cannot_be_is_refused_and_the_right_one_counts(string holds)
    {
        var asked = Begin();
        var bad = Sum(asked, 0, 1, 2);
        switch (holds)
        {
            case "a stranger": bad.Participants[2] = 17; break;
            case "somebody twice": bad.Participants[2] = 1; break;
            case "a sum of another network": bad.Sum = Tensors.Wrap(new long[_node.Parameters.Length + 1]); break;
            case "no sum": bad.Sum = Google.Protobuf.ByteString.Empty; break;
            default: bad.Weight--; break;
        }

        _leader.Tell(bad);
        Send(asked, 0, 1, 2);
        Send(asked, 3, 4, 5);

        var expected = _node.SumByHand(_node.Parameters, Enumerable.Range(0, NodeWithStudents.Students));
        var update = ExpectMsg<GroupUpdate>();
        update.Weight.ShouldBe(expected.Weight);
        Tensors.Read<long>(update.Sum, expected.Values.Length, "sum").ToArray().ShouldBe(expected.Values.ToArray());
    }

    [Fact]
    public void After_the_deadline_a_lost_node_s_students_are_missing_and_the_others_count()
    {
        var asked = Begin(deadlineMs: 300);
        Accept(asked, One, 0, 1, 2);
        Accept(asked, Two, 3, 4, 5);
        Report(asked, One, 0, 1, 2);
        Send(asked, 3, 4, 5);
        ExpectNoMsg(TimeSpan.FromMilliseconds(800)); // closing: it waits for the sum that node one has reported

        Lose(One);

        var update = ExpectMsg<GroupUpdate>();
        update.Participants.ShouldBe([3, 4, 5]);
        update.Missing.ShouldBe([0, 1, 2]);
    }

    [Fact]
    public void Two_leaders_of_one_group_get_the_same_sum_from_one_training()
    {
        var group = NodeWithStudents.Request();
        _node.Ask(group, TestActor);
        _node.Ask(group, TestActor, leader: "replacement");

        var first = ExpectMsg<GroupUpdate>(TimeSpan.FromSeconds(60));
        var second = ExpectMsg<GroupUpdate>(TimeSpan.FromSeconds(60));

        second.Sum.ShouldBe(first.Sum);
        second.Participants.ShouldBe(first.Participants);
    }

    [Fact]
    public void A_node_that_joins_between_two_intra_group_rounds_gets_the_group_s_own_model_from_its_leader()
    {
        Send(Begin(intraRounds: 2), 0, 1, 2, 3, 4, 5);
        var model = Requests(NodeWithStudents.Students)[0].Model;
        var joined = CreateTestProbe();

        _leader.Tell(new FetchModel { Run = "spec-1", Model = model }, joined.Ref);

        var version = joined.ExpectMsg<ModelVersion>();
        version.Model.ShouldBe(model);
        Tensors.Read<float>(version.Parameters, _node.Parameters.Length, "parameters").ToArray().ShouldNotBe(_node.Parameters);
    }

    [Fact]
    public void A_request_of_a_seed_that_was_replaced_takes_no_place_of_its_successor_s()
    {
        var asked = Begin(epoch: 2);

        _leader.Tell(NodeWithStudents.Request(round: 2, epoch: 1), TestActor);

        _students.ExpectNoMsg(TimeSpan.FromMilliseconds(200));
        Send(asked, 0, 1, 2, 3, 4, 5);
        ExpectMsg<GroupUpdate>().Key.Epoch.ShouldBe(2);
    }

    private List<TrainStudent> Begin(int deadlineMs = 60_000, int intraRounds = 1, long epoch = 1)
    {
        _leader.Tell(NodeWithStudents.Request(deadlineMs: deadlineMs, intraRounds: intraRounds, epoch: epoch), TestActor);
        return Requests(NodeWithStudents.Students);
    }

    private List<TrainStudent> Requests(int count)
        => [.. Enumerable.Range(0, count)
            .Select(_ => (TrainStudent)_students.ExpectMsg<ShardingEnvelope>().Message)];

    private void Accept(List<TrainStudent> asked, Member by, params int[] students)
        => Tell(asked, students, request => new StudentAccepted
        {
            Key = request.Key,
            Group = request.Group,
            Student = request.Student,
            IntraRound = request.IntraRound,
            Leader = request.Leader,
            Member = by.Name,
        });

    private void Report(List<TrainStudent> asked, Member by, params int[] students)
        => Tell(asked, students, request => new StudentReported
        {
            Key = request.Key,
            Group = request.Group,
            IntraRound = request.IntraRound,
            Student = request.Student,
            Leader = request.Leader,
            Member = by.Name,
        });

    private void Tell(List<TrainStudent> asked, int[] students, Func<TrainStudent, object> what)
        => asked.FindAll(request => students.Contains(request.Student)).ForEach(request => _leader.Tell(what(request)));

    private void Send(List<TrainStudent> asked, params int[] students) => _leader.Tell(Sum(asked, students));

    private PartialSum Sum(List<TrainStudent> asked, params int[] students) => _node.PartByHand(asked[0], students);

    private void Lose(Member member) => Sys.EventStream.Publish(new MemberLeft(member, "a test wants it so"));
}
