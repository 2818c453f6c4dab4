using Cohort.Clustering;
using Cohort.Federation;
using Cohort.Messages;
using Cohort.Model.Data;
using Cohort.Model.Data.Avatars;
using Cohort.Model.Files;
using Cohort.Model.Plans;
using Cohort.Model.Training;
using Cohort.Seed.Api;
using Cohort.Seed.Coordination;
using Cohort.Seed.Ledger;

namespace Cohort.Seed.Tests;

/// <summary>A real coordinator, ledger and model store; the test plays the leaders of two groups of three students.</summary>
public sealed class CoordinatorTests : TestKit
{
    private const int Students = 6;
    private const int SamplesEach = 5;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _home = Directory.CreateTempSubdirectory("cohort-coordinator-").FullName;
    private readonly TestProbe _events;
    private readonly TestProbe _leaders;
    private readonly TestProbe _models;
    private readonly IActorRef _coordinator;
    private ILedger _ledger;

    public CoordinatorTests()
    {
        _events = CreateTestProbe();
        _leaders = CreateTestProbe();
        _models = CreateTestProbe();
        Sys.EventStream.Subscribe(_events.Ref, typeof(RunEvent));
        _ledger = SqliteLedger.Open(_home, TimeProvider.System);
        _coordinator = StartCoordinator(Sys);
    }

