using Cohort.Model.Data;
using Cohort.Model.Networks;
using Cohort.Model.Randomness;
using Cohort.Model.Training.Algorithms;

namespace Cohort.Model.Training;

/// <summary>
/// Gradient descent over batches of samples in memory, a pass at a time (McMahan et al. 2017, Algorithm 1, ClientUpdate's inner loop). Its
/// buffer is reused from pass to pass.
/// </summary>
/// <param name="network">What is trained; stays its owner's.</param>
/// <param name="spec">Its input.</param>
/// <param name="device">Where it lies.</param>
internal sealed class BatchDescent(Module<Tensor, Tensor> network, NetworkSpec spec, Device device) : IDisposable
{
    private readonly bool _onHost = device.type == DeviceType.CPU;
    private BatchBuffer? _batch;
    private int[] _order = [];
    private Range _chosen;

    /// <summary>The samples of the batch whose loss is asked for, in its order.</summary>
    public ReadOnlySpan<int> Chosen => _order.AsSpan(_chosen);

    /// <summary>Goes once through all samples, in an order drawn anew.</summary>
    /// <param name="inputs">float32 [samples, ...] in the shape of the network's input, or longer.</param>
    /// <param name="labels">int64 [samples]</param>
    /// <param name="batchSize">B, from 1 to the samples.</param>
    /// <param name="shuffle">Draws the order.</param>
    /// <param name="augmentation">Null for none.</param>
    /// <param name="augmenting">Draws what it does.</param>
    /// <param name="lossOf">The mean loss of logits [n, classes] and target int64 [n].</param>
    /// <param name="local">What an algorithm adds to gradients; null for nothing.</param>
    /// <param name="optimizer">Over the network's parameters.</param>
    /// <returns>The losses of all batches, each times its samples, added up.</returns>
    /// <exception cref="TrainingException">A loss is not finite.</exception>
    public double Pass(
        float[] inputs,
        long[] labels,
        int batchSize,
        Random shuffle,
        Augmentation? augmentation,
        Random augmenting,
        Func<Tensor, Tensor, Tensor> lossOf,
        ILocalTurn? local,
        torch.optim.Optimizer optimizer)
    {
        var batch = BatchOf(batchSize);
        if (_order.Length != labels.Length)
        {
            _order = new int[labels.Length];
        }

        for (var i = 0; i < _order.Length; i++)
        {
            _order[i] = i;
        }

        shuffle.Permute(_order.AsSpan());
        var lossSum = 0.0;
        for (var first = 0; first < _order.Length; first += batchSize)
        {
            _chosen = first..Math.Min(first + batchSize, _order.Length);
            batch.Fill(inputs, labels, Chosen, spec.Input, augmentation, _ => augmenting);
            lossSum += Step(batch, Chosen.Length, lossOf, local, optimizer) * Chosen.Length;
        }

        return lossSum;
    }

    public void Dispose() => _batch?.Dispose();

    private double Step(
        BatchBuffer batch, int count, Func<Tensor, Tensor, Tensor> lossOf, ILocalTurn? local, torch.optim.Optimizer optimizer)
    {
        using var scope = NewDisposeScope();
        var (input, target) = batch.Tensors(count);
        if (!_onHost)
        {
            (input, target) = (input.to(device), target.to(device));
        }

        optimizer.zero_grad();
        var loss = lossOf(network.call(input), target);
        loss.backward();
        local?.Correct();
        optimizer.step();
        var value = loss.ToDouble();
        return double.IsFinite(value)
            ? value
            : throw new TrainingException($"its loss became {value}; lower training.learningRate or check the data");
    }

    private BatchBuffer BatchOf(int size)
    {
        if (_batch is null || _batch.Size < size)
        {
            _batch?.Dispose();
            _batch = new BatchBuffer(size, spec.Input);
        }

        return _batch;
    }
}
