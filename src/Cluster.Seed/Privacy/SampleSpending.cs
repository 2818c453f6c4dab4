using Cohort.Federation.Accounting;
using Cohort.Model.Plans;
using Cohort.Model.Training.Records;

namespace Cohort.Seed.Privacy;

/// <summary>
/// What a student's DP-SGD has spent on each of its samples (docs/privacy-records.md). The unit is a sample: never to be added to what a
/// student spends.
/// </summary>
/// <param name="Samples">n, the student's.</param>
/// <param name="SamplingRate">q: the chance of a sample to be in a step's batch.</param>
/// <param name="NoiseMultiplier">sigma, in clipping bounds of one sample's gradient.</param>
/// <param name="StepsPerTraining">E ceil(n / B).</param>
/// <param name="Trainings">How many times the student has trained: rounds that it was in, times their intra-group rounds.</param>
/// <param name="Epsilon">Of all steps together, the certified upper bound.</param>
public sealed record SampleSpending(
    int Samples, double SamplingRate, double NoiseMultiplier, int StepsPerTraining, long Trainings, double Epsilon)
{
    /// <summary>The samples that have spent the most, of all students.</summary>
    /// <param name="plan">Accountant and delta.</param>
    /// <param name="students">What a training is for each student, and how many it had; equal ones may stand once.</param>
    /// <returns>Null where nobody has trained.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Noise or steps are beyond what can be accounted.</exception>
    public static SampleSpending? Greatest(PrivacyPlan plan, IEnumerable<(RecordSteps Steps, long Trainings)> students)
    {
        var (accountant, quick) = (Accountants.Of(plan.Accountant), Accountants.Of(AccountantKind.Rdp));
        SampleSpending? greatest = null;
        // Renyi upper bounds are had quickly, and tell who cannot have spent more than what is known already.
        foreach (var (student, most) in Costly(students)
            .Select(student => (student, Most: Of(student.Steps, student.Trainings, quick, plan.Delta).Epsilon))
            .OrderByDescending(each => each.Most))
        {
            if (most <= greatest?.Epsilon)
            {
                break;
            }

            var spent = Of(student.Steps, student.Trainings, accountant, plan.Delta);
            greatest = spent.Epsilon > (greatest?.Epsilon ?? -1) ? spent : greatest;
        }

        return greatest;
    }

    private static SampleSpending Of(RecordSteps steps, long trainings, IPrivacyAccountant accountant, double delta)
    {
        var (q, sigma) = (steps.SamplingRate, steps.NoiseMultiplier);
        var composed = Composition.Of(new GaussianRound(sigma, new Poisson(q)), trainings * steps.Steps);
        return new(steps.Samples, q, sigma, steps.Steps, trainings, accountant.Epsilon(composed, delta).Upper);
    }

    /// <summary>
    /// Epsilon grows with q and with the steps, so whoever has no more of either than somebody else need not be accounted: of each
    /// ceil(n / B) the fewest samples are enough.
    /// </summary>
    private static IEnumerable<(RecordSteps Steps, long Trainings)> Costly(IEnumerable<(RecordSteps Steps, long Trainings)> students)
    {
        var most = 0L;
        foreach (var student in students.Distinct()
            .OrderByDescending(each => each.Steps.SamplingRate)
            .ThenByDescending(each => each.Trainings * each.Steps.Steps))
        {
            if (student.Trainings * student.Steps.Steps > most)
            {
                most = student.Trainings * student.Steps.Steps;
                yield return student;
            }
        }
    }
}
