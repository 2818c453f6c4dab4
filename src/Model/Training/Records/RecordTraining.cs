using Cohort.Model.Data;
using Cohort.Model.Networks;
using Cohort.Model.Plans;
using Cohort.Model.Randomness;
using Cohort.Model.Training.Losses;

namespace Cohort.Model.Training.Records;

/// <summary>
/// Trains one student by DP-SGD (Abadi et al. 2016, "Deep learning with differential privacy", Algorithm 1). A step's batch has each of
/// the n samples with probability q = B / n, independently; the clipped gradients are added up, noised, and divided by B whatever the
/// batch's size; a step whose batch is empty follows the noise alone. There are E ceil(n / B) steps.
/// </summary>
internal sealed class RecordTraining : IDisposable
{
    // Batches have no greatest size, so they pass through the network in pieces, and memory stays flat.
    private const int Piece = 32;

    // Rounding to the grid may move two sums apart by sqrt(d) steps. That, too, has to fit in the room SampleGradients leaves.
    private const double RoundingRoom = 1.0 / 2048;

    private readonly SampleGradients _gradients;
    private readonly GradientSum _sum;
    private readonly BatchBuffer _batch;
    private readonly Module<Tensor, Tensor> _network;
    private readonly NetworkSpec _spec;
    private readonly Device _device;
    private readonly int _parameters;
    private bool _checked;

    /// <exception cref="TrainingException">The network's samples cannot be told apart.</exception>
    public RecordTraining(Module<Tensor, Tensor> network, NetworkSpec spec, Device device)
    {
        _network = network;
        _spec = spec;
        _gradients = new SampleGradients(network);
        _sum = new GradientSum(network, device);
        _batch = new BatchBuffer(Piece, spec.Input);
        _device = device;
        _parameters = (int)network.parameters().Sum(parameter => parameter.numel());
    }

    /// <param name="plan">E, B, C, sigma and augmentation.</param>
    /// <param name="inputs">float32, what the network sees of the student's samples.</param>
    /// <param name="labels">int64 [n]</param>
    /// <param name="loss">What a sample's gradient is of; it depends on nothing but the sample.</param>
    /// <param name="augmentation">Null for none.</param>
    /// <param name="turn">Keys augmentation.</param>
    /// <param name="noise">Draws batches and noise.</param>
    /// <param name="optimizer">Over the network's parameters.</param>
    public void Run(
        TrainingPlan plan,
        float[] inputs,
        long[] labels,
        TrainingLoss loss,
        Augmentation? augmentation,
        TrainingTurn turn,
        IRecordNoise noise,
        torch.optim.Optimizer optimizer)
    {
        if (!_checked)
        {
            GradientCheck.Require(_network, _spec, _gradients, _sum, _device);
            _checked = true;
        }

        var steps = RecordSteps.Of(plan, labels.Length);
        var bound = plan.RecordPrivacy.Clip!.Value;
        var lot = RecordSteps.ExpectedBatch(plan, labels.Length);
        var resolution = Math.ScaleB(1, Math.ILogB(bound * RoundingRoom / Math.Sqrt(_parameters)));
        for (var step = 0; step < steps.Steps; step++)
        {
            _sum.Clear();
            foreach (var piece in Draw(labels.Length, steps.SamplingRate, noise.Sampling).Chunk(Piece))
            {
                Add(piece, step);
            }

            _sum.Change(values =>
            {
                noise.AddTo(values, steps.NoiseMultiplier * bound, resolution);
                foreach (ref var value in values.AsSpan())
                {
                    value /= lot;
                }
            });
            optimizer.zero_grad();
            _sum.BecomeGradients();
            optimizer.step();
        }

        void Add(int[] piece, int step)
        {
            using var scope = NewDisposeScope();
            _batch.Fill(inputs, labels, piece, _spec.Input, augmentation, sample => Augmenting(turn, step, sample));
            var (input, target) = _batch.Tensors(piece.Length);
            if (_device.type != DeviceType.CPU)
            {
                (input, target) = (input.to(_device), target.to(_device));
            }

            _gradients.AddClipped(input, target, loss.Sum, bound, _sum);
        }
    }

    public void Dispose()
    {
        _gradients.Dispose();
        _sum.Dispose();
        _batch.Dispose();
    }

    private static int[] Draw(int samples, double rate, Random random)
        => [.. Enumerable.Range(0, samples).Where(_ => random.NextDouble() < rate)];

    // A stream for each sample: from a common one, a sample's presence would change what the next ones look like.
    private static KeyedRandom Augmenting(TrainingTurn turn, int step, int sample)
        => KeyedRandom.For(turn.Seed, Purpose.Augment, turn.Round, turn.IntraRound, turn.Student, step, sample);
}
