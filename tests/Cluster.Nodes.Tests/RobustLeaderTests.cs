using Cohort.Clustering;
using Cohort.Federation;
using Cohort.Messages;
using Cohort.Model.Plans;
using Cohort.Nodes.Actors;

namespace Cohort.Nodes.Tests;

/// <summary>Leaders that combine single updates by a rule of the plan.</summary>
public sealed class RobustLeaderTests : TestKit
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly int[] Everybody = [.. Enumerable.Range(0, NodeWithStudents.Students)];

    private readonly IActorRef _fetches;

    public RobustLeaderTests() => _fetches = CreateTestProbe().Ref;

    [Theory]
    [InlineData("krum")]
    [InlineData("coordinateMedian")]
    public void A_group_s_sum_is_what_the_rule_makes_of_its_students_updates_times_their_weights(string rule)
    {
        var node = new NodeWithStudents(Sys, _fetches, change: By(rule));

        var update = Train(node, NodeWithStudents.Request());

        Sum(update, node).ShouldBe(ByHand(node, node.Parameters, Everybody).Values.ToArray());
        Sum(update, node).ShouldNotBe(node.SumByHand(node.Parameters, Everybody).Values.ToArray());
        update.Participants.ShouldBe(Everybody);
        update.Weight.ShouldBe(node.SumByHand(node.Parameters, Everybody).Weight);
    }

    [Fact]
    public void The_number_of_slots_changes_no_bit()
    {
        var one = Train(new NodeWithStudents(Sys, _fetches, slots: 1, change: By("geometricMedian")), NodeWithStudents.Request());
        using var other = ActorSystem.Create("other");
        var three = new NodeWithStudents(other, _fetches, slots: 3, change: By("geometricMedian"));

        Train(three, NodeWithStudents.Request()).Sum.ShouldBe(one.Sum);
    }

    [Fact]
    public void Fewer_updates_than_the_rule_needs_give_no_sum_and_the_reason_and_never_a_weaker_rule()
    {
        var node = new NodeWithStudents(
            Sys,
            _fetches,
            change: By("krum"),
            samples: all => new TroubledSamples(all, person => person is 2 or 3, () => throw new IOException("its disk broke")));

        var update = Train(node, NodeWithStudents.Request());

        update.NoSum.ShouldBe("The rule krum needs 5 updates to bear 1 attackers, and has 4.");
        update.Sum.Length.ShouldBe(0);
        update.Weight.ShouldBe(0);
        update.Participants.ShouldBeEmpty();
        update.Failures.Select(failure => failure.Student).ShouldBe([2, 3]);
        update.Missing.ShouldBe([0, 1, 4, 5]);
    }

    [Fact]
    public void A_student_that_fails_is_left_out_and_the_rule_takes_the_others()
    {
        var node = new NodeWithStudents(
            Sys,
            _fetches,
            change: By("krum"),
            samples: all => new TroubledSamples(all, person => person is 2, () => throw new IOException("its disk broke")));

        var update = Train(node, NodeWithStudents.Request());

        update.Failures.ShouldHaveSingleItem().Reason.ShouldBe("its disk broke");
        update.Participants.ShouldBe([0, 1, 3, 4, 5]);
        Sum(update, node).ShouldBe(ByHand(node, node.Parameters, [0, 1, 3, 4, 5]).Values.ToArray());
    }

    [Fact]
    public void A_silent_student_is_missing_after_the_deadline_and_the_rule_takes_the_others()
    {
        using var released = new ManualResetEventSlim();
        var node = new NodeWithStudents(
            Sys,
            _fetches,
            slots: 6,
            change: By("krum"),
            samples: all => new TroubledSamples(all, person => person == 4, () => released.Wait(Patience)));

        var update = Train(node, NodeWithStudents.Request(deadlineMs: 3000));
        released.Set();

        update.Missing.ShouldBe([4]);
        Sum(update, node).ShouldBe(ByHand(node, node.Parameters, [0, 1, 2, 3, 5]).Values.ToArray());
    }

    [Fact]
    public void A_group_closes_when_its_quota_has_reported()
    {
        using var released = new ManualResetEventSlim();
        var node = new NodeWithStudents(
            Sys,
            _fetches,
            slots: 6,
            change: By("krum"),
            samples: all => new TroubledSamples(all, person => person >= 5, () => released.Wait(Patience)));

        var update = Train(node, NodeWithStudents.Request(quota: 5, deadlineMs: 50_000));
        released.Set();

        update.Participants.ShouldBe([0, 1, 2, 3, 4]);
    }

    [Fact]
    public void Each_of_several_intra_group_rounds_is_combined_by_the_rule()
    {
        var node = new NodeWithStudents(Sys, _fetches, change: By("trimmedMean"));

        var update = Train(node, NodeWithStudents.Request(intraRounds: 2));

        var middle = new float[node.Parameters.Length];
        FederatedAveraging.Apply(node.Parameters, ByHand(node, node.Parameters, Everybody), node.Context.Grid, 1.0, middle);
        var end = new float[middle.Length];
        FederatedAveraging.Apply(middle, ByHand(node, middle, Everybody, intraRound: 2), node.Context.Grid, 1.0, end);
        var change = Sum(update, node).Select(value => value * node.Context.Grid.Step / update.Weight).ToArray();
        for (var i = 0; i < end.Length; i++)
        {
            (node.Parameters[i] + change[i]).ShouldBe(end[i], 1e-6);
        }
    }

    [Fact]
    public void A_rule_that_somebody_adds_has_its_entry_in_plans_and_runs_through_one_and_nothing_else_knows_of_it()
    {
        const string Json = """
            {
              "name": "p", "network": "logistic", "data": { "set": "avatars" },
              "students": { "count": 6 }, "groups": { "count": 1 },
              "aggregation": { "rule": "oneByLot", "lot": 3 }
            }
            """;
        var plan = Plan.Parse(Json, "test");
        PlanSchema.ToJson().ShouldContain("\"oneByLot\"");
        var rows = PlanExplanation.Of(plan).Rows;
        rows.Single(row => row.Path is "aggregation.rule").Meaning.ShouldContain("oneByLot, the update of one student");
        rows.Single(row => row.Path is "aggregation.lot").Meaning.ShouldBe("Whose update is taken. For oneByLot.");
        var node = new NodeWithStudents(Sys, _fetches, change: some => some with { Aggregation = plan.Aggregation });

        var update = Train(node, NodeWithStudents.Request());

        Sum(update, node).ShouldBe(
            Singles(node, node.Parameters, Everybody)[3].Values.Select(value => value * update.Weight).ToArray());
    }

    [Theory]
    [InlineData("signFlip")]
    [InlineData("alie")]
    public void Where_students_attack_the_mean_is_of_what_they_send(string attack)
    {
        var node = new NodeWithStudents(
            Sys, _fetches, change: plan => plan with { Attack = new() { Kind = Half(attack) } });
        node.Context.Attackers.Count.ShouldBe(3);

        var update = Train(node, NodeWithStudents.Request());

        var expected = new ExactSum(node.Parameters.Length);
        var honest = Singles(node, node.Parameters, Everybody);
        var attackers = honest.Where(one => node.Context.Attackers.Include(one.Student)).Select(one => one.Values).ToList();
        var poisoned = new int[node.Parameters.Length];
        foreach (var one in honest)
        {
            var values = one.Values;
            if (node.Context.Attackers.Include(one.Student) && attack is "alie")
            {
                new Choice<IAttack>("alie").Kind.Collude(attackers, Settings.None, poisoned);
                values = poisoned;
            }
            else if (node.Context.Attackers.Include(one.Student))
            {
                values = [.. values.Select(value => -10 * value)];
            }

            expected.Add(values, one.Weight);
        }

        Sum(update, node).ShouldBe(expected.Values.ToArray());
    }

    [Fact]
    public void Students_that_flip_labels_train_on_flipped_ones()
    {
        var node = new NodeWithStudents(
            Sys, _fetches, change: plan => plan with { Attack = new() { Kind = Half("labelFlip") } });

        var flipped = Sum(Train(node, NodeWithStudents.Request()), node);

        flipped.ShouldNotBe(node.SumByHand(node.Parameters, Everybody).Values.ToArray());
        flipped.ShouldBe(node.SumByHand(
            node.Parameters, Everybody, seenBy: student => node.Context.Attackers.SeenBy(student, node.Context.Population)).Values.ToArray());
    }

    [Fact]
    public void A_lost_node_s_students_are_asked_again_and_the_rule_s_sum_is_the_same()
    {
        var (students, leader, node) = LeaderOfStudentsElsewhere("krum");
        leader.Tell(NodeWithStudents.Request(), TestActor);
        var asked = Requests(students, NodeWithStudents.Students);
        foreach (var request in asked)
        {
            leader.Tell(Accepted(request, request.Student < 3 ? "one" : "two"));
        }

        Send(leader, node, asked, 0, 3, 4, 5);
        Sys.EventStream.Publish(new MemberLeft(new Member("one", 1), "a test wants it so"));
        var again = Requests(students, 2);
        again.Select(request => request.Student).ShouldBe([1, 2], ignoreOrder: true);
        Send(leader, node, again, 1, 2, 1); // one of them twice

        var update = ExpectMsg<GroupUpdate>(Patience);
        update.Participants.ShouldBe(Everybody);
        Sum(update, node).ShouldBe(ByHand(node, node.Parameters, Everybody).Values.ToArray());
    }

    [Theory]
    [InlineData("two students")]
    [InlineData("no multiple of the weight")]
    [InlineData("off the grid")]
    public void What_is_no_single_update_is_refused_and_the_right_one_counts(string what)
    {
        var (students, leader, node) = LeaderOfStudentsElsewhere("normBounding"); // which each update moves
        leader.Tell(NodeWithStudents.Request(), TestActor);
        var asked = Requests(students, NodeWithStudents.Students);
        var bad = Part(node, asked, 0);
        var values = Tensors.Read<long>(bad.Sum, node.Parameters.Length, "sum").ToArray();
        switch (what)
        {
            case "two students":
                bad.Participants.Add(1);
                bad.Weight *= 2;
                break;
            case "no multiple of the weight": values[5] += (1_000 * bad.Weight) + 1; break;
            default: values[5] = (1L << 31) * bad.Weight; break;
        }

        bad.Sum = Tensors.Wrap(values);
        leader.Tell(bad);
        Send(leader, node, asked, Everybody);

        Sum(ExpectMsg<GroupUpdate>(Patience), node).ShouldBe(ByHand(node, node.Parameters, Everybody).Values.ToArray());
    }

    private (TestProbe Students, IActorRef Leader, NodeWithStudents Node) LeaderOfStudentsElsewhere(string rule)
    {
        var students = CreateTestProbe();
        var node = new NodeWithStudents(Sys, _fetches, change: By(rule));
        var cluster = new StudentsElsewhere(node.Cluster, students.Ref, new Member("one", 1), new Member("two", 1));
        var model = new ModelReady("m0", node.Context, node.Parameters, null);
        var models = Sys.ActorOf(Props.Create(() => new OneModel(model)));
        var actors = new NodeActors(ActorRefs.Nobody, models, ActorRefs.Nobody);
        return (students, Sys.ActorOf(Props.Create(() => new Leader(cluster, actors))), node);
    }

    private static List<TrainStudent> Requests(TestProbe students, int count)
        => [.. Enumerable.Range(0, count).Select(_ => (TrainStudent)students.ExpectMsg<ShardingEnvelope>().Message)];

    private static StudentAccepted Accepted(TrainStudent request, string member) => new()
    {
        Key = request.Key,
        Group = request.Group,
        Student = request.Student,
        IntraRound = request.IntraRound,
        Leader = request.Leader,
        Member = member,
    };

    private static void Send(IActorRef leader, NodeWithStudents node, List<TrainStudent> asked, params int[] students)
        => Array.ForEach(students, student => leader.Tell(Part(node, asked, student)));

    private static PartialSum Part(NodeWithStudents node, List<TrainStudent> asked, int student)
        => node.PartByHand(asked[0], student);

    private GroupUpdate Train(NodeWithStudents node, TrainGroup request)
    {
        node.Ask(request, TestActor);
        return ExpectMsg<GroupUpdate>(Patience);
    }

    private static Func<Plan, Plan> By(string rule) => plan => plan with { Aggregation = new() { Rule = new(rule) } };

    private static Choice<IAttack> Half(string attack) => new(attack) { Settings = Settings.None.With("share", 0.5) };

    private static List<SingleUpdate> Singles(NodeWithStudents node, float[] model, IEnumerable<int> students, int intraRound = 1)
        => [.. students.Select(student =>
        {
            var sum = node.SumByHand(model, [student], intraRound);
            return new SingleUpdate(
                student, (int)sum.Weight, [.. sum.Values.ToArray().Select(value => (int)(value / sum.Weight))]);
        })];

    private static ExactSum ByHand(NodeWithStudents node, float[] model, IEnumerable<int> students, int intraRound = 1)
        => RobustAggregation.Combine(node.Plan.Aggregation.Rule, Singles(node, model, students, intraRound), node.Context.Grid);

    private static long[] Sum(GroupUpdate update, NodeWithStudents node)
        => Tensors.Read<long>(update.Sum, node.Parameters.Length, "sum").ToArray();
}

/// <summary>A rule that nothing but this file knows of.</summary>
internal sealed class OneByLot : IAggregationRule
{
    private static readonly Hyperparameter Lot = new("lot", 0, "Whose update is taken.") { Least = 0, IsWhole = true };

    public string Name => "oneByLot";

    public string Meaning => "the update of one student";

    public IReadOnlyList<Hyperparameter> Hyperparameters => [Lot];

    public int LeastUpdates(Settings settings) => 1;

    public void Combine(IReadOnlyList<SingleUpdate> updates, FixedPointGrid grid, Settings settings, Span<int> combined)
        => updates.Single(update => update.Student == (int)settings[Lot]).Values.CopyTo(combined);
}