    private string ModelFolder => Path.Combine(_home, "models");

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _ledger.Dispose();
        Directory.Delete(_home, recursive: true);
    }

    [Fact]
    public void A_round_asks_every_group_for_its_sampled_students_with_the_published_model()
    {
        var plan = PlanOf(rounds: 1);
        _coordinator.Tell(Order(plan));

        var started = _events.ExpectMsg<RunStarted>(Patience);
        var version = _models.ExpectMsg<ModelVersion>(Patience);
        version.Model.ShouldBe(started.Model.ToString());
        var requests = new[] { _leaders.ExpectMsg<TrainGroup>(Patience), _leaders.ExpectMsg<TrainGroup>(Patience) };

        requests.Select(request => request.Group).Order().ShouldBe([0, 1]);
        requests.SelectMany(request => request.Students).Order().ShouldBe(Enumerable.Range(0, Students));
        requests.ShouldAllBe(request => string.Equals(request.Model, version.Model, StringComparison.Ordinal)
            && request.Groups == 2
            && request.Key.Round == 1);
    }

    [Fact]
    public void The_new_model_is_the_old_one_plus_the_weighted_mean_of_the_groups()
    {
        var plan = PlanOf(rounds: 1);
        _coordinator.Tell(Order(plan));
        var before = Parameters(_models.ExpectMsg<ModelVersion>(Patience));
        Answer(request => request.Group == 0
            ? Filled(request, stepsEach: 100)
            : Failing(Filled(request, stepsEach: -20), request.Students[0]));

        var finished = Finished();
        var after = new ModelStore(ModelFolder).Load(finished.Model).Parameters;
        var step = new FixedPointGrid(plan.Privacy.FractionBits).Step;
        var mean = (100.0 - 20.0) / ((3 + 2) * SamplesEach) * step; // three students in one group, and two in the other
        for (var i = 0; i < after.Length; i++)
        {
            after[i].ShouldBe((float)(before[i] + mean));
        }
    }

    [Fact]
    public void Who_asks_for_a_model_gets_the_current_one_and_is_told_that_another_is_outdated()
    {
        _coordinator.Tell(Order(PlanOf(rounds: 1)));
        var run = _events.ExpectMsg<RunStarted>(Patience).Run;
        var current = _models.ExpectMsg<ModelVersion>(Patience).Model;
        var newest = _leaders.ExpectMsg<TrainGroup>(Patience).Key;
        var node = CreateTestProbe();

        _coordinator.Tell(new FetchModel { Run = run, Model = current }, node.Ref);
        node.ExpectMsg<RunDefinition>(Patience);
        node.ExpectMsg<ModelVersion>(Patience).Model.ShouldBe(current);
        _coordinator.Tell(new FetchModel { Run = run, Model = "of-an-earlier-round" }, node.Ref);
        node.ExpectMsg<RunDefinition>(Patience);
        node.ExpectMsg<ModelOutdated>(Patience).Newest.ShouldBe(newest);
        _coordinator.Tell(new FetchModel { Run = "another", Model = "any" }, node.Ref);
        node.ExpectMsg<ModelOutdated>(Patience).Newest.ShouldBe(newest);
        _coordinator.Tell(new FetchModel { Run = run, Model = current + "/1/1" }, node.Ref); // a group's own: its leader has it
        node.ExpectMsg<RunDefinition>(Patience);
        node.ExpectNoMsg(TimeSpan.FromMilliseconds(200));
    }

    [Fact]
    public void Who_asks_for_a_model_when_no_run_is_under_way_is_told_that_it_is_outdated()
    {
        _coordinator.Tell(Order(PlanOf(rounds: 1)));
        Answer(request => Filled(request, 1));
        var run = Finished().Run;
        var node = CreateTestProbe();

        _coordinator.Tell(new FetchModel { Run = run, Model = "any" }, node.Ref);

        node.ExpectMsg<ModelOutdated>(Patience).Newest.Round.ShouldBe(1);
    }

    [Fact]
    public void A_round_that_finds_no_node_asks_until_there_is_one_and_leaves_those_alone_who_lead()
    {
        _coordinator.Tell(Order(PlanOf(rounds: 1)));
        var (lost, led) = (_leaders.ExpectMsg<TrainGroup>(Patience), _leaders.ExpectMsg<TrainGroup>(Patience));

        for (var returned = 0; returned < 2; returned++)
        {
            Sys.EventStream.Publish(new DeadLetter(lost, _coordinator, _coordinator));
            _leaders.ExpectMsg<TrainGroup>(Patience).ShouldBe(lost);
        }

        _leaders.ExpectNoMsg(TimeSpan.FromSeconds(2));
        led.Group.ShouldNotBe(lost.Group);
    }

    [Fact]
    public void A_round_is_in_the_ledger_and_its_model_on_disk_before_it_is_announced()
    {
        _coordinator.Tell(Order(PlanOf(rounds: 2)));
        Answer(request => Filled(request, 1));

        var announced = _events.FishForMessage<RoundFinished>(_ => true, Patience);
        using var reader = SqliteLedger.OpenToRead(_home);
        reader.LastRound(reader.Runs().Single().Id)!.Model.ShouldBe(announced.Report.Model);
        new ModelStore(ModelFolder).Load(announced.Report.Model).Round.ShouldBe(1);
    }

    [Fact]
    public void Balanced_cohorts_ask_everybody_once_before_anybody_is_asked_again()
    {
        var plan = PlanOf(rounds: 4);
        _coordinator.Tell(Order(plan with
        {
            Rounds = plan.Rounds with { ClientFraction = 0.5, Cohorts = CohortKind.Balanced },
        }));

        var asked = Enumerable.Range(0, 4).Select(_ => AnswerRound().Students).ToList();

        asked.ShouldAllBe(students => students.Count == Students / 2);
        asked[0].Concat(asked[1]).Order().ShouldBe(Enumerable.Range(0, Students));
        asked[2].Concat(asked[3]).Order().ShouldBe(Enumerable.Range(0, Students));
    }

    [Fact]
    public void An_interrupted_run_continues_with_the_round_it_was_in_and_the_same_model()
    {
        var plan = PlanOf(rounds: 3);
        _coordinator.Tell(Order(plan));
        Answer(request => Filled(request, 5));
        var first = _events.FishForMessage<RoundFinished>(_ => true, Patience).Report;
        _leaders.ExpectMsg<TrainGroup>(Patience).Key.Round.ShouldBe(2);

        Die(); // in round 2
        using var reborn = Reborn();
        StartCoordinator(reborn).Tell(Order(plan));

        var continued = _events.FishForMessage<RunStarted>(_ => true, Patience);
        continued.Continues.ShouldBeTrue();
        continued.RoundsDone.ShouldBe(1);
        continued.Model.ShouldBe(first.Model);
        var next = _leaders.FishForMessage<TrainGroup>(
            request => string.Equals(request.Model, first.Model.ToString(), StringComparison.Ordinal), Patience);
        next.Key.Round.ShouldBe(2);
    }

    [Theory]
    [InlineData("fedAvgM")]
    [InlineData("fedAdam")]
    public void A_run_that_continues_has_its_server_s_moments_and_gives_the_same_model(string optimizer)
    {
        var plan = PlanOf(rounds: 3) with { Server = new() { Optimizer = new(optimizer) } };
        var calm = TrainThrough(plan);

        _coordinator.Tell(Order(plan) with { Fresh = true });
        Answer(request => Filled(request, 1000 * request.Key.Round));
        Answer(request => Filled(request, 1000 * request.Key.Round));
        _events.FishForMessage<RoundFinished>(finished => finished.Report.Round == 2, Patience);
        Watch(_coordinator);
        Sys.Stop(_coordinator);
        ExpectTerminated(_coordinator, Patience);
        _ledger.Dispose();
        _ledger = SqliteLedger.Open(_home, TimeProvider.System);
        using var reborn = ActorSystem.Create("reborn");
        reborn.EventStream.Subscribe(_events.Ref, typeof(RunEvent));
        StartCoordinator(reborn).Tell(Order(plan));
        _leaders.ReceiveN(2, Patience); // what the one that stopped had asked in round 3
        Answer(request => Filled(request, 3000));

        Finished().Model.ShouldBe(calm);
    }

    [Fact]
    public void Server_moments_stay_on_disk_beside_the_models_that_stay()
    {
        var plan = PlanOf(rounds: 8) with
        {
            Models = new ModelsPlan { Keep = 2 },
            Server = new() { Optimizer = new("fedAdam") },
        };

        TrainThrough(plan);

        var states = Directory.GetFiles(ModelFolder, "*.server.safetensors").Length;
        states.ShouldBe(new ModelStore(ModelFolder).List().Count - 1); // the first model has none
    }

    [Fact]
    public void A_run_that_goes_on_is_told_the_same_noised_labels_and_a_new_run_others()
    {
        var plan = PlanOf(rounds: 3) with { Groups = new() { Count = 2, HistogramEpsilon = 0.1 } };
        var told = Begun(_coordinator, Order(plan));
        var record = _ledger.Runs().ShouldHaveSingleItem();
        record.LabelEpsilon.ShouldBe(0.1);
        RunStates.Groups(record, Order(plan).Population).Average(group => group.KullbackLeibler).ShouldBe(told.MeanKl, 1e-12);
        Die();

        using var reborn = Reborn();
        var continued = StartCoordinator(reborn);
        var again = Begun(continued, Order(plan));
        again.GroupOf.ShouldBe(told.GroupOf);
        again.MeanKl.ShouldBe(told.MeanKl);

        using var another = Reborn();
        Begun(StartCoordinator(another), Order(plan) with { Fresh = true }).MeanKl.ShouldNotBe(told.MeanKl);
        _ledger.Runs().Select(run => run.LabelEpsilon).ShouldBe([0.1, 0.1]);
    }

    [Fact]
    public void A_student_that_fails_three_times_in_a_row_is_not_asked_again()
    {
        _coordinator.Tell(Order(PlanOf(rounds: 4)));
        for (var round = 1; round <= 3; round++)
        {
            Answer(request => FailingStudent(request, student: 4));
        }

        var asked = new[] { _leaders.ExpectMsg<TrainGroup>(Patience), _leaders.ExpectMsg<TrainGroup>(Patience) };
        asked.SelectMany(request => request.Students).Order().ShouldBe([0, 1, 2, 3, 5]);
    }

    [Fact]
    public void Failures_with_a_success_between_them_quarantine_nobody()
    {
        _coordinator.Tell(Order(PlanOf(rounds: 5)));
        Answer(request => FailingStudent(request, student: 4));
        Answer(request => FailingStudent(request, student: 4));
        Answer(request => Filled(request, 1));
        Answer(request => FailingStudent(request, student: 4));

        var asked = new[] { _leaders.ExpectMsg<TrainGroup>(Patience), _leaders.ExpectMsg<TrainGroup>(Patience) };
        asked.SelectMany(request => request.Students).Order().ShouldBe(Enumerable.Range(0, Students));
    }

    [Fact]
    public void A_round_nobody_took_part_in_is_tried_three_times_and_then_ends_the_run_with_the_reason()
    {
        _coordinator.Tell(Order(PlanOf(rounds: 2)));
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            var round = attempt;
            Answer(request =>
            {
                request.Key.Attempt.ShouldBe(round);
                var nobody = new GroupUpdate { Key = request.Key, Group = request.Group };
                nobody.Failures.AddRange(request.Students.Select(student => StudentFailures.Of(student, "its camera is broken")));
                return nobody;
            });
        }

        var failed = _events.FishForMessage<RunFailed>(_ => true, Patience);
        failed.Reason.ShouldContain("round 1");
        failed.Reason.ShouldContain("its camera is broken");
        _ledger.LastRound(failed.Run).ShouldBeNull();
    }

    [Fact]
    public void A_round_of_which_no_group_has_a_secure_sum_ends_the_run_with_the_group_s_reason()
    {
        _coordinator.Tell(Order(PlanOf(rounds: 2)));
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            Answer(request =>
            {
                var nothing = new GroupUpdate { Key = request.Key, Group = request.Group, NoSum = "Only 2 of 3 were left." };
                nothing.Missing.AddRange(request.Students);
                return nothing;
            });
        }

        _events.FishForMessage<RunFailed>(_ => true, Patience).Reason.ShouldEndWith(" Group 0 has no sum: Only 2 of 3 were left.");
    }

    [Fact]
    public void A_leader_that_stays_silent_is_asked_again_and_after_that_the_round_goes_on_without_its_group()
    {
        var plan = PlanOf(rounds: 1);
        plan = plan with { Rounds = plan.Rounds with { Deadline = TimeSpan.FromMilliseconds(1) } };
        _coordinator.Tell(Order(plan));
        AnswerGroup(0, request => Filled(request, 1));

        _leaders.FishForMessage<TrainGroup>(request => request.Group == 1, Patience);
        var report = _events.FishForMessage<RoundFinished>(_ => true, Patience).Report;
        report.Missing.Count.ShouldBe(3);
        report.Participants.Count.ShouldBe(3);
    }

    [Theory]
    [InlineData(1e-6, "2 noise shares")]
    [InlineData(1e-9, "cannot be drawn")]
    [InlineData(1e9, "cannot be drawn")]
    public void Noise_that_does_not_go_with_the_grid_ends_the_run_before_it_starts(double multiplier, string reason)
    {
        _coordinator.Tell(Order(PlanOf(rounds: 1) with { Privacy = new() { Clip = 0.1, NoiseMultiplier = multiplier } }));

        _events.ExpectMsg<RunFailed>(Patience).Reason.ShouldContain(reason);
        _ledger.Runs().ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_group_that_adds_no_noise_since_nobody_took_part_or_its_leader_is_lost_leaves_no_gap_in_the_planned_noise(bool isLost)
    {
        var plan = PlanOf(rounds: 1) with { Privacy = new() { Clip = 1, NoiseMultiplier = 2, Noise = NoiseSource.Seeded } };
        plan = plan with { Rounds = plan.Rounds with { Deadline = TimeSpan.FromMilliseconds(1) } };
        _coordinator.Tell(Order(plan));
        var before = Parameters(_models.ExpectMsg<ModelVersion>(Patience));
        for (var request = 0; request < 2; request++)
        {
            AnswerNext(asked =>
            {
                var answer = asked.Group == 0 ? Filled(asked, 60) : new GroupUpdate { Key = asked.Key, Group = asked.Group };
                answer.Weight = answer.Participants.Count; // 1 each, as under privacy
                answer.Failures.AddRange(
                    asked.Students.Except(answer.Participants).Select(student => StudentFailures.Of(student, "it throws")));
                return asked.Group == 0 || !isLost ? answer : null;
            });
        }

        var finished = Finished();

        // The answer above came without noise; the other group's half of the variance has to be in the model all the same.
        var sum = new ExactSum(Length);
        sum.Add([.. Enumerable.Repeat(20, Length)], 3);
        var step = new FixedPointGrid().Step;
        GaussianMechanism.AddNoise(
            sum,
            DistributedNoise.ShareOf(2 / step, 2),
            NoiseSecret.FromSeed((ulong)plan.Seed),
            NoiseKey.Of(plan.NoiseName(finished.Run), round: 1, group: 1, intraRound: 1, participants: []));
        var expected = new float[Length];
        FederatedAveraging.Apply(before, sum, new FixedPointGrid(), 1, expected);
        new ModelStore(ModelFolder).Load(finished.Model).Parameters.ShouldBe(expected);
    }

    [Fact]
    public void Where_students_draw_the_noise_the_coordinator_adds_none_for_a_group_that_gives_no_sum()
    {
        var plan = Drawing(PlanOf(rounds: 1), NoiseSource.Secret);
        _coordinator.Tell(Order(plan));
        var before = Parameters(_models.ExpectMsg<ModelVersion>(Patience));
        Answer(request => request.Group == 0 ? Weightless(Filled(request, 60)) : WithoutSum(request));

        var finished = Finished();

        var sum = new ExactSum(Length);
        sum.Add([.. Enumerable.Repeat(20, Length)], 3);
        var expected = new float[Length];
        FederatedAveraging.Apply(before, sum, new FixedPointGrid(), 1, expected);
        new ModelStore(ModelFolder).Load(finished.Model).Parameters.ShouldBe(expected);
    }

    [Theory]
    [InlineData(NoiseMechanism.Distributed, NoiseSource.Secret, 1, 2)]
    [InlineData(NoiseMechanism.Distributed, NoiseSource.Seeded, 1, 1)]
    [InlineData(NoiseMechanism.Central, NoiseSource.Secret, 0, 0)]
    public void A_round_that_is_begun_again_is_another_release_of_secret_shares(
        NoiseMechanism mechanism, NoiseSource noise, int first, int second)
    {
        var plan = Drawing(PlanOf(rounds: 1), noise);
        _coordinator.Tell(Order(plan with { Privacy = plan.Privacy with { Mechanism = mechanism } }));
        var releases = new List<(int, int)>();
        Answer(Told(WithoutSum)); // nobody took part: it is tried again
        Answer(Told(request => Weightless(Filled(request, 1))));

        releases.ShouldBe([(1, first), (1, first), (2, second), (2, second)]);
        Finished();

        Func<TrainGroup, GroupUpdate> Told(Func<TrainGroup, GroupUpdate> answer) => request =>
        {
            releases.Add((request.Key.Attempt, request.Release));
            return answer(request);
        };
    }

    [Theory]
    [InlineData(1e-6, "3 noise shares")]
    [InlineData(1e-9, "cannot be drawn")]
    [InlineData(200, "2^31 - 1 are the most")]
    public void Shares_that_do_not_go_with_the_grid_end_the_run_before_it_starts(double multiplier, string reason)
    {
        var plan = Drawing(PlanOf(rounds: 1), NoiseSource.Secret);
        plan = plan with { Groups = new() { Count = 1 }, Rounds = plan.Rounds with { ClientFraction = 0.5 } };
        _coordinator.Tell(Order(plan with { Privacy = plan.Privacy with { Clip = 0.1, NoiseMultiplier = multiplier } }));

        _events.ExpectMsg<RunFailed>(Patience).Reason.ShouldContain(reason);
        _ledger.Runs().ShouldBeEmpty();
    }

    [Fact]
    public void When_a_member_is_lost_silent_leaders_are_asked_again_at_once_and_the_others_are_not()
    {
        _coordinator.Tell(Order(PlanOf(rounds: 1)));
        AnswerGroup(0, request => Filled(request, 1));

        Sys.EventStream.Publish(new MemberLeft(new Member("node", 1), "a test wants it so"));

        var again = _leaders.ExpectMsg<TrainGroup>(TimeSpan.FromSeconds(3));
        var coordinator = _leaders.LastSender;
        again.Group.ShouldBe(1);
        _leaders.ExpectNoMsg(TimeSpan.FromMilliseconds(200));
        coordinator.Tell(Filled(again, 1));
        Finished().Rounds.ShouldBe(1);
    }

    [Fact]
    public void Updates_of_another_round_and_repeats_change_nothing()
    {
        _coordinator.Tell(Order(PlanOf(rounds: 1)));
        var first = _leaders.ExpectMsg<TrainGroup>(Patience);
        var coordinator = _leaders.LastSender;
        var second = _leaders.ExpectMsg<TrainGroup>(Patience);

        var old = Filled(first, 1000);
        old.Key = new RoundKey { Run = first.Key.Run, Round = 7, Attempt = 1 };
        coordinator.Tell(old);
        coordinator.Tell(Filled(first, 60));
        coordinator.Tell(Filled(first, 6000));
        coordinator.Tell(Filled(second, 60));

        var before = Parameters(_models.ExpectMsg<ModelVersion>(Patience));
        var after = new ModelStore(ModelFolder).Load(Finished().Model).Parameters;
        after[0].ShouldBe((float)(before[0] + ((60 + 60) / (Students * SamplesEach) * new FixedPointGrid().Step)));
    }

    [Theory]
    [InlineData("a stranger")]
    [InlineData("somebody twice")]
    [InlineData("nobody of those asked")]
    [InlineData("a weight that is none of its students'")]
    [InlineData("a sum of another network")]
    [InlineData("no sum")]
    [InlineData("memories of students who remember nothing")]
    public void An_update_that_cannot_be_the_answer_is_refused_and_the_round_goes_on_to_the_right_one(string holds)
    {
        _coordinator.Tell(Order(PlanOf(rounds: 1)));
        var first = _leaders.ExpectMsg<TrainGroup>(Patience);
        var coordinator = _leaders.LastSender;
        var second = _leaders.ExpectMsg<TrainGroup>(Patience);
        var bad = Filled(first, 6000);
        switch (holds)
        {
            case "a stranger": bad.Participants[0] = second.Students[0]; break;
            case "somebody twice": bad.Participants[0] = bad.Participants[1]; break;
            case "nobody of those asked": bad.Participants.Clear(); break;
            case "a sum of another network": bad.Sum = Tensors.Wrap(new long[Length - 1]); break;
            case "memories of students who remember nothing": bad.Memories = Tensors.Wrap(new int[Length]); break;
            case "no sum": bad.Sum = Google.Protobuf.ByteString.Empty; break;
            default: bad.Weight++; break;
        }

        coordinator.Tell(bad);
        coordinator.Tell(Filled(second, 60));
        coordinator.Tell(Filled(first, 60));

        var before = Parameters(_models.ExpectMsg<ModelVersion>(Patience));
        var after = new ModelStore(ModelFolder).Load(Finished().Model).Parameters;
        after[0].ShouldBe((float)(before[0] + ((60 + 60) / (Students * SamplesEach) * new FixedPointGrid().Step)));
    }

    [Fact]
    public void A_run_asked_to_stop_ends_after_the_round_under_way_and_can_be_continued()
    {
        var plan = PlanOf(rounds: 5);
        _coordinator.Tell(Order(plan));
        Answer(request =>
        {
            _coordinator.Tell(new StopRun());
            return Filled(request, 1);
        });

        var stopped = Finished();
        stopped.Stopped.ShouldBeTrue();
        stopped.Rounds.ShouldBe(1);
        _coordinator.Tell(Order(plan));
        _events.FishForMessage<RunStarted>(_ => true, Patience).RoundsDone.ShouldBe(1);
    }

    [Fact]
    public void Only_as_many_models_stay_on_disk_as_the_plan_keeps_besides_the_first_and_the_best()
    {
        var plan = PlanOf(rounds: 8) with { Models = new ModelsPlan { Keep = 2 } };
        _coordinator.Tell(Order(plan));
        for (var round = 1; round <= 8; round++)
        {
            Answer(request => Filled(request, 1000 * round));
        }

        var finished = Finished();
        var store = new ModelStore(ModelFolder);
        store.Contains(finished.Model).ShouldBeTrue();
        store.List().Count.ShouldBeInRange(3, 4);
    }

    [Fact]
    public void Poisson_cohorts_are_divided_by_their_expected_size_and_may_be_empty()
    {
        var plan = PlanOf(rounds: 30) with
        {
            Rounds = new() { Count = 30, Cohorts = CohortKind.Poisson, ClientFraction = 0.2 },
        };
        _coordinator.Tell(Order(plan));
        var (parameters, groups) = (new List<float>(), new List<int>());
        for (var round = 1; round <= 30; round++)
        {
            parameters.Add(Parameters(_models.FishForMessage<ModelVersion>(_ => true, Patience))[0]);
            groups.Add(AnswerRound(stepsEach: 1 << 22).Groups);
        }

        Finished();
        groups.Distinct().Order().ShouldBe([0, 1, 2]);
        var expectedWeight = 0.2 * Students * SamplesEach;
        var eachGroup = (1 << 22) / (double)(1 << plan.Privacy.FractionBits) / expectedWeight;
        for (var round = 0; round < 29; round++)
        {
            (parameters[round + 1] - parameters[round]).ShouldBe((float)(groups[round] * eachGroup), 1e-6f);
        }
    }

    [Fact]
    public void By_fedNova_the_mean_is_taken_as_often_as_the_students_stepped_on_average()
    {
        var plan = PlanOf(rounds: 1) with
        {
            Training = new() { Algorithm = new("fedNova"), BatchSize = 2 },
        };
        var data = Order(plan).Population.Data;
        var fewer = new SampleSubset(data.Train, [.. Enumerable.Range(0, 11), .. Enumerable.Range(15, 15)]);
        var order = new StartRun(plan, Population.Create(plan, data with { Train = fewer }), DataPath: null);
        var sizes = Enumerable.Range(0, Students).Select(order.Population.Partition.SizeOf).ToArray();
        sizes.ShouldBe([5, 5, 1, 5, 5, 5]);
        _coordinator.Tell(order);
        var before = Parameters(_models.ExpectMsg<ModelVersion>(Patience));
        Answer(request =>
        {
            var update = Filled(request, stepsEach: 0);
            update.Weight = request.Students.Sum(student => sizes[student]);
            update.Sum = Tensors.Wrap(Enumerable.Repeat(1000 * update.Weight, Length).ToArray());
            return update;
        });

        var after = new ModelStore(ModelFolder).Load(Finished().Model).Parameters;

        // All have sent the same change, of a student of the mean size: 4 samples, 2 steps.
        var steps = sizes.Sum(size => size * Math.Ceiling(size / 2.0)) / sizes.Sum();
        var change = 1000 * new FixedPointGrid(plan.Privacy.FractionBits).Step * steps / 2;
        after.Zip(before).ShouldAllBe(pair => Math.Abs(pair.First - pair.Second - change) < 1e-7);
    }

    [Fact]
    public void Who_takes_part_again_is_asked_with_what_it_remembers_also_after_the_coordinator_died()
    {
        var plan = Remembering(rounds: 3, keep: 10);
        _coordinator.Tell(Order(plan));
        Answer(request =>
        {
            request.Remembering.ShouldBeEmpty("nobody has taken part");
            return Remember(Failing(Filled(request, 1), student: 0), 1);
        });
        Answer(request =>
        {
            request.Remembering.ShouldBe(request.Students.Where(student => student != 0));
            Memories(request).ShouldAllBe(memory => memory.Value == (100 * memory.Key) + 1);
            return Remember(Failing(Filled(request, 1), student: 5), 2);
        });
        _events.FishForMessage<RoundFinished>(finished => finished.Report.Round == 2, Patience);
        Die();

        using var reborn = Reborn();
        StartCoordinator(reborn).Tell(Order(plan));
        _leaders.ReceiveN(2, Patience); // what the one that died had asked in round 3
        Answer(request =>
        {
            request.Remembering.ShouldBe(request.Students);
            Memories(request).ShouldAllBe(memory => memory.Value == (100 * memory.Key) + (memory.Key == 5 ? 1 : 2));
            return Remember(Filled(request, 1), 3);
        });
        Finished().Metrics.ShouldNotBeNull();
    }

    [Fact]
    public void Memories_stay_as_long_as_a_round_that_is_kept_may_ask_for_them()
    {
        _coordinator.Tell(Order(Remembering(rounds: 6, keep: 2)));
        for (var round = 1; round <= 6; round++)
        {
            Answer(request => Remember(request.Key.Round == 1 ? Filled(request, 1) : Failing(Filled(request, 1), student: 0), request.Key.Round));
        }

        Finished();

        // Student 0 has taken part in the first round alone. Rounds 5 and 6 are kept, and the first of them began with memories of round 4.
        Directory.GetFiles(ModelFolder, "*.students.safetensors").Select(Path.GetFileName).Order(StringComparer.Ordinal)
            .ShouldBe(["spec-1.1.students.safetensors", "spec-1.4.students.safetensors", "spec-1.5.students.safetensors", "spec-1.6.students.safetensors"]);
    }

    private static Plan Remembering(int rounds, int keep) => PlanOf(rounds) with
    {
        Compression = new() { Method = new("topK"), ErrorFeedback = true },
        Models = new() { Keep = keep },
    };

    /// <summary>Each participant remembers its number and the round.</summary>
    private static GroupUpdate Remember(GroupUpdate update, int round)
    {
        update.Memories = Tensors.Wrap(update.Participants
            .SelectMany(student => Enumerable.Repeat((100 * student) + round, Length)).ToArray());
        return update;
    }

    private static IEnumerable<KeyValuePair<int, int>> Memories(TrainGroup request)
        => Tensors.Read<int>(request.Memories, request.Remembering.Count * Length, "memories").ToArray().Chunk(Length)
            .Zip(request.Remembering, (memory, student) => KeyValuePair.Create(student, memory.Distinct().ShouldHaveSingleItem()));

    /// <returns>The run's last model.</returns>
    private ModelHash TrainThrough(Plan plan)
    {
        _coordinator.Tell(Order(plan));
        for (var round = 1; round <= plan.Rounds.Count; round++)
        {
            Answer(request => Filled(request, 1000 * request.Key.Round));
        }

        return Finished().Model;
    }

    private static int Length => (48 * 48 * 7) + 7;

    private static Plan PlanOf(int rounds) => new()
    {
        Name = "spec",
        Network = "logistic",
        Students = new() { Count = Students, Partition = PartitionKind.ByPerson },
        Groups = new() { Count = 2 },
        Rounds = new() { Count = rounds },
    };

    private static Plan Drawing(Plan plan, NoiseSource noise) => plan with
    {
        Privacy = new()
        {
            Clip = 1,
            NoiseMultiplier = 2,
            Noise = noise,
            Mechanism = NoiseMechanism.Distributed,
            SecureAggregation = true,
        },
    };

    /// <summary>Each student's weight is 1, as under privacy.</summary>
    private static GroupUpdate Weightless(GroupUpdate update)
    {
        update.Weight = update.Participants.Count;
        return update;
    }

    private static GroupUpdate WithoutSum(TrainGroup request)
    {
        var update = new GroupUpdate { Key = request.Key, Group = request.Group, NoSum = "too few answered" };
        update.Missing.AddRange(request.Students);
        return update;
    }

    private static StartRun Order(Plan plan)
    {
        var faces = AvatarFaces.DataSet(seed: 3, Students, SamplesEach, testPersons: 1, samplesPerTestPerson: 7);
        return new(plan, Population.Create(plan, faces), DataPath: null);
    }

    private static float[] Parameters(ModelVersion version)
        => Tensors.Read<float>(version.Parameters, Length, "parameters").ToArray();

    /// <summary>
    /// An answer in which every sum is <paramref name="stepsEach"/> steps of the grid, over all students asked.
    /// </summary>
    private static GroupUpdate Filled(TrainGroup request, long stepsEach)
    {
        var sum = new long[Length];
        Array.Fill(sum, stepsEach);
        var update = new GroupUpdate
        {
            Key = request.Key,
            Group = request.Group,
            Weight = request.Students.Count * SamplesEach,
            Sum = Tensors.Wrap(sum),
        };
        update.Participants.AddRange(request.Students);
        return update;
    }

    private static GroupUpdate FailingStudent(TrainGroup request, int student) => Failing(Filled(request, 1), student);

    private static GroupUpdate Failing(GroupUpdate update, int student)
    {
        if (update.Participants.Remove(student))
        {
            update.Weight -= SamplesEach;
            update.Failures.Add(StudentFailures.Of(student, "it throws"));
        }

        return update;
    }

    private IActorRef StartCoordinator(ActorSystem system)
    {
        var cluster = new LocalCluster(system, new Member("seed", 0));
        cluster.StartRegion(Regions.Leaders, _ => Props.Create(() => new Forwarder(_leaders.Ref)));
        cluster.Subscribe(Topics.Models, _models.Ref);
        var store = new ModelStore(ModelFolder);
        var ledger = _ledger;
        var keys = new RoundKeys(ledger.Epoch);
        return system.ActorOf(Props.Create(() => new Coordinator(cluster, ledger, store, keys, new SeedOptions())));
    }

    /// <summary>The process "dies": nothing of the coordinator survives but its files.</summary>
    private void Die()
    {
        Watch(_coordinator);
        Sys.Stop(_coordinator);
        ExpectTerminated(_coordinator, Patience);
        _ledger.Dispose();
        _ledger = SqliteLedger.Open(_home, TimeProvider.System);
    }

    private ActorSystem Reborn()
    {
        var system = ActorSystem.Create("reborn");
        system.EventStream.Subscribe(_events.Ref, typeof(RunEvent));
        return system;
    }

    private GroupsFormed Begun(IActorRef coordinator, StartRun order)
    {
        coordinator.Tell(order);
        return _events.FishForMessage<GroupsFormed>(_ => true, Patience);
    }

    private void Answer(Func<TrainGroup, GroupUpdate> answer)
    {
        for (var group = 0; group < 2; group++)
        {
            AnswerNext(answer);
        }
    }

    private void AnswerNext(Func<TrainGroup, GroupUpdate?> answer)
    {
        var request = _leaders.ExpectMsg<TrainGroup>(Patience);
        var coordinator = _leaders.LastSender;
        if (answer(request) is { } update)
        {
            coordinator.Tell(update);
        }
    }

    /// <summary>Answers all leaders of one round, however many its cohort has, and says who was asked.</summary>
    private (List<int> Students, int Groups) AnswerRound(long stepsEach = 1)
    {
        var begun = _events.FishForMessage<RoundStarted>(_ => true, Patience);
        var students = new List<int>();
        for (var group = 0; group < begun.AskedByGroup.Count; group++)
        {
            var request = _leaders.ExpectMsg<TrainGroup>(Patience);
            students.AddRange(request.Students);
            _leaders.LastSender.Tell(Filled(request, stepsEach));
        }

        return (students, begun.AskedByGroup.Count);
    }

    private void AnswerGroup(int group, Func<TrainGroup, GroupUpdate> answer)
    {
        for (var i = 0; i < 2; i++)
        {
            var request = _leaders.ExpectMsg<TrainGroup>(Patience);
            if (request.Group == group)
            {
                _leaders.LastSender.Tell(answer(request));
            }
        }
    }

    private RunFinished Finished() => _events.FishForMessage<RunFinished>(_ => true, Patience);

    private sealed class Forwarder : ReceiveActor
    {
        public Forwarder(IActorRef target) => ReceiveAny(target.Forward);
    }
}
