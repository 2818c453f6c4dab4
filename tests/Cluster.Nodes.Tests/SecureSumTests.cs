using System.Security.Cryptography;
using Cohort.Messages;
using Cohort.Model.Plans;

namespace Cohort.Nodes.Tests;

/// <summary>Groups of a real node under secure aggregation; the test plays the coordinator.</summary>
public sealed class SecureSumTests : TestKit
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly int[] Everybody = [.. Enumerable.Range(0, NodeWithStudents.Students)];

    private readonly IActorRef _fetches;

    public SecureSumTests() => _fetches = CreateTestProbe().Ref;

    [Fact]
    public void A_group_s_secure_sum_is_bit_for_bit_the_one_without()
    {
        var plain = Sum(new NodeWithStudents(Sys, _fetches, change: Clipped), NodeWithStudents.Request());
        using var other = ActorSystem.Create("secure");
        var secure = Sum(new NodeWithStudents(other, _fetches, slots: 3, change: Secure), NodeWithStudents.Request());

        Digest(secure).ShouldBe(Digest(plain));
        secure.Weight.ShouldBe(plain.Weight);
        secure.Participants.ShouldBe(Everybody);
        secure.NoSum.ShouldBeEmpty();
        (plain.LossSum > 0, secure.LossSum).ShouldBe((true, 0));
    }

    [Fact]
    public void It_is_also_where_there_is_noise_and_the_bound_adapts_and_there_are_two_intra_group_rounds()
    {
        Plan Noisy(Plan plan) => plan with { Privacy = plan.Privacy with { NoiseMultiplier = 1 } };
        Plan Local(Plan plan) => plan with { Privacy = Noisy(plan).Privacy with { Mechanism = NoiseMechanism.Local } };
        Plan Adaptive(Plan plan) => plan with { Privacy = plan.Privacy with { Clip = 0.01, AdaptiveClip = new() { Enabled = true } } };
        foreach (var (change, request) in new (Func<Plan, Plan>, TrainGroup)[]
                 {
                     (Noisy, NodeWithStudents.Request()),
                     (Adaptive, NodeWithStudents.Request()),
                     (Noisy, NodeWithStudents.Request(intraRounds: 2)),
                     (Local, NodeWithStudents.Request()),
                 })
        {
            using var one = ActorSystem.Create("plain");
            using var other = ActorSystem.Create("secure");
            var plain = Sum(new NodeWithStudents(one, _fetches, change: plan => change(Clipped(plan))), request.Clone());
            var secure = Sum(new NodeWithStudents(other, _fetches, change: plan => change(Secure(plan))), request.Clone());
            Digest(secure).ShouldBe(Digest(plain));
            secure.Participants.ShouldBe(Everybody);
        }
    }

    [Fact]
    public void Students_that_fall_silent_after_they_have_shared_are_missing_and_the_others_sum_is_had()
    {
        Plan Dropping(Plan plan) => plan with { Students = plan.Students with { Dropout = 0.3 }, Seed = SeedWith(2, plan) };
        var request = NodeWithStudents.Request(deadlineMs: 4_000);
        var plain = Sum(new NodeWithStudents(Sys, _fetches, change: plan => Dropping(Clipped(plan))), request.Clone());
        using var other = ActorSystem.Create("secure");
        var secure = Sum(new NodeWithStudents(other, _fetches, change: plan => Dropping(Threshold(Secure(plan), 0.51))), request.Clone());

        secure.Missing.Count.ShouldBe(2);
        secure.Missing.ShouldBe(plain.Missing);
        secure.Participants.ShouldBe(plain.Participants);
        Digest(secure).ShouldBe(Digest(plain));
    }

    [Fact]
    public void Below_the_threshold_the_group_answers_without_a_sum_and_says_why()
    {
        var node = new NodeWithStudents(
            Sys,
            _fetches,
            change: plan => Secure(plan) with { Students = plan.Students with { Dropout = 0.3 }, Seed = SeedWith(2, plan) });
        var update = Sum(node, NodeWithStudents.Request(deadlineMs: 4_000)); // four of six stay, and 0.67 of them are five

        update.Sum.ShouldBeEmpty();
        update.Weight.ShouldBe(0);
        update.Participants.ShouldBeEmpty();
        update.Missing.ShouldBe(Everybody);
        update.NoSum.ShouldBe("Only 4 of 6 students have sent masked inputs, and the threshold is 5: nothing was released.");
    }

    [Fact]
    public void A_group_of_two_gets_no_sum()
    {
        var request = NodeWithStudents.Request(quota: 2);
        request.Students.Clear();
        request.Students.AddRange([1, 4]);

        var update = Sum(new NodeWithStudents(Sys, _fetches, change: Secure), request);

        update.Sum.ShouldBeEmpty();
        update.Missing.ShouldBe([1, 4]);
        update.NoSum.ShouldContain("ask 3 to");
    }

    [Fact]
    public void A_student_that_throws_is_reported_and_the_others_count()
    {
        var node = new NodeWithStudents(
            Sys,
            _fetches,
            change: Secure,
            samples: all => new TroubledSamples(all, person => person == 2, () => throw new IOException("its disk broke")));

        var update = Sum(node, NodeWithStudents.Request());

        update.Failures.ShouldHaveSingleItem().ShouldBe(new StudentFailure { Student = 2, Reason = "its disk broke" });
        update.Participants.ShouldBe([0, 1, 3, 4, 5]);
        update.Sum.ShouldNotBeEmpty();
    }

    [Fact]
    public void Two_leaders_of_one_group_get_the_same_sum_from_sessions_of_their_own()
    {
        var node = new NodeWithStudents(Sys, _fetches, change: Secure);
        node.Ask(NodeWithStudents.Request(), TestActor);
        node.Ask(NodeWithStudents.Request(), TestActor, leader: "replacement");

        var first = ExpectMsg<GroupUpdate>(Patience);
        var second = ExpectMsg<GroupUpdate>(Patience);

        first.Participants.ShouldBe(Everybody);
        Digest(second).ShouldBe(Digest(first));
        second.Participants.ShouldBe(first.Participants);
    }

    [Fact]
    public void A_repeated_request_gets_the_same_answer_and_begins_no_session()
    {
        var node = new NodeWithStudents(Sys, _fetches, change: Secure);
        var first = Sum(node, NodeWithStudents.Request());
        Sum(node, NodeWithStudents.Request()).ShouldBe(first);
    }

    [Fact]
    public void A_quota_below_the_threshold_does_not_close_the_group()
    {
        var node = new NodeWithStudents(Sys, _fetches, change: Secure);
        Sum(node, NodeWithStudents.Request(quota: 2)).Participants.Count.ShouldBeGreaterThanOrEqualTo(5);
    }

    private static Plan Clipped(Plan plan) => plan with { Privacy = plan.Privacy with { Clip = 0.5 } };

    private static Plan Secure(Plan plan)
        => Clipped(plan) with { Privacy = plan.Privacy with { Clip = 0.5, SecureAggregation = true } };

    private static Plan Threshold(Plan plan, double share)
        => plan with { Privacy = plan.Privacy with { SecureAggregationThreshold = share } };

    /// <summary>The first seed by which so many of the students drop out of round 1.</summary>
    private static long SeedWith(int dropouts, Plan plan) => Enumerable.Range(1, 1000).First(seed =>
    {
        var students = Everybody.Count(student => Model.Randomness.KeyedRandom
            .For((ulong)seed, Model.Randomness.Purpose.Dropout, 1, student).NextDouble() < 0.3);
        return students == dropouts && plan.Students.Count == NodeWithStudents.Students;
    });

    private static string Digest(GroupUpdate update) => Convert.ToHexString(SHA256.HashData(update.Sum.Span));

    private GroupUpdate Sum(NodeWithStudents node, TrainGroup request)
    {
        node.Ask(request, TestActor);
        return ExpectMsg<GroupUpdate>(Patience);
    }
}
