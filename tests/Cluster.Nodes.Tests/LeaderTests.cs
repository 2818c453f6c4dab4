using Cohort.Federation;
using Cohort.Messages;

namespace Cohort.Nodes.Tests;

public sealed class LeaderTests : TestKit
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TestProbe _fetchProbe;
    private readonly IActorRef _fetches;

    public LeaderTests()
    {
        _fetchProbe = CreateTestProbe();
        _fetches = _fetchProbe.Ref;
    }

    [Fact]
    public void A_group_s_sum_is_bit_for_bit_the_sum_of_its_students_trained_one_by_one()
    {
        var node = new NodeWithStudents(Sys, _fetches);

        node.Ask(NodeWithStudents.Request(), TestActor);
        var update = ExpectMsg<GroupUpdate>(Patience);

        var expected = node.SumByHand(node.Parameters, Enumerable.Range(0, NodeWithStudents.Students));
        Sum(update, node).ShouldBe(expected.Values.ToArray());
        update.Weight.ShouldBe(expected.Weight);
        update.Participants.ShouldBe(Enumerable.Range(0, NodeWithStudents.Students));
    }

    [Fact]
    public void The_number_of_slots_changes_no_bit()
    {
        var one = new NodeWithStudents(Sys, _fetches, slots: 1);
        one.Ask(NodeWithStudents.Request(), TestActor);
        var withOne = ExpectMsg<GroupUpdate>(Patience);

        using var other = ActorSystem.Create("other");
        var three = new NodeWithStudents(other, _fetches, slots: 3);
        three.Ask(NodeWithStudents.Request(), TestActor);
        var withThree = ExpectMsg<GroupUpdate>(Patience);

        withThree.Sum.ShouldBe(withOne.Sum);
    }

    [Fact]
    public void Students_that_protect_their_records_draw_the_same_noise_wherever_they_train_and_report_no_loss()
    {
        static Model.Plans.Plan Protecting(Model.Plans.Plan plan)
            => plan with { Training = plan.Training with { RecordPrivacy = new() { Clip = 0.5 } } };
        var node = new NodeWithStudents(Sys, _fetches, slots: 3, change: Protecting);

        node.Ask(NodeWithStudents.Request(), TestActor);
        var update = ExpectMsg<GroupUpdate>(Patience);

        update.Failures.ShouldBeEmpty();
        update.LossSum.ShouldBe(0);
        var everybody = Enumerable.Range(0, NodeWithStudents.Students);
        Sum(update, node).ShouldBe(node.SumByHand(node.Parameters, everybody).Values.ToArray());

        // Noise that came from the plan alone would be the same under another secret.
        var other = new RunContext(node.Context.Run, node.Plan, node.Context.Population, NoiseSecret.FromSeed(10));
        node.SumByHand(node.Parameters, everybody, context: other).Values.ToArray().ShouldNotBe(Sum(update, node));
    }

    [Fact]
    public void A_student_that_throws_is_reported_and_the_others_count()
    {
        var node = new NodeWithStudents(
            Sys,
            _fetches,
            samples: all => new TroubledSamples(all, person => person == 2, () => throw new IOException("its disk broke")));

        node.Ask(NodeWithStudents.Request(), TestActor);
        var update = ExpectMsg<GroupUpdate>(Patience);

        update.Failures.ShouldHaveSingleItem().ShouldBe(new StudentFailure { Student = 2, Reason = "its disk broke" });
        update.Participants.ShouldBe([0, 1, 3, 4, 5]);
        Sum(update, node).ShouldBe(node.SumByHand(node.Parameters, [0, 1, 3, 4, 5]).Values.ToArray());
    }

    [Fact]
    public void A_loss_that_is_not_finite_is_the_student_s_failure_and_names_the_learning_rate()
    {
        var node = new NodeWithStudents(
            Sys, _fetches, change: plan => plan with { Training = plan.Training with { LearningRate = 1e38 } });

        node.Ask(NodeWithStudents.Request(), TestActor);
        var update = ExpectMsg<GroupUpdate>(Patience);

        update.Participants.ShouldBeEmpty();
        update.Failures.Count.ShouldBe(NodeWithStudents.Students);
        update.Failures.ShouldAllBe(failure => failure.Reason.Contains("learningRate", StringComparison.Ordinal));
    }

    [Fact]
    public void A_silent_student_is_missing_after_the_deadline_and_its_late_update_changes_nothing()
    {
        using var released = new ManualResetEventSlim();
        var node = new NodeWithStudents(
            Sys, _fetches, samples: all => new TroubledSamples(all, person => person == 4, () => released.Wait(Patience)));

        node.Ask(NodeWithStudents.Request(deadlineMs: 3000), TestActor);
        var update = ExpectMsg<GroupUpdate>(Patience);
        update.Missing.ShouldBe([4]);
        update.Participants.ShouldBe([0, 1, 2, 3, 5]);
        Sum(update, node).ShouldBe(node.SumByHand(node.Parameters, [0, 1, 2, 3, 5]).Values.ToArray());

        released.Set();
        ExpectNoMsg(TimeSpan.FromMilliseconds(500));
    }

    [Fact]
    public void Students_that_the_plan_has_drop_out_are_missing_and_are_the_same_ones_every_time()
    {
        var node = new NodeWithStudents(Sys, _fetches, change: plan => plan with { Students = plan.Students with { Dropout = 0.5 } });
        var silent = Enumerable.Range(0, NodeWithStudents.Students).Where(student => node.Context.DropsOut(student, round: 1)).ToList();
        silent.Count.ShouldBeInRange(1, NodeWithStudents.Students - 1); // by this plan's seed

        node.Ask(NodeWithStudents.Request(deadlineMs: 2_000), TestActor);
        var update = ExpectMsg<GroupUpdate>(Patience);

        update.Missing.ShouldBe(silent);
        update.Participants.ShouldBe(Enumerable.Range(0, NodeWithStudents.Students).Except(silent));
        Enumerable.Range(1, 20).Select(round => node.Context.DropsOut(0, round)).Distinct().Count().ShouldBe(2);
    }

    [Fact]
    public void A_repeated_request_gets_the_same_answer_and_trains_nobody_again()
    {
        var node = new NodeWithStudents(Sys, _fetches, change: WithNoise);

        node.Ask(NodeWithStudents.Request(), TestActor);
        var first = ExpectMsg<GroupUpdate>(Patience);
        node.Ask(NodeWithStudents.Request(), TestActor);
        var second = ExpectMsg<GroupUpdate>(Patience);

        second.ShouldBe(first);
    }

    [Fact]
    public void A_replaced_leader_releases_the_same_sum_under_the_same_noise()
    {
        var node = new NodeWithStudents(Sys, _fetches, change: WithNoise);
        node.Ask(NodeWithStudents.Request(), TestActor);
        var first = ExpectMsg<GroupUpdate>(Patience);

        using var other = ActorSystem.Create("replacement");
        var replacement = new NodeWithStudents(other, _fetches, change: WithNoise);
        replacement.Ask(NodeWithStudents.Request(), TestActor);
        ExpectMsg<GroupUpdate>(Patience).Sum.ShouldBe(first.Sum);
    }

    [Fact]
    public void Another_set_of_participants_gets_other_noise()
    {
        var node = new NodeWithStudents(Sys, _fetches, change: WithNoise);
        var all = NodeWithStudents.Request();
        node.Ask(all, TestActor);
        var noiseOfAll = Noise(ExpectMsg<GroupUpdate>(Patience), node, [0, 1, 2, 3, 4, 5]);

        var fewer = NodeWithStudents.Request(attempt: 2);
        fewer.Students.Remove(5);
        node.Ask(fewer, TestActor);
        var noiseOfFewer = Noise(ExpectMsg<GroupUpdate>(Patience), node, [0, 1, 2, 3, 4]);

        noiseOfFewer.ShouldNotBe(noiseOfAll);
    }

    [Fact]
    public void A_group_adds_its_share_of_the_noise_and_all_of_it_where_it_releases_models_of_its_own()
    {
        var node = new NodeWithStudents(Sys, _fetches, change: WithNoise);
        var step = node.Context.Grid.Step;
        var tolerance = 5 / Math.Sqrt(2.0 * node.Parameters.Length);

        var one = NodeWithStudents.Request();
        one.Groups = 4;
        node.Ask(one, TestActor);
        var noise = Noise(ExpectMsg<GroupUpdate>(Patience), node, [0, 1, 2, 3, 4, 5]);
        (StandardDeviation(noise) * step).ShouldBe(0.5 / 2, 0.25 * tolerance); // z S = 0.5, a quarter of the variance

        var two = NodeWithStudents.Request(attempt: 2, intraRounds: 2);
        two.Groups = 4;
        node.Ask(two, TestActor);
        var change = Sum(ExpectMsg<GroupUpdate>(Patience), node);
        // Both rounds' noise is in the group's change, beside which the updates, of length 0.5 each, are little.
        (StandardDeviation(change) * step).ShouldBe(0.5 * Math.Sqrt(2), 0.5 * Math.Sqrt(2) * (tolerance + 0.01));
    }

    [Fact]
    public void A_group_closes_when_its_quota_has_reported()
    {
        using var released = new ManualResetEventSlim();
        var node = new NodeWithStudents(
            Sys,
            _fetches,
            slots: 6,
            samples: all => new TroubledSamples(all, person => person >= 4, () => released.Wait(Patience)));

        var request = NodeWithStudents.Request(quota: 4, deadlineMs: 4000);
        node.Ask(request, TestActor);
        var update = ExpectMsg<GroupUpdate>(Patience);
        released.Set();
        update.Participants.Count.ShouldBe(4);
    }

    [Fact]
    public void Two_intra_group_rounds_are_two_averages_one_after_the_other()
    {
        var node = new NodeWithStudents(Sys, _fetches);
        node.Ask(NodeWithStudents.Request(intraRounds: 2), TestActor);
        var update = ExpectMsg<GroupUpdate>(Patience);

        var everybody = Enumerable.Range(0, NodeWithStudents.Students).ToArray();
        var middle = new float[node.Parameters.Length];
        FederatedAveraging.Apply(node.Parameters, node.SumByHand(node.Parameters, everybody), node.Context.Grid, 1.0, middle);
        var end = new float[middle.Length];
        FederatedAveraging.Apply(middle, node.SumByHand(middle, everybody, intraRound: 2), node.Context.Grid, 1.0, end);

        var change = Sum(update, node).Select(value => value * node.Context.Grid.Step / update.Weight).ToArray();
        for (var i = 0; i < end.Length; i++)
        {
            (node.Parameters[i] + change[i]).ShouldBe(end[i], 1e-6);
        }
    }

    [Fact]
    public void A_run_the_node_cannot_open_is_answered_with_the_reason_for_every_student()
    {
        var node = new NodeWithStudents(Sys, _fetches);
        var request = NodeWithStudents.Request(deadlineMs: 1000);
        request.Key.Run = "another";
        node.Ask(request, TestActor);

        _fetchProbe.FishForMessage<FetchModel>(wish => string.Equals(wish.Run, "another", StringComparison.Ordinal), Patience);
        var update = ExpectMsg<GroupUpdate>(Patience);
        update.Participants.ShouldBeEmpty();
        update.Missing.ShouldBe(Enumerable.Range(0, NodeWithStudents.Students));
    }

    private static Model.Plans.Plan WithNoise(Model.Plans.Plan plan)
        => plan with { Privacy = plan.Privacy with { Clip = 0.5, NoiseMultiplier = 1, Noise = Model.Plans.NoiseSource.Seeded } };

    private static double StandardDeviation(long[] values) => Math.Sqrt(values.Average(value => (double)value * value));

    private static long[] Sum(GroupUpdate update, NodeWithStudents node)
        => Tensors.Read<long>(update.Sum, node.Parameters.Length, "sum").ToArray();

    private static long[] Noise(GroupUpdate update, NodeWithStudents node, int[] students)
    {
        using var trainer = new Model.Training.LocalTrainer(node.Context.Network, "cpu");
        var sum = new ExactSum(node.Parameters.Length);
        foreach (var student in students)
        {
            var change = new float[node.Parameters.Length];
            var quantised = new int[change.Length];
            trainer.Train(
                node.Parameters,
                node.Context.Population,
                node.Plan.Training,
                node.Context.Encoding,
                new Model.Training.TrainingTurn((ulong)node.Plan.Seed, 1, 1, student),
                change);
            L2Clipping.Clip(change, 0.5);
            node.Context.Grid.QuantiseWithin(change, 0.5, quantised);
            sum.Add(quantised, 1);
        }

        return [.. Sum(update, node).Zip(sum.Values.ToArray(), (noised, exact) => noised - exact)];
    }
}
