using Cohort.Model.Evaluation;
using Cohort.Model.Files;
using Cohort.Model.Training;
using Cohort.Seed.Ledger;
using Cohort.Seed.Schedules;

namespace Cohort.Seed.Tests.Ledger;

/// <summary>What every ledger does, whichever engine keeps it.</summary>
public abstract class LedgerTests
{
    protected static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    private protected HandClock Clock { get; } = new();

    /// <summary>What errors call the ledger.</summary>
    protected abstract string Name { get; }

    private protected abstract SqlLedger Open();

    private protected abstract SqlLedger OpenToRead();

    /// <summary>Makes of the ledger what the first version of it was.</summary>
    protected abstract void BackToVersion1();

    /// <summary>Runs SQL behind the ledger's back.</summary>
    protected abstract void Execute(string sql);

    protected static ModelHash Model(int round) => ModelHash.Of(BitConverter.GetBytes(round));

    internal static RunRecord SomeRun(string id = "r1") => new()
    {
        Id = id,
        PlanName = "quick",
        PlanJson = "{ \"name\": \"quick\" }",
        PlanDigest = "plan",
        Seed = long.MaxValue,
        DataDigest = "data",
        DataPath = "fer.csv",
        LabelEpsilon = 0.1 + 0.2,
        Roster = Roster.Of([new("zoe", 7, 12, [5, 7]), new("anna.b", 1, 0, [0, 3])]),
        NoiseSecret = [.. Enumerable.Range(0, 32).Select(i => (byte)i)],
        InitialModel = Model(0),
    };

    internal static RoundRecord SomeRound(int round, string run = "r1") => new()
    {
        Run = run,
        Round = round,
        Model = Model(round),
        Parent = Model(round - 1),
        Participants = [1, 5, 900_000],
        Failed = [new StudentFailure(7, "its folder is gone: 'żółć'")],
        Missing = [2, 3],
        Groups = [new GroupShare(0, 80, 2), new GroupShare(1, 40.5, 1)],
        Epsilon = null,
        NextClip = 0.1 + 0.2,
        Loss = 0.1 + 0.2,
        TrainLoss = 0.7 + 0.1,
        Accuracy = 2 / 3.0,
        MacroF1 = 0.5,
        Confusion = ConfusionMatrix.FromRows([[3, 1], [0, 4]]),
        Training = TimeSpan.FromMilliseconds(1234.5),
        Wall = TimeSpan.FromSeconds(2),
    };

    private static ChargeRecord SomeCharge(int sequence) => new()
    {
        Run = "r1",
        Round = 1,
        Epoch = 7,
        Sequence = sequence,
        Population = "data",
        NoiseMultiplier = 0.1 + 0.2,
        Sampling = ChargedSampling.Poisson,
        Rate = 2 / 3.0,
    };

    [Fact]
    public void A_run_reads_back_as_it_was_started()
    {
        using (var ledger = Open())
            ledger.StartRun(SomeRun()).ShouldBeEquivalentTo(SomeRun() with { Created = Noon });

        using var again = Open();
        again.Run("r1").ShouldBeEquivalentTo(SomeRun() with { Created = Noon, Status = RunStatus.Running });
        again.Run("r2").ShouldBeNull();
        again.LastRound("r1").ShouldBeNull();
        again.Rounds("r1").ShouldBeEmpty();
    }

    [Fact]
    public void All_runs_of_resident_students_spend_the_same_privacy_and_those_of_simulated_ones_that_of_their_samples()
    {
        var resident = SomeRun();
        (resident with { DataDigest = "other", Roster = Roster.Of([new("ben", 2, 1, [1])]) }).PrivacyPopulation.ShouldBe(resident.PrivacyPopulation);
        (resident with { Roster = null }).PrivacyPopulation.ShouldBe("data");
    }

    [Fact]
    public void A_roster_that_is_damaged_is_named_with_the_ledger()
    {
        using var ledger = Open();
        ledger.StartRun(SomeRun());
        Execute("UPDATE runs SET roster = '[{\"Name\":\"../anna\"}]'");

        Should.Throw<LedgerException>(() => ledger.Run("r1")).Message.ShouldStartWith($"{Name}: a row is damaged (this is no roster: ");
    }

    [Fact]
    public void A_round_reads_back_as_it_was_appended()
    {
        using (var ledger = Open())
        {
            ledger.StartRun(SomeRun());
            ledger.Append(SomeRound(1));
        }

        using var again = Open();
        var read = again.LastRound("r1")!;
        (read with { Participants = [], Failed = [], Missing = [], Groups = [], Confusion = null }).ShouldBe(
            SomeRound(1) with { Participants = [], Failed = [], Missing = [], Groups = [], Confusion = null, Created = Noon });
        read.Participants.ShouldBe([1, 5, 900_000]);
        read.Failed.ShouldBe(SomeRound(1).Failed);
        read.Missing.ShouldBe([2, 3]);
        read.Groups.ShouldBe(SomeRound(1).Groups);
        read.Confusion!.ToRows().ShouldBe([[3, 1], [0, 4]]);
    }

