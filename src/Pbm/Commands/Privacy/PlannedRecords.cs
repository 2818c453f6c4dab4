using Cohort.Model.Data;
using Cohort.Model.Plans;
using Cohort.Model.Training;
using Cohort.Model.Training.Records;
using Cohort.Pbm.Printing;
using Cohort.Seed.Privacy;

namespace Cohort.Pbm.Commands;

/// <summary>What a plan's DP-SGD would spend on single samples.</summary>
/// <param name="Most">
/// If its student is asked as often as chance allows: a bound for every sample. Null where it is not known, which the notes explain.
/// </param>
/// <param name="Expected">If each student is asked as often as the average.</param>
/// <param name="Notes">What to know before believing the number.</param>
internal sealed record PlannedRecords(SampleSpending? Most, SampleSpending? Expected, IReadOnlyList<string> Notes)
{
    /// <summary>Null where the plan protects no records.</summary>
    /// <param name="plan">All of its rounds.</param>
    /// <param name="path">Where the data lies; null for where the plan says.</param>
    public static PlannedRecords? Of(Plan plan, string? path)
    {
        if (!plan.Training.RecordPrivacy.IsOn)
        {
            return null;
        }

        try
        {
            return Of(plan, Population.Create(plan, PlannedData.Load(plan, path).Data));
        }
        catch (ArgumentOutOfRangeException problem)
        {
            return new(null, null, [problem.Message.Split(" (Parameter ")[0]]);
        }
        catch (Exception problem) when (path is null && problem is DataFormatException)
        {
            return new(null, null, [$"How many samples each student has is not known, and epsilon depends on it: {problem.Message}"]);
        }
    }

    private static PlannedRecords Of(Plan plan, Population population)
    {
        var (trainings, students) = (PlannedTrainings.Of(plan, population.Students), RecordSteps.OfAll(plan, population));
        var most = Greatest(trainings.Most);
        var expected = trainings.Expected == trainings.Most ? most : Greatest(trainings.Expected);
        return new(most, expected, [.. NotesOn(plan, population.Partition.Samples)]);

        SampleSpending? Greatest(long times) => SampleSpending.Greatest(plan.Privacy, students.Select(steps => (steps, times)));
    }

    private static IEnumerable<string> NotesOn(Plan plan, int samples)
    {
        if (plan.Rounds is { Cohorts: not CohortKind.Balanced, ClientFraction: < 1 })
        {
            yield return "A cohort that is drawn may hold the same student in every round; that is what bounds every sample. Nothing is "
                + "taken off for the chance of not being drawn.";
        }

        if (plan.Privacy.Delta >= 1.0 / samples)
        {
            yield return $"delta {PrivacyShowCommand.Small(plan.Privacy.Delta)} is not below one over {Figures.Count(samples, "sample")}: it "
                + "would allow to publish one of them whole; lower privacy.delta.";
        }

        if (plan.Privacy.Noise is NoiseSource.Seeded)
        {
            yield return "The noise follows from the plan's seed: whoever has the plan can subtract it, and epsilon means nothing.";
        }
    }
}
