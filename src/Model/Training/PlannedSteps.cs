using Cohort.Model.Data;
using Cohort.Model.Plans;
using Cohort.Model.Randomness;

namespace Cohort.Model.Training;

/// <summary>What a plan says of the steps of training, wherever it trains: at a student, or with all data in one place.</summary>
internal static class PlannedSteps
{
    /// <summary>The learning rate of a round.</summary>
    /// <param name="plan">How it changes.</param>
    /// <param name="round">1-based; between two rounds where epochs stand for rounds.</param>
    /// <param name="rounds">How many there are in all; asked where the plan's schedule depends on it.</param>
    /// <exception cref="ArgumentException">The schedule depends on it, and it is not said.</exception>
    public static double RateOf(TrainingPlan plan, double round, int rounds)
    {
        var rate = plan.LearningRate * Math.Pow(plan.LearningRateDecay, round - 1);
        if (plan is { Schedule: RateSchedule.Constant, WarmUpRounds: 0 })
        {
            return rate;
        }

        if (rounds < 1)
        {
            throw new ArgumentException($"The learning rate follows a schedule ({plan.Schedule}), and nobody says over how many rounds.");
        }

        if (round <= plan.WarmUpRounds)
        {
            return rate * round / (plan.WarmUpRounds + 1); // Goyal et al. 2017, section 2.2: a ramp, here from round to round
        }

        return plan.Schedule is RateSchedule.Cosine ? rate * HalfCosine((round - 1 - plan.WarmUpRounds) / (rounds - plan.WarmUpRounds)) : rate;
    }

    /// <summary>B, but not more than there are samples.</summary>
    public static int BatchSizeOf(TrainingPlan plan, int samples) => plan.BatchSize == 0 ? samples : Math.Min(plan.BatchSize, samples);

    public static OptimizerHelper OptimizerOf(TrainingPlan plan, Module<Tensor, Tensor> network, double rate) => plan.Optimizer switch
    {
        OptimizerKind.Sgd => torch.optim.SGD(network.parameters(), rate, plan.Momentum, weight_decay: plan.WeightDecay),
        OptimizerKind.Adam => torch.optim.Adam(network.parameters(), rate, 0.9, 0.999, weight_decay: plan.WeightDecay),
        _ => throw new ArgumentOutOfRangeException(nameof(plan), plan.Optimizer, "Unknown optimiser."),
    };

    /// <returns>Null for none; texts have none (<see cref="PlanRules"/>).</returns>
    public static Augmentation? AugmentationOf(AugmentationPlan plan, IInputEncoding encoding)
        => encoding is not PixelScale scale || plan == new AugmentationPlan()
            ? null
            : new Augmentation
            {
                Mirror = plan.Mirror,
                Shift = plan.Shift,
                Rotation = plan.Rotation,
                Zoom = plan.Zoom,
                Brightness = plan.Brightness * (scale.White - scale.Black),
                Contrast = plan.Contrast,
                Erasing = plan.Erasing,
            };

    /// <summary>
    /// (1 + cos(pi x)) / 2 for x from 0 to 1: equation 5 of Loshchilov, Hutter 2017, "SGDR", for one period from the greatest rate to 0.
    /// </summary>
    private static double HalfCosine(double x)
    {
        var (sin, cos) = PortableMath.SinCos(Math.PI / 4 * Math.Clamp(x, 0, 1));
        return 1 - (4 * sin * sin * cos * cos); // 1 - sin(pi x / 2)^2
    }
}