    [Fact]
    public void What_a_round_spends_reads_back_as_it_was_charged_and_a_repeat_changes_nothing()
    {
        using (var ledger = Open())
        {
            ledger.StartRun(SomeRun());
            ledger.StartRun(SomeRun("r2"));
            ledger.Charge(SomeCharge(1));
            ledger.Charge(SomeCharge(1));
            ledger.Charge(SomeCharge(2) with { Run = "r2", Sampling = ChargedSampling.Turns });
            ledger.Charge(SomeCharge(3) with { Population = "others" });
        }

        using var again = Open();
        again.Charges("data").ShouldBe(
            [SomeCharge(1) with { Created = Noon }, SomeCharge(2) with { Run = "r2", Sampling = ChargedSampling.Turns, Created = Noon }]);
        again.Charges("nobody").ShouldBeEmpty();
    }

    [Fact]
    public void A_round_that_was_not_evaluated_has_no_figures()
    {
        using var ledger = Open();
        ledger.StartRun(SomeRun());
        ledger.Append(SomeRound(1) with { Loss = null, Accuracy = null, MacroF1 = null, Confusion = null, Epsilon = 1.5 });
        ledger.Append(SomeRound(2));

        var rounds = ledger.Rounds("r1");

        (rounds[0].Loss, rounds[0].Accuracy, rounds[0].MacroF1).ShouldBe((null, null, null));
        rounds[0].Confusion.ShouldBeNull();
        rounds[0].Epsilon.ShouldBe(1.5);
        rounds[1].Loss.ShouldBe(0.1 + 0.2);
        rounds[1].Epsilon.ShouldBeNull();
    }

    [Fact]
    public void Rounds_come_in_their_order_and_stay_with_their_run()
    {
        using var ledger = Open();
        foreach (var run in new[] { "r1", "r2" })
            ledger.StartRun(SomeRun(run));
        for (var round = 1; round <= 12; round++)
            ledger.Append(SomeRound(round));
        ledger.Append(SomeRound(1, "r2"));

        ledger.Rounds("r1").Select(r => r.Round).ShouldBe(Enumerable.Range(1, 12));
        ledger.LastRound("r1")!.Model.ShouldBe(Model(12));
        ledger.LastRound("r2")!.Round.ShouldBe(1);
    }

    [Fact]
    public void The_same_round_appended_again_changes_nothing()
    {
        using var ledger = Open();
        ledger.StartRun(SomeRun());
        ledger.Append(SomeRound(1));
        ledger.Append(SomeRound(2));
        Clock.Now += TimeSpan.FromHours(1);

        ledger.Append(SomeRound(1) with { Accuracy = 0.1 });

        ledger.Rounds("r1").Count.ShouldBe(2);
        ledger.Rounds("r1")[0].Accuracy.ShouldBe(2 / 3.0);
        ledger.Rounds("r1")[0].Created.ShouldBe(Noon);
    }

    [Fact]
    public void A_rounds_model_never_changes()
    {
        using var ledger = Open();
        ledger.StartRun(SomeRun());
        ledger.Append(SomeRound(1));

        Should.Throw<LedgerException>(() => ledger.Append(SomeRound(1) with { Model = Model(9) })).Message.ShouldBe(
            $"{Name}: round 1 of run r1 is recorded with model {Model(1)}, and cannot become {Model(9)}; a round's result " +
            "never changes.");
        ledger.LastRound("r1")!.Model.ShouldBe(Model(1));
    }

    [Fact]
    public void A_round_that_does_not_follow_the_last_one_is_refused()
    {
        using var ledger = Open();
        ledger.StartRun(SomeRun());
        ledger.Append(SomeRound(1));

        Should.Throw<LedgerException>(() => ledger.Append(SomeRound(3))).Message
            .ShouldBe($"{Name}: run r1 stands at round 1, so that round 2 comes next, not 3.");
        Should.Throw<LedgerException>(() => ledger.Append(SomeRound(2) with { Parent = Model(0) })).Message
            .ShouldBe($"{Name}: round 2 of run r1 starts from model {Model(0)}, but round 1 made {Model(1)}.");
        Should.Throw<LedgerException>(() => ledger.Append(SomeRound(1, "r9"))).Message
            .ShouldBe($"{Name}: round 1 belongs to run r9, which was never started.");
        ledger.Rounds("r1").Count.ShouldBe(1);
    }

