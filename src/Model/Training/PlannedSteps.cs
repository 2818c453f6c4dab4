using Cohort.Model.Data;
using Cohort.Model.Plans;

namespace Cohort.Model.Training;

/// <summary>What a plan says of the steps of training, wherever it trains: at a student, or with all data in one place.</summary>
internal static class PlannedSteps
{
    /// <summary>The learning rate.</summary>
    /// <param name="plan">How it decays.</param>
    /// <param name="round">1-based; an epoch where all data lies in one place.</param>
    public static double RateOf(TrainingPlan plan, int round) => plan.LearningRate * Math.Pow(plan.LearningRateDecay, round - 1);

    /// <summary>B, but not more than there are samples.</summary>
    public static int BatchSizeOf(TrainingPlan plan, int samples) => plan.BatchSize == 0 ? samples : Math.Min(plan.BatchSize, samples);

    public static OptimizerHelper OptimizerOf(TrainingPlan plan, Module<Tensor, Tensor> network, double rate) => plan.Optimizer switch
    {
        OptimizerKind.Sgd => torch.optim.SGD(network.parameters(), rate, plan.Momentum, weight_decay: plan.WeightDecay),
        OptimizerKind.Adam => torch.optim.Adam(network.parameters(), rate, 0.9, 0.999, weight_decay: plan.WeightDecay),
        _ => throw new ArgumentOutOfRangeException(nameof(plan), plan.Optimizer, "Unknown optimiser."),
    };

    /// <returns>Null for none.</returns>
    public static Augmentation? AugmentationOf(AugmentationPlan plan)
        => plan is { Mirror: false, Shift: 0, Rotation: 0 }
            ? null
            : new Augmentation { Mirror = plan.Mirror, Shift = plan.Shift, Rotation = plan.Rotation };
}
