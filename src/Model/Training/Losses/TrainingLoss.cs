using Cohort.Federation;
using Cohort.Model.Plans;

namespace Cohort.Model.Training.Losses;

/// <summary>A plan's loss, ready for batches.</summary>
internal sealed class TrainingLoss : IDisposable
{
    private readonly Choice<ILoss> _choice;
    private readonly ILoss _kind;
    private readonly double _smoothing;
    private readonly bool _isPlain;
    private readonly Tensor? _weights;
    private readonly Tensor? _shift;

    /// <param name="plan">Loss, label smoothing and class weights.</param>
    /// <param name="counts">Shape [classes]: everybody's samples of each class; asked where classes have weights.</param>
    /// <param name="shift">Shape [classes]: added to logits; null for nothing.</param>
    /// <param name="device">Where the network lies.</param>
    public TrainingLoss(TrainingPlan plan, Func<IReadOnlyList<double>> counts, float[]? shift, Device device)
    {
        (_choice, _kind, _smoothing) = (plan.Loss, plan.Loss.Kind, plan.LabelSmoothing);
        _isPlain = _kind is CrossEntropy;
        _weights = plan.ClassWeights.Kind is NoClassWeights ? null : TensorOf(WeightsOf(plan, counts()), device);
        _shift = TensorOf(shift, device);
    }

    /// <summary>
    /// Each class's weight in the loss, such that the mean over everybody's samples is 1: the learning rate keeps its meaning. Null where all
    /// count alike.
    /// </summary>
    /// <param name="plan">Says which.</param>
    /// <param name="counts">Shape [classes].</param>
    public static float[]? WeightsOf(TrainingPlan plan, IReadOnlyList<double> counts)
    {
        var weights = plan.ClassWeights.Kind.Of(counts, plan.ClassWeights.Settings);
        if (weights is null)
        {
            return null;
        }

        var mean = weights.Zip(counts, (weight, count) => weight * count).Sum() / counts.Sum();
        return Array.ConvertAll(weights, weight => (float)(weight / mean));
    }

    /// <summary>The mean loss of a batch.</summary>
    /// <param name="logits">Shape [n, classes].</param>
    /// <param name="target">int64 [n]</param>
    public Tensor Mean(Tensor logits, Tensor target)
    {
        var shifted = _shift is null ? logits : logits + _shift;
        return _isPlain && _weights is null
            ? functional.cross_entropy(shifted, target, label_smoothing: _smoothing)
            : EachOf(shifted, target).mean();
    }

    /// <summary>The mean over a batch of each sample's loss times its weight.</summary>
    /// <param name="logits">Shape [n, classes].</param>
    /// <param name="target">int64 [n]</param>
    /// <param name="samples">float32 [n]; its mean over everybody's samples is 1.</param>
    public Tensor Weighted(Tensor logits, Tensor target, Tensor samples)
        => (EachOf(_shift is null ? logits : logits + _shift, target) * samples).mean();

    /// <summary>The losses of a batch, added up.</summary>
    /// <inheritdoc cref="Mean"/>
    public Tensor Sum(Tensor logits, Tensor target)
    {
        var shifted = _shift is null ? logits : logits + _shift;
        return _isPlain && _weights is null
            ? functional.cross_entropy(shifted, target, reduction: Reduction.Sum, label_smoothing: _smoothing)
            : EachOf(shifted, target).sum();
    }

    public void Dispose()
    {
        _weights?.Dispose();
        _shift?.Dispose();
    }

    // Weighted losses are divided by the batch's samples and not by their weights: a batch of rare samples alone counts for more.
    private Tensor EachOf(Tensor logits, Tensor target) => _kind.Of(
        functional.cross_entropy(logits, target, _weights, reduction: Reduction.None, label_smoothing: _smoothing),
        logits,
        target,
        _choice.Settings);

    private static Tensor? TensorOf(float[]? values, Device device)
        => values is null ? null : tensor(values, [values.Length], device: device).DetachFromDisposeScope();
}
