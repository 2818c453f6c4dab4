using System.Security.Cryptography;
using Cohort.Messages;
using Cohort.Model.Plans;

namespace Cohort.Nodes.Tests;

/// <summary>Groups of a real node under secure aggregation; the test plays the coordinator.</summary>
public sealed class SecureSumTests : TestKit
{
    /// <summary>
    /// Milliseconds after which silent students are given up; a tenth of it is all the time that keys and shares have each. Whoever is not silent
    /// has to answer well before, whatever else the machine does.
    /// </summary>
    private const int Late = 12_000;

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
        LoadEverything();
        var request = NodeWithStudents.Request(deadlineMs: Late);
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
        LoadEverything();
        var node = new NodeWithStudents(
            Sys,
            _fetches,
            change: plan => Secure(plan) with { Students = plan.Students with { Dropout = 0.3 }, Seed = SeedWith(2, plan) });
        var update = Sum(node, NodeWithStudents.Request(deadlineMs: Late)); // four of six stay, and 0.67 of them are five

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

    [Theory]
    [InlineData(0, 6)]
    [InlineData(2, 4)] // exactly as many as are counted on
    public void Students_draw_the_noise_that_the_plan_asks_of_a_sum_and_nobody_else_adds_any(int dropouts, int left)
    {
        Plan Dropping(Plan plan) => dropouts == 0
            ? plan
            : plan with { Students = plan.Students with { Dropout = 0.3 }, Seed = SeedWith(dropouts, plan) };
        LoadEverything();
        var request = NodeWithStudents.Request(deadlineMs: dropouts == 0 ? 60_000 : Late);
        using var other = ActorSystem.Create("plain");
        var plain = Sum(new NodeWithStudents(other, _fetches, change: plan => Dropping(Threshold(Secure(plan), 0.51))), request.Clone());
        var node = new NodeWithStudents(Sys, _fetches, change: plan => Dropping(Threshold(Drawing(plan), 0.51)));

        var noised = Sum(node, request.Clone());

        noised.Participants.ShouldBe(plain.Participants, plain.NoSum);
        noised.Participants.Count.ShouldBe(left);
        // Each of them adds a fourth of the planned variance, 4 being the threshold: its multiplier 1 is 0.5 / step.
        var planned = 0.5 / node.Context.Grid.Step;
        var (noise, length) = (Difference(noised, plain), node.Parameters.Length);
        Math.Sqrt(noise.Average(value => (double)value * value)).ShouldBe(planned * Math.Sqrt(left / 4.0), 5 * planned / Math.Sqrt(2.0 * length));
    }

    [Fact]
    public void The_sum_with_their_noise_depends_on_no_slot_and_no_life_of_a_leader_but_on_the_release()
    {
        var one = new NodeWithStudents(Sys, _fetches, slots: 1, change: Drawing);
        using var other = ActorSystem.Create("other");
        var three = new NodeWithStudents(other, _fetches, slots: 3, change: Drawing);
        one.Ask(NodeWithStudents.Request(), TestActor);
        one.Ask(NodeWithStudents.Request(), TestActor, leader: "replacement");
        var sums = new[] { ExpectMsg<GroupUpdate>(Patience), ExpectMsg<GroupUpdate>(Patience), Sum(three, NodeWithStudents.Request()) };

        sums.Select(Digest).Distinct(StringComparer.Ordinal).ShouldHaveSingleItem();
        sums[2].Participants.ShouldBe(Everybody);
        var again = NodeWithStudents.Request(attempt: 2);
        again.Release = 1;
        Digest(Sum(one, again)).ShouldNotBe(Digest(sums[0]), StringComparer.Ordinal);
    }

    [Fact]
    public void The_count_within_an_adaptive_bound_gets_noise_of_its_own_size()
    {
        // Update and count: 0.01 clipping bounds and 6 students in steps, of which the count's are 600 times as large.
        Plan Adaptive(Plan plan) => plan with
        {
            Privacy = plan.Privacy with { Clip = 0.01, AdaptiveClip = new() { Enabled = true, CountNoise = 1 } },
        };
        using var other = ActorSystem.Create("plain");
        var plain = Sum(new NodeWithStudents(other, _fetches, change: plan => Adaptive(Secure(plan))), NodeWithStudents.Request());
        var node = new NodeWithStudents(Sys, _fetches, change: plan => Adaptive(Drawing(plan)));

        var noise = Difference(Sum(node, NodeWithStudents.Request()), plain);

        var (updates, count) = (0.01 / node.Context.Grid.Step, 6 / node.Context.Grid.Step);
        Math.Sqrt(noise[..^1].Average(value => (double)value * value)).ShouldBe(updates * Math.Sqrt(6.0 / 5) * 1.0035, 0.03 * updates);
        Math.Abs(noise[^1]).ShouldBeInRange((long)(20 * updates), (long)(5 * count));
    }

