using Cohort.Clustering;
using Cohort.Federation.SecureAggregation;
using Cohort.Messages;
using Cohort.Model.Plans;
using Cohort.Nodes.Actors;
using Cohort.Nodes.Training;

namespace Cohort.Nodes.Tests;

/// <summary>
/// A student of a plan with secure aggregation; leader, combiner, slots and the other students are played by the
/// test.
/// </summary>
public sealed class SecureStudentTests : TestKit
{
    private const int Me = 3;
    private static readonly int[] Others = [0, 1, 2, 4, 5];

    private readonly TestProbe _confirmations;
    private readonly TestProbe _combiner;
    private readonly TestProbe _slots;
    private readonly TestProbe _leader;
    private readonly IActorRef _region;
    private readonly NodeWithStudents _elsewhere;
    private readonly RunContext _drawing;
    private bool _draws;

    public SecureStudentTests()
    {
        (_confirmations, _combiner, _slots, _leader) = (CreateTestProbe(), CreateTestProbe(), CreateTestProbe(), CreateTestProbe());
        Plan Masking(Plan plan) => plan with { Privacy = plan.Privacy with { Clip = 0.5, SecureAggregation = true } };
        Plan Drawing(Plan plan)
            => plan with { Privacy = Masking(plan).Privacy with { NoiseMultiplier = 1, Mechanism = NoiseMechanism.Distributed } };
        _elsewhere = new NodeWithStudents(Sys, CreateTestProbe().Ref, change: Masking);
        _drawing = new RunContext("spec-1", Drawing(_elsewhere.Plan), _elsewhere.Context.Population, _elsewhere.Context.Noise);
        Func<ModelReady> ready = () => new ModelReady("m0", _draws ? _drawing : _elsewhere.Context, _elsewhere.Parameters, null);
        var models = Sys.ActorOf(Props.Create(() => new OneModel(ready)));
        var node = new NodeActors(_slots.Ref, models, _combiner.Ref) { Member = "here" };
        Func<string, Props> student = id => Props.Create(() => new Student(id, node));
        var confirmed = _confirmations.Ref;
        _region = Sys.ActorOf(Props.Create(() => new ShardRegion(student, confirmed)));
    }

    [Fact]
    public void A_wish_for_keys_is_confirmed_at_once_and_a_repeated_one_gets_the_same_keys()
    {
        var first = Keys(Wish());
        _confirmations.ExpectMsg<Confirmed>();
        first.Member.ShouldBe("here");

        Keys(Wish()).ShouldBe(first);
    }

    [Fact]
    public void Another_life_of_the_leader_another_intra_group_round_and_a_newer_attempt_each_get_fresh_keys()
    {
        var all = new[]
        {
            Keys(Wish()), Keys(Wish(leader: "second")), Keys(Wish(intraRound: 2)), Keys(Wish(sequence: 2)),
        };
        all.SelectMany(keys => new[] { keys.MaskKey, keys.ChannelKey }).Distinct().Count().ShouldBe(8);
    }

    [Fact]
    public void A_late_wish_of_an_older_round_is_not_answered()
    {
        Keys(Wish(sequence: 2));
        Tell(Wish(leader: "replaced", sequence: 1));
        _leader.ExpectNoMsg(TimeSpan.FromMilliseconds(200));
    }

    [Fact]
    public void A_leader_whose_threshold_is_half_gets_no_keys_but_the_reason()
    {
        var wish = Wish();
        wish.Threshold = 3;
        Tell(wish);
        _leader.ExpectMsg<SumRefused>().Reason.ShouldContain("above half");
    }