    [Fact]
    public void A_student_cannot_take_part_twice()
    {
        using var ledger = Open();
        ledger.StartRun(SomeRun());

        Should.Throw<ArgumentException>(() => ledger.Append(SomeRound(1) with { Participants = [4, 4] })).Message
            .ShouldBe("Student 4 stands twice.");
    }

    [Fact]
    public void A_run_cannot_be_started_twice_nor_without_its_whole_secret()
    {
        using var ledger = Open();
        ledger.StartRun(SomeRun());

        Should.Throw<LedgerException>(() => ledger.StartRun(SomeRun())).Message.ShouldContain("run r1 is there already");
        Should.Throw<LedgerException>(() => ledger.StartRun(SomeRun("r2") with { NoiseSecret = new byte[31] })).Message
            .ShouldContain("a noise secret of 31 bytes, where 32 are expected.");
        ledger.Runs().Count.ShouldBe(1);
    }

    [Fact]
    public void A_run_without_an_id_gets_one_that_no_other_has()
    {
        using var ledger = Open();
        ledger.StartRun(SomeRun("quick-2"));

        ledger.StartRun(SomeRun("")).Id.ShouldBe("quick-3");
        ledger.StartRun(SomeRun("") with { PlanName = "other" }).Id.ShouldBe("other-3");
        ledger.Runs().Select(run => run.Id).ShouldBe(["other-3", "quick-2", "quick-3"]);
    }

    [Fact]
    public void The_newest_unfinished_run_of_the_same_plan_seed_and_data_is_found()
    {
        using var ledger = Open();
        ledger.StartRun(SomeRun("old"));
        Clock.Now += TimeSpan.FromSeconds(1);
        ledger.StartRun(SomeRun("new"));
        Clock.Now += TimeSpan.FromSeconds(1);
        ledger.StartRun(SomeRun("done"));
        ledger.Finish("done", RunStatus.Finished);

        ledger.FindUnfinished("plan", long.MaxValue, "data")!.Id.ShouldBe("new");
        ledger.FindUnfinished("other", long.MaxValue, "data").ShouldBeNull();
        ledger.FindUnfinished("plan", 1, "data").ShouldBeNull();
        ledger.FindUnfinished("plan", long.MaxValue, "other").ShouldBeNull();
        ledger.Runs().Select(r => r.Id).ShouldBe(["old", "new", "done"]);
    }

    [Theory]
    [InlineData(RunStatus.Stopped)]
    [InlineData(RunStatus.Failed)]
    public void A_run_that_stopped_or_failed_can_go_on(RunStatus status)
    {
        using var ledger = Open();
        ledger.StartRun(SomeRun());
        ledger.Finish("r1", status, "its disk was full");
        ledger.Run("r1")!.Status.ShouldBe(status);
        ledger.Run("r1")!.Reason.ShouldBe("its disk was full");
        ledger.FindUnfinished("plan", long.MaxValue, "data")!.Id.ShouldBe("r1");

        ledger.Resume("r1");

        ledger.Run("r1")!.Status.ShouldBe(RunStatus.Running);
        ledger.Run("r1")!.Reason.ShouldBeNull();
    }

    [Fact]
    public void Every_writer_has_a_higher_epoch_than_all_before_and_a_reader_has_none()
    {
        long first;
        using (var ledger = Open())
            first = ledger.Epoch;
        using (var reader = OpenToRead())
            reader.Epoch.ShouldBe(0);

        using var second = Open();

        first.ShouldBe(1);
        second.Epoch.ShouldBe(2);
    }

    [Fact]
    public void A_ledger_of_the_first_version_is_brought_up_to_date_and_loses_nothing()
    {
        using (var ledger = Open())
            ledger.StartRun(SomeRun());
        BackToVersion1();
        Should.Throw<LedgerException>(() => OpenToRead().Dispose()).Message.ShouldContain("the ledger is of an older version");

        using var upgraded = Open();

        upgraded.Run("r1")!.PlanName.ShouldBe("quick");
        upgraded.Finish("r1", RunStatus.Failed, "its disk was full");
        upgraded.Run("r1")!.Reason.ShouldBe("its disk was full");
    }

