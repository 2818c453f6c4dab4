using Cohort.Model.Data;
using Cohort.Model.Data.Avatars;
using Cohort.Model.Plans;
using Cohort.Model.Training;
using Cohort.Seed.Ledger;
using Cohort.Seed.Privacy;
using Cohort.Seed.Tests.Ledger;

namespace Cohort.Seed.Tests.Privacy;

/// <summary>What DP-SGD has spent, from a real ledger and real students.</summary>
public sealed class RecordTrainingsTests : IDisposable
{
    // Student 0 has the most samples, and is made to train the most often.
    private static readonly DataSet Faces = AvatarFaces.DataSet(2, 4, 25, 1, 7);

    private readonly string _home = Directory.CreateTempSubdirectory("cohort-records-").FullName;

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    public void Each_student_has_trained_in_the_rounds_that_it_took_part_in_and_no_others()
    {
        var trained = Of(PlanOf(), [0, 1], [0], [0, 2]).ShouldHaveSingleItem();

        trained.OfStudent.ShouldBe(new Dictionary<int, long> { [0] = 3, [1] = 1, [2] = 1 }, ignoreOrder: true);
        var spent = trained.Spent((_, plan) => Population.Create(plan, Faces));
        (spent.Rounds, spent.Note, spent.Greatest!.Trainings, spent.Greatest.Samples).ShouldBe((3, "", 3, 25));
        spent.Greatest.Epsilon.ShouldBe(Spending(3, 25), 1e-12);
    }

    [Fact]
    public void Who_was_lost_in_a_later_round_inside_the_group_may_be_in_the_model_by_those_before()
        => Of(PlanOf() with { Groups = new() { Count = 2, IntraGroupRounds = 3 } }, [0], [0, 1]).ShouldHaveSingleItem().OfStudent
            .ShouldBe(new Dictionary<int, long> { [0] = 6, [1] = 3, [2] = 4, [3] = 4 }, ignoreOrder: true);

    [Fact]
    public void A_plan_that_protects_no_records_is_not_told_of()
        => Of(PlanOf() with { Training = new() }, [0]).ShouldBeEmpty();

    [Fact]
    public void Data_that_is_gone_is_told_of_in_words()
    {
        var spent = Of(PlanOf(), [0])[0].Spent((_, _) => throw new DataFormatException("fer.csv: there is no such file."));

        spent.Greatest.ShouldBeNull();
        spent.Note.ShouldBe("the run's data is not at hand, so that its students' samples are not known: fer.csv: there is no such file.");
    }

    [Fact]
    public void Other_data_says_nothing_of_the_runs_students()
    {
        var spent = Of(PlanOf(), [0])[0].Spent((_, plan) => Population.Create(plan, AvatarFaces.DataSet(3, 4, 25, 1, 7)));

        spent.Greatest.ShouldBeNull();
        spent.Note.ShouldStartWith("the data is not what the run was trained on");
    }

    [Fact]
    public void A_run_that_has_finished_no_round_has_released_nothing()
        => Of(PlanOf())[0].Spent((_, _) => throw new DataFormatException("never read")).Note.ShouldBe("no round is finished");

    private static double Spending(long trainings, int samples)
        => SampleSpending.Greatest(PlanOf().Privacy, [(Model.Training.Records.RecordSteps.Of(PlanOf().Training, samples), trainings)])!.Epsilon;

    private static Plan PlanOf() => new()
    {
        Name = "records",
        Network = "logistic",
        Students = new() { Count = 4 },
        Groups = new() { Count = 2 },
        Training = new() { BatchSize = 10, RecordPrivacy = new() { Clip = 1, NoiseMultiplier = 1.3 } },
    };

    /// <summary>A run whose rounds had these participants; 2 fell silent and 3 failed in all where they were not among them.</summary>
    private IReadOnlyList<RecordTrainings> Of(Plan plan, params int[][] rounds)
    {
        using var ledger = SqliteLedger.Open(_home, TimeProvider.System);
        ledger.StartRun(LedgerTests.SomeRun() with { PlanJson = plan.ToCanonicalJson(), DataDigest = Faces.Digest });
        for (var i = 0; i < rounds.Length; i++)
        {
            ledger.Append(LedgerTests.SomeRound(i + 1) with
            {
                Participants = rounds[i],
                Missing = [.. new[] { 2 }.Except(rounds[i])],
                Failed = [.. new[] { 3 }.Except(rounds[i]).Select(student => new StudentFailure(student, "its folder is gone"))],
            });
        }

        return RecordTrainings.Of(ledger);
    }
}
