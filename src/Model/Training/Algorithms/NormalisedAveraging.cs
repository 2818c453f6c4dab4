using Cohort.Model.Plans;

namespace Cohort.Model.Training.Algorithms;

/// <summary>
/// FedNova inside exact sums (Wang et al. 2020, equation 16): x + tau_eff sum p_i d_i, with d_i = Delta_i / |a_i|_1, p_i a student's share
/// of the weights and tau_eff = sum p_i |a_i|_1. A student sends (A / |a_i|_1) Delta_i, where A is what a student of the mean size has, so
/// that what is sent is as large as an update and loses no more to the grid; the mean of that is multiplied by tau_eff / A. All numbers
/// follow from plan and partition: nobody is asked for them, and nobody can lie about them.
/// </summary>
public sealed class NormalisedAveraging
{
    private readonly Plan _plan;
    private readonly Population _population;
    private readonly double _usual;

    private NormalisedAveraging(Plan plan, Population population, double usual) =>
        (_plan, _population, _usual) = (plan, population, usual);

    /// <returns>Null where the plan's updates are averaged as they are.</returns>
    public static NormalisedAveraging? Of(Plan plan, Population population)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(population);
        var size = (int)Math.Max(1, population.Samples / population.Students);
        return plan.Training.Algorithm.Kind.EffectiveSteps(plan.Training, size) is { } usual ? new(plan, population, usual) : null;
    }

    /// <summary>A / |a_i|_1: what a student's update is multiplied by before it leaves.</summary>
    public double FactorOf(int student) => _usual / StepsOf(student);

    /// <summary>tau_eff / A: what the weighted mean of a round is multiplied by.</summary>
    /// <param name="participants">Whose updates are in it, each once, in ascending order; 1 where there is nobody.</param>
    public double FactorOf(IEnumerable<int> participants)
    {
        ArgumentNullException.ThrowIfNull(participants);
        var (steps, weights) = (0.0, 0L);
        foreach (var student in participants)
        {
            var weight = _population.WeightOf(student, _plan);
            steps += weight * StepsOf(student);
            weights += weight;
        }

        return weights == 0 ? 1 : steps / weights / _usual;
    }

    private double StepsOf(int student) =>
        _plan.Training.Algorithm.Kind.EffectiveSteps(_plan.Training, _population.Partition.SizeOf(student))!.Value;
}
