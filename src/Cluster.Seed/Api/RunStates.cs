using System.Globalization;
using Cohort.Federation;
using Cohort.Model.Files;
using Cohort.Model.Plans;
using Cohort.Model.Training;
using Cohort.Seed.Coordination;
using Cohort.Seed.Ledger;

namespace Cohort.Seed.Api;

/// <summary>From ledger rows to what the API says of runs, rounds, groups and students.</summary>
public static class RunStates
{
    /// <param name="run">The run.</param>
    /// <param name="rounds">All its rounds.</param>
    public static RunState Of(RunRecord run, IReadOnlyList<RoundRecord> rounds)
    {
        var evaluated = rounds.LastOrDefault(round => round.Accuracy is not null);
        var epsilon = rounds.Count > 0 ? rounds[^1].Epsilon : null;
        return new(
            run.Id,
            run.PlanName,
            run.Seed,
            run.Status.ToString().ToLowerInvariant(),
            rounds.Count,
            run.PlannedRounds(),
            (rounds.Count > 0 ? rounds[^1].Model : run.InitialModel).ToString(),
            evaluated?.Accuracy,
            evaluated?.MacroF1,
            evaluated?.Loss,
            epsilon?.ToString("R", CultureInfo.InvariantCulture) ?? ModelFile.NotAccounted,
            run.Reason,
            run.Created);
    }

    public static RoundState Of(RoundRecord round) => new(
        round.Round,
        round.Model.ToString(),
        round.Parent.ToString(),
        round.Participants,
        [.. round.Failed.Select(failure => failure.Student)],
        round.Missing,
        round.Accuracy,
        round.Loss,
        round.TrainLoss,
        round.Training.TotalSeconds,
        round.Wall.TotalSeconds);

    public static Plan PlanOf(RunRecord run) => Plan.Parse(run.PlanJson, $"run {run.Id} in the ledger");

    /// <summary>The groups that the run forms: a function of its plan, its data and, where reports are noised, its secret.</summary>
    public static IReadOnlyList<GroupState> Groups(RunRecord run, Population population)
    {
        var plan = PlanOf(run);
        var histograms = Reported(run, plan, population);
        return
        [
            .. GroupBalance.Of(histograms, GroupForming.Assign(plan, histograms), plan.Groups.Count)
                .Select(group => new GroupState(group.Group, group.Size, group.Samples, group.KullbackLeibler)),
        ];
    }

    /// <summary>What each student has, and has done in the run's finished rounds.</summary>
    public static IReadOnlyList<StudentState> Students(RunRecord run, Population population, IReadOnlyList<RoundRecord> rounds)
    {
        var plan = PlanOf(run);
        var groupOf = GroupForming.Assign(plan, Reported(run, plan, population));
        var (took, failed, missed) = (new int[groupOf.Length], new int[groupOf.Length], new int[groupOf.Length]);
        var records = new StudentRecords();
        foreach (var round in rounds)
        {
            var failures = round.Failed.Select(failure => failure.Student).ToList();
            records.Note(round.Participants, failures);
            Count(took, round.Participants);
            Count(failed, failures);
            Count(missed, round.Missing);
        }

        return
        [
            .. groupOf.Select((group, student) => new StudentState(
                student,
                group,
                population.Partition.SizeOf(student),
                took[student],
                failed[student],
                missed[student],
                records.Quarantined.Contains(student),
                population.Roster?.Residents[student].Name,
                population.Roster?.Residents[student].Version)),
        ];
    }

    private static StudentHistograms Reported(RunRecord run, Plan plan, Population population)
        => ReportedLabels.Of(plan, population, NoiseSecret.FromBytes(run.NoiseSecret), run.Id);

    private static void Count(int[] counts, IEnumerable<int> students)
    {
        foreach (var student in students)
        {
            counts[student]++;
        }
    }
}
