using Cohort.Model.Data;
using Cohort.Model.Plans;
using Cohort.Model.Training;
using Cohort.Model.Training.Records;
using Cohort.Seed.Ledger;

namespace Cohort.Seed.Privacy;

/// <summary>How often each student of a run has trained by DP-SGD, as the ledger has it.</summary>
/// <param name="Run">The run.</param>
/// <param name="Plan">Its plan.</param>
/// <param name="Rounds">Finished rounds.</param>
/// <param name="OfStudent">By student; who has not trained is not in it.</param>
public sealed record RecordTrainings(RunRecord Run, Plan Plan, int Rounds, IReadOnlyDictionary<int, long> OfStudent)
{
    /// <summary>Of all runs whose plans protect records, the oldest first.</summary>
    public static IReadOnlyList<RecordTrainings> Of(ILedger ledger)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        return [.. from run in ledger.Runs()
                   let plan = PrivacyStatement.PlanOf(run)
                   where plan?.Training.RecordPrivacy.IsOn is true
                   select Count(run, plan, ledger.Rounds(run.Id))];
    }

    /// <summary>What the run has spent on a sample, of those that have spent the most.</summary>
    /// <param name="populationOf">
    /// Finds the run's data, as only who has which samples tells sampling rate and steps; may throw what reading data throws.
    /// </param>
    public RecordSpending Spent(Func<RunRecord, Plan, Population> populationOf)
    {
        ArgumentNullException.ThrowIfNull(populationOf);
        if (OfStudent.Count == 0)
        {
            return Spending(null, "no round is finished");
        }

        try
        {
            var population = populationOf(Run, Plan);
            if (!string.Equals(population.Data.Digest, Run.DataDigest, StringComparison.Ordinal))
            {
                return Spending(null, "the data is not what the run was trained on, so that its students' samples are not known");
            }

            var students = OfStudent
                .Select(student => (Samples: population.Partition.SizeOf(student.Key), Trainings: student.Value))
                .Where(student => student.Samples > 0)
                .Distinct()
                .Select(student => (RecordSteps.Of(Plan.Training, student.Samples), student.Trainings));
            var seeded = Plan.Privacy.Noise is NoiseSource.Seeded ? "seeded noise: it protects nobody" : "";
            return Spending(SampleSpending.Greatest(Plan.Privacy, students), seeded);
        }
        catch (ArgumentOutOfRangeException problem)
        {
            return Spending(null, problem.Message.Split(" (Parameter ")[0]);
        }
        catch (Exception problem) when (problem is DataFormatException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            return Spending(null, $"the run's data is not at hand, so that its students' samples are not known: {problem.Message}");
        }
    }

    private RecordSpending Spending(SampleSpending? greatest, string note)
        => new(Run.Id, Rounds, greatest, Plan.Privacy.Delta, Accountants.NameOf(Plan.Privacy.Accountant), note);

    /// <summary>
    /// A participant has trained in each intra-group round. Who failed or fell silent in a later one may have been in those before, and
    /// then is in the model too.
    /// </summary>
    private static RecordTrainings Count(RunRecord run, Plan plan, IReadOnlyList<RoundRecord> rounds)
    {
        var (trainings, inside) = (new Dictionary<int, long>(), plan.Groups.IntraGroupRounds);
        foreach (var round in rounds)
        {
            Add(round.Participants, inside);
            if (inside > 1)
            {
                Add(round.Missing.Concat(round.Failed.Select(failure => failure.Student)), inside - 1);
            }
        }

        return new(run, plan, rounds.Count, trainings);

        void Add(IEnumerable<int> students, int times)
        {
            foreach (var student in students)
            {
                trainings[student] = trainings.GetValueOrDefault(student) + times;
            }
        }
    }
}

/// <summary>What one run's DP-SGD has spent; the unit is a sample.</summary>
/// <param name="Run">Its id.</param>
/// <param name="Rounds">Finished rounds.</param>
/// <param name="Greatest">Of the samples that have spent the most; null where it is not known, which <paramref name="Note"/> explains.</param>
/// <param name="Delta">The plan's.</param>
/// <param name="Accountant">pld, rdp or rdpClassic.</param>
/// <param name="Note">Why the number is none, or means nothing; empty else.</param>
public sealed record RecordSpending(string Run, int Rounds, SampleSpending? Greatest, double Delta, string Accountant, string Note);
