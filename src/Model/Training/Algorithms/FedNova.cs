using Cohort.Model.Plans;

namespace Cohort.Model.Training.Algorithms;

/// <summary>
/// FedNova: updates are averaged by the step, and the mean is taken as often as the students stepped on average, so that who has many
/// samples draws the model no farther than its weight says (Wang et al. 2020, "Tackling the Objective Inconsistency Problem in
/// Heterogeneous Federated Optimization", Algorithm 1 and equation 16; tau_eff is the weighted mean of |a_i|_1, as in the authors' code
/// for SGD). <see cref="NormalisedAveraging"/> does it.
/// </summary>
public sealed class FedNova : IClientAlgorithm
{
    public string Name => "fedNova";

    public string Meaning => "averaged by the step, however many a student takes (Wang et al. 2020)";

    public string? WhyNot(Plan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return plan switch
        {
            { Training.Optimizer: OptimizerKind.Adam } =>
                "what a step of adam counts for depends on its gradients, and fedNova divides by what is known before; take sgd.",
            { Training.RecordPrivacy.IsOn: true } or { Privacy.Clip: not null } =>
                "a bound on an update is no bound on what it counts for by the step, and nothing that is private rests on it; take fedAvg, or " +
                "leave privacy.clip and training.recordPrivacy.clip out.",
            { Groups.IntraGroupRounds: > 1 } =>
                "a group that averages by itself steps as often as its own students, and fedNova normalises a round once; take 1 for " +
                "groups.intraGroupRounds.",
            { NeedsSingleUpdates: true } =>
                "a robust rule picks among updates as they are, and fedNova's are divided by what each counts for; take fedAvg, or the mean for " +
                "aggregation.rule and another attack.",
            _ => null,
        };
    }

    /// <summary>
    /// tau steps of SGD with momentum rho: a step's gradient is in it and in all after it, 1 + rho + rho^2 + ... times (Wang et al. 2020,
    /// section 4.1), together (tau - rho (1 - rho^tau) / (1 - rho)) / (1 - rho).
    /// </summary>
    public double? EffectiveSteps(TrainingPlan plan, int samples)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        var batch = plan.BatchSize == 0 ? samples : Math.Min(plan.BatchSize, samples);
        var tau = (long)plan.Epochs * ((samples + batch - 1) / batch);
        var rho = plan.Momentum;
        if (rho == 0)
        {
            return tau;
        }

        // By squaring, not by Math.Pow: the C library's last bit differs between machines, and would change the model's.
        var (power, square) = (1.0, rho);
        for (var left = tau; left > 0; left >>= 1)
        {
            power *= (left & 1) == 1 ? square : 1;
            square *= square;
        }

        return (tau - (rho * (1 - power) / (1 - rho))) / (1 - rho);
    }
}
