using System.Diagnostics;
using Cohort.Federation;
using Cohort.Model.Data;
using Cohort.Model.Networks;
using Cohort.Model.Plans;
using Cohort.Model.Randomness;
using Cohort.Model.Training.Algorithms;
using Cohort.Model.Training.Losses;
using Cohort.Model.Training.Records;

namespace Cohort.Model.Training;

/// <summary>
/// One training slot's network: trains one student at a time from a given model (ClientUpdate of McMahan et al. 2017,
/// Algorithm 1). Not for two threads at once.
/// </summary>
public sealed class LocalTrainer : IDisposable
{
    private readonly Device _device;
    private readonly Module<Tensor, Tensor> _network;
    private readonly ParameterVector _parameters;
    private readonly NetworkSpec _spec;
    private readonly BatchDescent _descent;
    private readonly LoadedSamples _samples = new();
    private RecordTraining? _records;

    /// <param name="spec">The network.</param>
    /// <param name="device">Where it trains: <c>cpu</c> or <c>cuda:n</c>.</param>
    /// <remarks>
    /// The calling thread, which should also be the one that trains, gets one libtorch thread: cores go to students.
    /// </remarks>
    public LocalTrainer(NetworkSpec spec, string device)
    {
        set_num_threads(1);
        _spec = spec;
        _device = torch.device(device);
        _network = spec.Construct();
        if (_device.type != DeviceType.CPU)
        {
            _network.to(_device);
        }

        _network.train();
        _parameters = new ParameterVector(_network);
        _descent = new BatchDescent(_network, spec, _device);
    }

    /// <summary>Number of parameters.</summary>
    public int Length => _parameters.Length;

    /// <summary>
    /// Trains from <paramref name="model"/> on one student's samples and leaves the change of the parameters in
    /// <paramref name="update"/>.
    /// </summary>
    /// <param name="model">float32 [<see cref="Length"/>].</param>
    /// <param name="population">The students and their samples.</param>
    /// <param name="plan">Algorithm, optimiser, learning rate, E, B, augmentation.</param>
    /// <param name="encoding">From bytes to the network's input.</param>
    /// <param name="turn">Keys all randomness and the learning rate's decay.</param>
    /// <param name="update">float32 [<see cref="Length"/>]: trained minus given parameters.</param>
    /// <param name="noise">What DP-SGD draws from, where the plan protects records (<see cref="RecordTraining"/>); else null.</param>
    /// <param name="state">What the plan's algorithm carries; null where it carries nothing.</param>
    /// <exception cref="TrainingException">
    /// The student has no samples, its loss or its update is not finite, or DP-SGD cannot train the network.
    /// </exception>
    public LocalTraining Train(
        ReadOnlySpan<float> model,
        Population population,
        TrainingPlan plan,
        IInputEncoding encoding,
        TrainingTurn turn,
        Span<float> update,
        IRecordNoise? noise = null,
        AlgorithmState? state = null)
    {
        if (plan.RecordPrivacy.IsOn != noise is not null)
        {
            throw new ArgumentException(noise is null
                ? "The plan protects records (training.recordPrivacy.clip), so training needs the noise to draw from."
                : "The plan protects no records (training.recordPrivacy.clip), so training would not use the noise.");
        }

        var mine = population.Partition.SamplesOf(turn.Student);
        if (mine.IsEmpty)
        {
            throw new TrainingException("it has no samples");
        }

        var started = Stopwatch.GetTimestamp();
        var balance = population.BalanceOf(plan);
        if (plan.Balance is BalanceKind.Resample)
        {
            mine = balance!.Draw(mine, KeyedRandom.For(turn.Seed, Purpose.Balance, turn.Round, turn.IntraRound, turn.Student));
        }

        float[]? weights = plan.Balance is BalanceKind.Reweigh ? [.. mine.ToArray().Select(sample => (float)balance!.WeightOf(sample))] : null;
        _samples.Load(population.Data.Train, mine, encoding);
        _parameters.Write(model);
        var rate = PlannedSteps.RateOf(plan, turn.Round, turn.Rounds);
        using var optimizer = PlannedSteps.OptimizerOf(plan, _network, rate);
        double? loss = null;
        using var local = noise is null ? Begin(plan.Algorithm, state) : null;
        using var lossOf = new TrainingLoss(
            plan, () => population.ClassCounts, plan.LabelCalibration ? LogitShift(population, mine) : null, _device);
        var augmentation = PlannedSteps.AugmentationOf(plan.Augmentation, encoding);
        if (noise is null)
        {
            loss = Descend(plan, weights, turn, lossOf, augmentation, local, optimizer);
        }
        else
        {
            _records ??= new RecordTraining(_network, _spec, _device);
            _records.Run(plan, _samples.Inputs, _samples.Labels, lossOf, augmentation, turn, noise, optimizer);
        }

        _parameters.Read(update);
        for (var i = 0; i < update.Length; i++)
        {
            update[i] -= model[i];
        }

        local?.End(model, update, new(StepsOf(plan, mine.Length), rate));

        // Looked for in what is released anyway, so that a refusal tells no more than the update would.
        if (noise is not null && !AllFinite(update))
        {
            throw new TrainingException("its parameters are not finite any more; lower training.learningRate or raise the clipping bounds");
        }

        return new(mine.Length, (long)plan.Epochs * mine.Length, loss, Stopwatch.GetElapsedTime(started));
    }

