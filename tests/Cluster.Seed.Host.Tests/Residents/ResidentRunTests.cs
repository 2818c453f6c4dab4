using Cohort.Clustering;
using Cohort.Messages;
using Cohort.Model.Data;
using Cohort.Model.Plans;
using Cohort.Nodes.Residents;
using static Cohort.Seed.Host.Tests.Residents.ResidentCohort;

namespace Cohort.Seed.Host.Tests.Residents;

/// <summary>docs/cluster.md, Resident students: rounds over students whose samples lie on their own device.</summary>
public sealed class ResidentRunTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("cohort-residents-").FullName;

    public void Dispose() => Directory.Delete(_home, recursive: true);

    public static TheoryData<string> Plans => ["plain", "nova", "calibrated", "secure", "inside", "median"];

    public static TheoryData<string> NoisyPlans => ["private", "shares", "local", "records"];

    [Theory]
    [MemberData(nameof(Plans))]
    public async Task Residents_make_the_model_bit_for_bit_that_simulated_students_with_the_same_samples_make(string kind)
    {
        var (resident, simulated) = (Changed(PlanOf(2), kind), Changed(PlanOf(2, PartitionKind.ByPerson), kind));
        await using var cohort = await Start(_home, Faces(resident));

        var (_, ours) = await cohort.Train(resident);
        var (_, theirs) = await cohort.Train(simulated);

        ours.Count.ShouldBe(2);
        ours.ShouldAllBe(round => round.Participants.Count == Students);
        ours.Select(round => round.Model).ShouldBe(theirs.Select(round => round.Model));
    }

    [Theory]
    [MemberData(nameof(Plans))]
    [MemberData(nameof(NoisyPlans))]
    public async Task However_the_students_are_spread_over_devices_the_model_is_the_same(string kind)
    {
        var plan = Changed(PlanOf(2), kind);
        var faces = Faces(plan);
        List<IReadOnlyList<string>> models = [];
        foreach (var devices in (int[][][])[[[0, 1, 2, 3]], [[3, 1], [0], [2]]])
        {
            var home = Directory.CreateDirectory(Path.Combine(_home, $"{devices.Length} devices")).FullName;
            await using var cohort = await Start(home, []);
            foreach (var (number, device) in devices.Index())
            {
                await cohort.AddDevice([.. device.Select(student => faces[student])], DeviceSecret.Create(), $"device-{number}");
            }

            models.Add([.. (await cohort.Train(plan)).Rounds.Select(round => round.Model.ToString())]);
        }

        models[0].Count.ShouldBe(2);
        models[1].ShouldBe(models[0]);
    }

    [Fact]
    public async Task The_roster_of_a_run_is_in_the_ledger_in_the_order_of_names_whatever_the_order_of_devices()
    {
        var plan = PlanOf(1);
        var faces = Faces(plan);
        faces[2].Version = 7;
        await using var cohort = await Start(_home, []);
        await cohort.AddDevice([faces[3], faces[0], faces[2], faces[1]], DeviceSecret.Create());

        var (run, _) = await cohort.Train(plan);

        run.Roster!.Residents.Select(student => (student.Name, student.Version, student.Samples)).ShouldBe(
            [("student-0", 1, SamplesEach), ("student-1", 1, SamplesEach), ("student-2", 7, SamplesEach), ("student-3", 1, SamplesEach)]);
        run.Roster.Residents.ShouldAllBe(student => student.Labels.Sum() == SamplesEach);
    }

    [Fact]
    public async Task A_run_keeps_to_its_versions_and_what_is_newer_waits_for_the_next_run()
    {
        var plan = PlanOf(3);
        var faces = Faces(plan);
        List<long> asked = [];
        faces[1].Asked = version =>
        {
            lock (asked)
            {
                asked.Add(version);
            }

            faces[1].Version = 2; // the student corrects something while the run is under way
        };
        await using var cohort = await Start(_home, faces);

        var (first, _) = await cohort.Train(plan);
        var ofFirst = asked.ToList();
        var (second, _) = await cohort.Train(plan, fresh: true);

        first.Roster!.Residents[1].Version.ShouldBe(1);
        ofFirst.ShouldBe([1, 1, 1, 1]); // the roll call's, and three rounds'
        second.Roster!.Residents[1].Version.ShouldBe(2);
        second.DataDigest.ShouldNotBe(first.DataDigest, StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_student_whose_version_is_gone_fails_with_that_reason_and_the_round_goes_on()
    {
        var plan = PlanOf(2);
        var faces = Faces(plan);
        await using var cohort = await Start(_home, faces);
        faces[0].TroubleOnceEnrolled = new ResidentSamplesException("version 1 of its samples was erased");

        var (_, rounds) = await cohort.Train(plan);

        rounds.ShouldAllBe(round => round.Participants.SequenceEqual(new[] { 1, 2, 3 }));
        rounds[0].Failed.ShouldBe([new Ledger.StudentFailure(0, "version 1 of its samples was erased")]);
    }

    [Fact]
    public async Task What_a_device_cannot_read_leaves_it_as_a_sentence_of_ours_that_names_nothing()
    {
        var plan = PlanOf(1);
        var faces = Faces(plan);
        await using var cohort = await Start(_home, faces);
        faces[0].TroubleOnceEnrolled = new IOException("Access to the path '/students/anna/me-crying.png' is denied.");

        var (_, rounds) = await cohort.Train(plan);

        rounds[0].Failed.ShouldHaveSingleItem().Reason.ShouldBe("its device could not train it; the device's own log says why");
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("secure")]
    public async Task A_student_whose_device_is_off_is_missing_at_once_and_back_when_its_device_is(string kind)
    {
        var plan = Changed(PlanOf(40), kind) with { Groups = new() { Count = 1 } };
        plan = plan with { Rounds = plan.Rounds with { Deadline = TimeSpan.FromSeconds(300) } }; // nobody waits for it
        var faces = Faces(plan);
        string run;
        await using (var before = await Start(_home, faces))
        {
            run = await before.Begin(plan);
            await before.Ask<TrainingAccepted>(new StopTraining { Run = run });
            await before.Ended(run);
        }

        await using var after = await Start(_home, [faces[0], faces[2], faces[3]]);
        var (trainings, without) = (0, 0);
        faces[0].Asked = _ =>
        {
            if (++trainings == 5)
            {
                after.AddDevice([faces[1]], DeviceSecret.Create(), "another").GetAwaiter().GetResult();
            }
        };
        (await after.Begin(plan)).ShouldBe(run); // with the roster that it began with: nobody is called again
        var (_, rounds) = await after.Ended(run);

        rounds.Count.ShouldBe(40);
        without = rounds.Count(round => round.Missing.SequenceEqual(new[] { 1 }) && round.Participants.SequenceEqual(new[] { 0, 2, 3 }));
        without.ShouldBeInRange(4, 6);
        rounds.Count(round => round.Participants.Count == Students).ShouldBe(40 - without);
        rounds[^1].Participants.Count.ShouldBe(Students);
    }

    [Fact]
    public async Task Devices_are_told_neither_the_runs_secret_nor_of_any_student_but_their_own()
    {
        var plan = Changed(PlanOf(1), "private") with { Privacy = new() { Clip = 1, NoiseMultiplier = 1 } };
        await using var cohort = await Start(_home, Faces(plan));

        var run = await cohort.Begin(plan);
        await cohort.Ended(run);

        var told = cohort.ToldToDevices.ShouldHaveSingleItem();
        told.NoiseSecret.ShouldBeEmpty();
        told.Roster.Residents.ShouldBeEmpty();
        (told.Roster.Students, told.Roster.Samples).ShouldBe((Students, 0)); // under a clipping bound, and without balanced groups, nobody needs sizes
    }

    [Fact]
    public async Task A_run_of_too_few_students_is_refused_and_the_sentence_says_how_many_came_and_why_one_could_not()
    {
        var plan = PlanOf(1);
        var faces = Faces(plan);
        await using var cohort = await Start(
            _home, [faces[0], faces[1], faces[2], new ResidentFaces("zoe", 1, 9, samples: 0)], rollCall: TimeSpan.FromSeconds(1));

        (await Should.ThrowAsync<InvalidOperationException>(() => cohort.Begin(plan))).Message.ShouldBe(
            "3 resident students were there within 1 s, and the plan begins with 4 at least (students.count); start their devices, or lower it. "
            + "Student zoe cannot: it has no samples to train on yet.");
    }

    [Fact]
    public async Task A_student_is_on_one_device_only()
    {
        var plan = PlanOf(1);
        await using var cohort = await Start(_home, Faces(plan));

        (await Should.ThrowAsync<EntityTakenException>(() => cohort.AddDevice([Faces(plan)[2]], DeviceSecret.Create(), "another")))
            .Taken.ShouldBe(new EntityTaken(Regions.Residents, "student-2"));
    }

    [Fact]
    public async Task A_round_is_replayed_as_long_as_the_device_has_its_version_and_else_says_why_not()
    {
        var plan = PlanOf(2);
        var faces = Faces(plan);
        await using var cohort = await Start(_home, faces);
        var (run, rounds) = await cohort.Train(plan);

        (await cohort.Replay(run.Id, 2)).Again.ShouldBe(rounds[1].Model.ToString());
        faces[3].Trouble = new ResidentSamplesException("version 1 of its samples was erased");

        (await Should.ThrowAsync<InvalidOperationException>(() => cohort.Replay(run.Id, 2))).Message
            .ShouldContain("Student 3 failed: version 1 of its samples was erased.");
    }

    [Fact]
    public async Task Label_counts_leave_a_device_under_noise_of_its_own_which_is_the_same_whenever_it_is_asked()
    {
        var plan = PlanOf(1) with { Groups = new() { Count = 2, HistogramEpsilon = 0.5 } };
        await using var cohort = await Start(_home, Faces(plan));

        var (first, _) = await cohort.Train(plan);
        var (second, _) = await cohort.Train(plan, fresh: true);
        var (exact, _) = await cohort.Train(PlanOf(1), fresh: true);

        second.Roster!.Digest.ShouldBe(first.Roster!.Digest);
        first.Roster.Histograms().ShouldNotBe(exact.Roster!.Histograms());
        first.NoiseSecret.ShouldNotBe(second.NoiseSecret);
    }

    private static Plan Changed(Plan plan, string kind) => kind switch
    {
        "nova" => plan with { Training = plan.Training with { Algorithm = new("fedNova") } },
        "calibrated" => plan with { Training = plan.Training with { LabelCalibration = true } },
        "private" => plan with
        {
            Groups = plan.Groups with { Method = GroupingMethod.Random },
            Privacy = new() { Clip = 1, NoiseMultiplier = 1, Noise = NoiseSource.Seeded },
        },
        "secure" => plan with { Groups = plan.Groups with { Count = 1 }, Privacy = new() { Clip = 1, SecureAggregation = true } },
        "shares" => plan with
        {
            Groups = plan.Groups with { Count = 1 },
            Privacy = new()
            {
                Clip = 1,
                NoiseMultiplier = 1,
                Noise = NoiseSource.Seeded,
                Mechanism = NoiseMechanism.Distributed,
                SecureAggregation = true,
            },
        },
        "local" => plan with
        {
            Privacy = new() { Clip = 1, NoiseMultiplier = 1, Noise = NoiseSource.Seeded, Mechanism = NoiseMechanism.Local },
        },
        "records" => plan with
        {
            Training = plan.Training with { RecordPrivacy = new() { Clip = 1 } },
            Privacy = plan.Privacy with { Noise = NoiseSource.Seeded },
        },
        "inside" => plan with { Groups = plan.Groups with { IntraGroupRounds = 2 } },
        "median" => plan with { Groups = plan.Groups with { Count = 1 }, Aggregation = new() { Rule = new("coordinateMedian") } },
        _ => plan,
    };
}