    [Fact]
    public void A_leader_that_asks_for_no_masks_gets_no_update_where_the_plan_has_them()
    {
        Keys(Wish());
        Tell(Request(Wish()));
        _combiner.FishForMessage<StudentFailed>(_ => true).Reason.ShouldContain("secure aggregation");
        _slots.ExpectNoMsg(TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public void A_leader_whose_numbers_are_not_the_plan_s_gets_no_update()
    {
        var wish = Wish();
        wish.Threshold = 4; // above half, and below the plan's 0.67 of six
        var request = Request(wish, with: Agreed(wish));
        Tell(request);
        _combiner.FishForMessage<StudentFailed>(_ => true).Reason.ShouldContain("not the plan's");
    }

    [Fact]
    public void A_student_on_a_node_that_has_no_session_of_the_sum_says_so()
    {
        var request = Request(Wish());
        request.Secure = new SealedForStudent();
        Tell(request);
        _combiner.FishForMessage<StudentFailed>(_ => true).Reason.ShouldContain("no session");
    }

    [Fact]
    public void What_leaves_a_student_is_masked_and_for_each_leader_differently()
    {
        var requests = new List<TrainStudent>();
        foreach (var leader in (string[])["first", "second"])
        {
            var wish = Wish(leader: leader);
            requests.Add(Request(wish, with: Agreed(wish)));
        }

        requests.ForEach(Tell);
        var job = _slots.ExpectMsg<TrainingJob>();
        var values = new int[_elsewhere.Parameters.Length];
        _slots.LastSender.Tell(new StudentUpdate(job.Request, values, 1, new Model.Training.LocalTraining(1, 1, null, TimeSpan.Zero), 0));

        var masked = new[] { _combiner.FishForMessage<MaskedUpdate>(_ => true), _combiner.FishForMessage<MaskedUpdate>(_ => true) };
        masked.Select(update => update.Request.Leader).ShouldBe(["first", "second"]);
        masked[0].Packed.Zip(masked[1].Packed).Count(pair => pair.First == pair.Second).ShouldBeLessThan(masked[0].Packed.Length / 50);
        masked[0].Packed.Count(value => value == 0).ShouldBeLessThan(masked[0].Packed.Length / 50); // what it masks is all zero
    }

    [Fact]
    public void A_second_list_of_survivors_is_refused()
    {
        var wish = Wish();
        Tell(Request(wish, with: Agreed(wish)));
        var job = _slots.ExpectMsg<TrainingJob>();
        var values = new int[_elsewhere.Parameters.Length];
        _slots.LastSender.Tell(new StudentUpdate(job.Request, values, 1, new Model.Training.LocalTraining(1, 1, null, TimeSpan.Zero), 0));
        _combiner.FishForMessage<MaskedUpdate>(_ => true);

        Tell(Survivors(wish, 0, 1, 2, Me, 4));
        _leader.ExpectMsg<SharesRevealed>();
        Tell(Survivors(wish, 0, 1, 2, Me, 4, 5));
        _leader.ExpectMsg<SumRefused>().Reason.ShouldContain("second list");
    }

    [Fact]
    public void A_student_that_draws_a_share_helps_to_open_one_sum_of_it_for_however_many_leaders()
    {
        _draws = true;
        var wishes = new[] { Wish(leader: "first"), Wish(leader: "second"), Wish(leader: "third") };
        Train([.. wishes.Select(wish => Request(wish, with: Agreed(wish), shares: 5))]);

        Tell(Survivors(wishes[0], 0, 1, 2, Me, 4));
        _leader.ExpectMsg<SharesRevealed>();
        Tell(Survivors(wishes[1], 0, 1, 2, Me, 4, 5));
        _leader.ExpectMsg<SumRefused>().Reason.ShouldContain("a sum of other students");
        Tell(Survivors(wishes[2], 0, 1, 2, Me, 4));
        _leader.ExpectMsg<SharesRevealed>();

        var next = Wish(sequence: 2); // the round begun again, under noise of its own
        Train(Request(next, with: Agreed(next), shares: 5, release: 2));
        Tell(Survivors(next, 0, 1, 2, Me, 4, 5));
        _leader.ExpectMsg<SharesRevealed>();
    }

    [Fact]
    public void A_student_that_draws_none_helps_each_leader()
    {
        var wishes = new[] { Wish(leader: "first"), Wish(leader: "second") };
        Train([.. wishes.Select(wish => Request(wish, with: Agreed(wish)))]);

        Tell(Survivors(wishes[0], 0, 1, 2, Me, 4));
        _leader.ExpectMsg<SharesRevealed>();
        Tell(Survivors(wishes[1], 0, 1, 2, Me, 4, 5));
        _leader.ExpectMsg<SharesRevealed>();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(6)] // of five that have to last
    public void A_leader_that_counts_on_more_shares_than_have_to_be_in_a_sum_gets_no_update(int shares)
    {
        _draws = true;
        var wish = Wish();
        Tell(Request(wish, with: Agreed(wish), shares: shares));
        _combiner.FishForMessage<StudentFailed>(_ => true).Reason.ShouldContain("shares are to make the noise");
    }

    [Fact]
    public void An_update_with_one_share_does_not_go_to_a_leader_that_has_asked_for_another()
    {
        _draws = true;
        var (first, second) = (Wish(leader: "first"), Wish(leader: "second"));
        Ask(Request(first, with: Agreed(first), shares: 5));
        Ask(Request(second, with: Agreed(second), shares: 5, release: 2));
        Report();

        _combiner.FishForMessage<MaskedUpdate>(_ => true).Request.Leader.ShouldBe("first");
        _combiner.FishForMessage<StudentFailed>(_ => true).Reason.ShouldContain("another leader");
    }

    private void Train(params TrainStudent[] requests)
    {
        requests.ToList().ForEach(Ask);
        Report();
        requests.ToList().ForEach(_ => _combiner.FishForMessage<MaskedUpdate>(_ => true));
    }

    /// <summary>Until the student has it: what a slot tells it comes by a shorter way.</summary>
    private void Ask(TrainStudent request)
    {
        Tell(request);
        _combiner.FishForMessage<StudentAsked>(asked => asked.Request.Equals(request));
    }

    private void Report()
    {
        var job = _slots.ExpectMsg<TrainingJob>();
        var update = new StudentUpdate(
            job.Request, new int[_elsewhere.Parameters.Length], 1, new Model.Training.LocalTraining(1, 1, null, TimeSpan.Zero), 0);
        _slots.LastSender.Tell(update);
    }

    private AdvertiseKeys Wish(string leader = "first", int intraRound = 1, int sequence = 1)
    {
        var setup = (_draws ? _drawing : _elsewhere.Context).SecureSetupOf(NodeWithStudents.Students, _elsewhere.Parameters.Length, 0);
        return new()
        {
            Key = new RoundKey { Run = "spec-1", Round = 1, Attempt = 1, Sequence = sequence },
            IntraRound = intraRound,
            Leader = leader,
            Student = Me,
            Students = setup.Students,
            Threshold = setup.Threshold,
            Values = setup.Length,
            Bound = setup.Bound,
            DeadlineMs = 60_000,
        };
    }

    private static TrainStudent Request(AdvertiseKeys wish, SealedForStudent? with = null, int shares = 0, int release = 1) => new()
    {
        Key = wish.Key,
        Group = wish.Group,
        IntraRound = wish.IntraRound,
        Student = Me,
        Model = "m0",
        Leader = wish.Leader,
        Asking = 1,
        Secure = with,
        NoiseShares = shares,
        Release = release,
    };

    private static RevealShares Survivors(AdvertiseKeys wish, params int[] students)
    {
        var reveal = new RevealShares { Key = wish.Key, Group = wish.Group, IntraRound = wish.IntraRound, Leader = wish.Leader };
        reveal.Survivors.AddRange(students);
        return reveal;
    }

    /// <summary>Keys and shares between the student and five others.</summary>
    /// <returns>What the others have sealed for it.</returns>
    private SealedForStudent Agreed(AdvertiseKeys wish)
    {
        var side = new SecureGroup(wish, Others);
        side.Add(Keys(wish));
        var roster = side.Roster();
        Tell(roster);
        return side.SealedFor(Me, _leader.ExpectMsg<SeedsShared>());
    }

    private KeysAdvertised Keys(AdvertiseKeys wish)
    {
        Tell(wish);
        return _leader.ExpectMsg<KeysAdvertised>();
    }

    private void Tell(object message) => _region.Tell(new ShardingEnvelope("3", message), _leader.Ref);

    /// <summary>The leader's side, and other students that do as they should.</summary>
    private sealed class SecureGroup
    {
        private readonly AdvertiseKeys _wish;
        private readonly SecureLeader _leader;
        private readonly List<StudentSession> _others;

        public SecureGroup(AdvertiseKeys wish, int[] others)
        {
            _wish = wish;
            _leader = new(
                new SecureSession(wish.Key.Run, wish.Key.Round, wish.Group, wish.IntraRound, wish.Leader),
                new SecureSetup(wish.Students, wish.Threshold, wish.Values, wish.Bound),
                [.. others, Me]);
            _others = [.. others.Select(student =>
            {
                var its = wish.Clone();
                its.Student = student;
                return new StudentSession(its);
            })];
            _others.ForEach(other => Add(other.Advertise("elsewhere")));
        }

        public void Add(KeysAdvertised keys)
            => _leader.Add(new KeyAdvert(keys.Student, keys.MaskKey.ToByteArray(), keys.ChannelKey.ToByteArray()));

        public ShareSeeds Roster()
        {
            var roster = _leader.CloseKeys();
            var message = new ShareSeeds { Key = _wish.Key, Group = _wish.Group, IntraRound = _wish.IntraRound, Leader = _wish.Leader };
            message.Students.AddRange(roster.Students);
            message.Keys = Google.Protobuf.ByteString.CopyFrom(roster.Keys);
            _others.ForEach(other => Add(other.Share(message)));
            return message;
        }

        public SealedForStudent SealedFor(int student, SeedsShared mine)
        {
            Add(mine);
            var relayed = _leader.CloseShares()[student];
            var message = new SealedForStudent { Sealed = Google.Protobuf.ByteString.CopyFrom(relayed.Sealed) };
            message.Senders.AddRange(relayed.Senders);
            return message;
        }

        private void Add(SeedsShared shares)
            => _leader.Add(new SealedShares(shares.Student, shares.SeedCommitment.ToByteArray(), shares.Sealed.ToByteArray()));
    }
}