    public void Dispose()
    {
        _records?.Dispose();
        _descent.Dispose();
        _network.Dispose();
    }

    private ILocalTurn? Begin(Choice<IClientAlgorithm> algorithm, AlgorithmState? state)
    {
        var (carried, settings) = (state ?? AlgorithmState.None, algorithm.Settings);
        var (control, memory) = (algorithm.Kind.HasControl ? Length : 0, algorithm.Kind.MemoryLength(_parameters.Layout, settings));
        carried.NextMemory = new float[memory];
        return carried.Control.Length == control && (carried.Memory?.Length ?? memory) == memory
            ? algorithm.Kind.Begin([.. _network.parameters()], settings, carried)
            : throw new ArgumentException(
                $"{algorithm.Name} carries {control} values with the model and {memory} of the student's own, but {carried.Control.Length} and "
                + $"{carried.Memory?.Length ?? 0} are given.");
    }

    private static int StepsOf(TrainingPlan plan, int samples)
    {
        var batch = PlannedSteps.BatchSizeOf(plan, samples);
        return plan.Epochs * ((samples + batch - 1) / batch);
    }

    /// <summary>Epochs of shuffled batches; gives their mean loss.</summary>
    private double Descend(
        TrainingPlan plan,
        float[]? weights,
        TrainingTurn turn,
        TrainingLoss loss,
        Augmentation? augmentation,
        ILocalTurn? local,
        torch.optim.Optimizer optimizer)
    {
        var labels = _samples.Labels;
        var batchSize = PlannedSteps.BatchSizeOf(plan, labels.Length);
        var shuffle = KeyedRandom.For(turn.Seed, Purpose.Shuffle, turn.Round, turn.IntraRound, turn.Student);
        var augmenting = KeyedRandom.For(turn.Seed, Purpose.Augment, turn.Round, turn.IntraRound, turn.Student);
        var lossSum = 0.0;
        for (var epoch = 0; epoch < plan.Epochs; epoch++)
        {
            lossSum += _descent.Pass(
                _samples.Inputs, labels, batchSize, shuffle, augmentation, augmenting, MeanOf, local, optimizer);
        }

        return lossSum / ((long)plan.Epochs * labels.Length);

        Tensor MeanOf(Tensor logits, Tensor target) => weights is null ? loss.Mean(logits, target) : loss.Weighted(logits, target, WeightsOf(weights));
    }

    /// <summary>The weights of the batch under way. Shape [n].</summary>
    private Tensor WeightsOf(float[] weights)
    {
        var chosen = new float[_descent.Chosen.Length];
        for (var i = 0; i < chosen.Length; i++)
        {
            chosen[i] = weights[_descent.Chosen[i]];
        }

        return tensor(chosen, [chosen.Length]).to(_device);
    }

    private static bool AllFinite(ReadOnlySpan<float> values)
    {
        foreach (var value in values)
        {
            if (!float.IsFinite(value))
            {
                return false;
            }
        }

        return true;
    }

    private static float[] LogitShift(Population population, ReadOnlySpan<int> mine)
        => LabelShares.LogRatio(LabelShares.Of(population.Data.Train, mine.ToArray()), population.ClassShares);
}

/// <summary>Which training this is: the key of all its randomness.</summary>
/// <param name="Seed">The run's.</param>
/// <param name="Round">1-based.</param>
/// <param name="IntraRound">1-based, inside the round; 0 and below for what a student trains for itself.</param>
/// <param name="Student">The student's index.</param>
public readonly record struct TrainingTurn(ulong Seed, int Round, int IntraRound, int Student)
{
    /// <summary>How many rounds there are in all, which a plan's learning rate may depend on; 0 where nobody says. No part of the key.</summary>
    public int Rounds { get; init; }
}

/// <summary>What a student did.</summary>
/// <param name="Samples">How many it has.</param>
/// <param name="SamplesSeen">Sample passes: samples times epochs; under DP-SGD what is expected.</param>
/// <param name="Loss">
/// Mean loss over all its batches, in nats; null under DP-SGD, where no figure may leave that was not noised.
/// </param>
/// <param name="Duration">Slot time, measured; no result depends on it.</param>
public sealed record LocalTraining(int Samples, long SamplesSeen, double? Loss, TimeSpan Duration);

/// <summary>A student cannot train; the message continues "student 7 failed: ...".</summary>
public sealed class TrainingException(string message) : Exception(message);