    [Fact]
    public void Schedules_read_back_as_they_were_kept_last_and_are_no_more_once_they_are_dropped()
    {
        var schedule = new Schedule
        {
            Name = "b",
            PlanJson = "{}",
            DataPath = "class",
            Recurrence = Recurrence.Parse("0 3 * * *"),
            MinimumFeedback = 1L << 40,
            Tolerance = 0.1 + 0.2,
            CanaryShare = 1 / 3.0,
            StartedFrom = Model(0),
            Created = Noon,
        };
        using (var ledger = Open())
        {
            ledger.Keep(schedule);
            ledger.Keep(schedule with { Name = "a" });
            ledger.Keep(schedule with { Begun = Noon.AddHours(1), Run = "r1", Note = "żółć", IsPaused = true });
        }

        using var again = OpenToRead();
        again.Schedules().ShouldBe(
            [schedule with { Name = "a" }, schedule with { Begun = Noon.AddHours(1), Run = "r1", Note = "żółć", IsPaused = true }]);
        again.Dispose();

        using var last = Open();
        last.DropSchedule("a").ShouldBeTrue();
        last.DropSchedule("a").ShouldBeFalse();
        last.Schedules().Select(kept => kept.Name).ShouldBe(["b"]);
    }

    [Fact]
    public void Releases_are_numbered_and_dated_and_read_back_in_their_order()
    {
        var release = new Release
        {
            Schedule = "s",
            Outcome = ReleaseOutcome.Canary,
            Model = Model(1),
            Before = Model(0),
            Run = "r1",
            Share = 1 / 3.0,
            Accuracy = 0.1 + 0.2,
            AccuracyBefore = 0.25,
            Samples = 1000,
            Reason = "It is not worse.",
        };
        using var ledger = Open();
        ledger.Append(release).ShouldBe(release with { Number = 1, Created = Noon });
        Clock.Now = Noon.AddHours(1);
        ledger.Append(release with { Outcome = ReleaseOutcome.RolledBack, Model = Model(0), Run = null, Accuracy = null });

        ledger.Releases().ShouldBe(
        [
            release with { Number = 1, Created = Noon },
            release with { Number = 2, Created = Noon.AddHours(1), Outcome = ReleaseOutcome.RolledBack, Model = Model(0), Run = null, Accuracy = null },
        ]);
    }

    [Fact]
    public void A_run_that_began_with_an_earlier_model_is_another_run()
    {
        using var ledger = Open();
        ledger.StartRun(SomeRun());
        ledger.StartRun(SomeRun("r2") with { StartedFrom = Model(5) });

        ledger.FindUnfinished("plan", long.MaxValue, "data")!.Id.ShouldBe("r1");
        ledger.FindUnfinished("plan", long.MaxValue, "data", Model(5))!.Id.ShouldBe("r2");
        ledger.FindUnfinished("plan", long.MaxValue, "data", Model(6)).ShouldBeNull();
        ledger.Run("r2")!.StartedFrom.ShouldBe(Model(5));
    }

    [Fact]
    public void Several_threads_that_use_a_ledger_take_turns()
    {
        using var ledger = Open();
        ledger.StartRun(SomeRun());
        var release = new Release { Schedule = "s", Outcome = ReleaseOutcome.Released, Model = Model(1), Reason = "" };

        Parallel.For(0, 60, new() { MaxDegreeOfParallelism = 6 }, i =>
        {
            ledger.Append(release with { Samples = i });
            ledger.Runs().Count.ShouldBe(1);
        });

        ledger.Releases().Select(appended => appended.Number).ShouldBe(Enumerable.Range(1, 60).Select(number => (long)number));
        ledger.Releases().Select(appended => appended.Samples).Order().ShouldBe(Enumerable.Range(0, 60).Select(sample => (long)sample));
    }

    [Fact]
    public void A_run_that_there_is_not_cannot_end()
    {
        using var ledger = Open();

        Should.Throw<LedgerException>(() => ledger.Finish("r9", RunStatus.Finished)).Message.ShouldBe($"{Name}: there is no " +
            "run r9.");
        Should.Throw<ArgumentException>(() => ledger.Finish("r9", RunStatus.Running));
    }

    [Fact]
    public void A_damaged_row_is_told()
    {
        using (var ledger = Open())
            ledger.StartRun(SomeRun());
        Execute("UPDATE runs SET initial_model = 'x'");

        using var again = Open();
        Should.Throw<LedgerException>(() => again.Runs()).Message
            .ShouldBe($"{Name}: a row is damaged (\"x\" is no model hash; give 64 hexadecimal digits); restore the ledger from " +
                "a copy.");
    }

    [Fact]
    public void Readers_see_each_round_while_a_run_goes_on()
    {
        using var ledger = Open();
        ledger.StartRun(SomeRun());
        using var reader = OpenToRead();
        reader.Rounds("r1").ShouldBeEmpty();

        ledger.Append(SomeRound(1));

        reader.LastRound("r1")!.Round.ShouldBe(1);
        Should.Throw<LedgerException>(() => reader.Append(SomeRound(2))).Message.ShouldContain("the ledger may not be written");
    }

    private protected sealed class HandClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = Noon;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