    [Fact]
    public void Rounds_inside_the_group_have_a_sum_that_depends_on_no_slot_either()
    {
        var update = Sum(new NodeWithStudents(Sys, _fetches, change: Drawing), NodeWithStudents.Request(intraRounds: 2));
        using var other = ActorSystem.Create("other");

        update.Participants.ShouldBe(Everybody);
        Digest(Sum(new NodeWithStudents(other, _fetches, slots: 1, change: Drawing), NodeWithStudents.Request(intraRounds: 2)))
            .ShouldBe(Digest(update));
    }

    [Fact]
    public void A_replayed_sum_has_the_shares_of_the_recorded_one_and_is_had_of_all_its_students_or_not_at_all()
    {
        var recorded = Sum(new NodeWithStudents(Sys, _fetches, change: Drawing), Among(5));
        using var other = ActorSystem.Create("again");
        var node = new NodeWithStudents(other, _fetches, change: Drawing);
        var replay = Among(5);
        (replay.Threshold, replay.NoiseShares) = (5, 4); // four of five are 0.67 of them, as when it was recorded
        Digest(Sum(node, replay)).ShouldBe(Digest(recorded));

        using var third = ActorSystem.Create("without");
        var without = new NodeWithStudents(
            third,
            _fetches,
            change: Drawing,
            samples: all => new TroubledSamples(all, person => person == 2, () => throw new IOException("its disk broke")));
        var lacking = Sum(without, replay.Clone());
        lacking.Sum.ShouldBeEmpty();
        lacking.NoSum.ShouldContain("threshold is 5");

        static TrainGroup Among(int students)
        {
            var request = NodeWithStudents.Request(quota: students);
            request.Students.Clear();
            request.Students.AddRange(Enumerable.Range(0, students));
            return request;
        }
    }

    [Fact]
    public void A_masked_sum_has_room_for_every_student_s_largest_update_with_its_largest_share_and_not_a_bit_more()
    {
        var context = new NodeWithStudents(Sys, _fetches, change: Drawing).Context;
        var (clip, share) = (0.5 / context.Grid.Step, 0.5 / context.Grid.Step / Math.Sqrt(5));

        var setup = context.SecureSetupOf(students: 6, parameters: 10, asked: 0);

        setup.Threshold.ShouldBe(5);
        ((double)setup.Bound).ShouldBe(clip + (16 * share), 2);
        (6 * setup.Bound).ShouldBeInRange(1L << (setup.Bits - 2), (1L << (setup.Bits - 1)) - 1);
        ((double)context.SecureSetupOf(6, 10, 0, noiseShares: 3).Bound).ShouldBe(clip + (16 * share * Math.Sqrt(5 / 3.0)), 2);
    }

    [Fact]
    public void Shares_that_32_bits_do_not_hold_give_no_sum()
    {
        Plan Loud(Plan plan) => plan with { Privacy = Drawing(plan).Privacy with { NoiseMultiplier = 40 } };

        var update = Sum(new NodeWithStudents(Sys, _fetches, change: Loud), NodeWithStudents.Request());

        (update.Sum.IsEmpty, update.Participants.Count).ShouldBe((true, 0));
        update.NoSum.ShouldContain("coarser grid");
    }

    private static Plan Drawing(Plan plan) => plan with
    {
        Privacy = Secure(plan).Privacy with { NoiseMultiplier = 1, Mechanism = NoiseMechanism.Distributed },
    };

    private static long[] Difference(GroupUpdate one, GroupUpdate other)
    {
        var length = one.Sum.Length / sizeof(long);
        var values = Tensors.Read<long>(one.Sum, length, "one").ToArray();
        var others = Tensors.Read<long>(other.Sum, length, "other").ToArray();
        return [.. values.Zip(others, (value, without) => value - without)];
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

    /// <summary>A whole sum, so that none with a short deadline waits for libraries and the compiler.</summary>
    private void LoadEverything()
    {
        using var other = ActorSystem.Create("first");
        Sum(new NodeWithStudents(other, _fetches, change: Drawing), NodeWithStudents.Request());
    }

    private GroupUpdate Sum(NodeWithStudents node, TrainGroup request)
    {
        node.Ask(request, TestActor);
        return ExpectMsg<GroupUpdate>(Patience);
    }
}
