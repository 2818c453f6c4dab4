using System.Globalization;
using Cohort.Federation;
using Cohort.Model.Data;
using Cohort.Model.Files;
using Cohort.Model.Networks;
using Cohort.Model.Plans;
using Cohort.Model.Randomness;
using Cohort.Model.Training.Losses;

namespace Cohort.Model.Training;

/// <summary>
/// What a plan's network learns if all samples lie in one place: the bound that federated training is measured against. It takes the plan's
/// network, optimiser, losses, batch size and augmentation, and nothing of its students, groups and privacy. What changes over the plan's
/// rounds (the learning rate, the mean of models) changes over the epochs in the same proportion. The optimiser goes on from epoch to epoch.
/// </summary>
/// <remarks>
/// The result follows from plan, seed, samples and the number of epochs, however often it is put away and taken up again between
/// (docs/design.md, Sameness). Not for two threads at once; the constructing thread, which should also be the one that trains, gets one
/// libtorch thread, so that two trainings side by side do not slow each other down.
/// </remarks>
public sealed class CentralTraining : IDisposable
{
    private readonly Plan _plan;
    private readonly ISampleSet _data;
    private readonly NetworkSpec _spec;
    private readonly Module<Tensor, Tensor> _network;
    private readonly ParameterVector _vector;
    private readonly OptimizerHelper _optimizer;
    private readonly BatchDescent _descent;
    private readonly LoadedSamples _samples = new();
    private readonly TrainingLoss _loss;
    private readonly IInputEncoding _encoding;
    private readonly ModelHash _initial;
    private float[] _average = [];

    /// <param name="plan">What is trained, and how; its seed keys all randomness.</param>
    /// <param name="samples">What it is trained on.</param>
    /// <param name="epochs">How often it goes through them.</param>
    /// <param name="device">Where it trains: <c>cpu</c> or <c>cuda:n</c>.</param>
    /// <exception cref="TrainingException">There are no samples, or the plan asks for what only students do.</exception>
    public CentralTraining(Plan plan, ISampleSet samples, int epochs, string device = "cpu")
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentOutOfRangeException.ThrowIfLessThan(epochs, 1);
        if (plan.Training.RecordPrivacy.IsOn)
        {
            throw new TrainingException(
                "the plan protects its students' samples by DP-SGD, which is accounted for student by student; leave training.recordPrivacy.clip out");
        }

        if (plan.Training.Balance is not BalanceKind.None)
        {
            throw new TrainingException("the plan balances what students train on, which central training does not do; leave training.balance out");
        }

        if (samples.Count == 0)
        {
            throw new TrainingException("there are no samples to train on");
        }

        set_num_threads(1);
        (_plan, _data, Epochs) = (plan, samples, epochs);
        _spec = Population.NetworkOf(plan, samples);
        var place = torch.device(device);
        _network = _spec.Construct();
        if (place.type != DeviceType.CPU)
        {
            _network.to(place);
        }

        _network.train();
        _vector = new ParameterVector(_network);
        _encoding = Population.EncodingOf(plan, samples.Shape);
        var all = Enumerable.Range(0, samples.Count).ToArray();
        _loss = new TrainingLoss(plan.Training, () => LabelShares.Counts(samples, all), shift: null, place);
        _average = plan.Server.Averages ? new float[_vector.Length] : [];
        var initial = InitialModel.Create(_spec, (ulong)plan.Seed).Parameters;
        _vector.Write(initial);
        _initial = FileOf(initial, 0, null).Hash;
        _optimizer = PlannedSteps.OptimizerOf(plan.Training, _network, plan.Training.LearningRate);
        _descent = new BatchDescent(_network, _spec, place);
        _samples.Load(samples, all, _encoding);
    }

    /// <summary>How many epochs there are in all.</summary>
    public int Epochs { get; }

    /// <summary>How many are done.</summary>
    public int Done { get; private set; }

    /// <summary>The mean loss of the last epoch, in nats; null before the first.</summary>
    public double? Loss { get; private set; }

    /// <summary>How many samples an epoch goes through.</summary>
    public int Samples => _data.Count;

    /// <summary>The network.</summary>
    public NetworkSpec Network => _spec;

    /// <summary>The model as it is now; after the last epoch the mean of models, where the plan makes one (<c>server.averaging</c>).</summary>
    public ModelFile Model => FileOf(
        Done == Epochs && _plan.Server.Averages ? _average : Parameters(), Done, Done == 0 ? null : _initial);

    /// <summary>As many epochs as the plan's federated run has passes over everybody's samples, on average.</summary>
    public static int EpochsOf(Plan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var participants = (double)plan.Rounds.Participants(plan.Students.Count) / plan.Students.Count;
        return Math.Max(1, (int)Math.Round(plan.Rounds.Count * participants * plan.Training.Epochs * plan.Groups.IntraGroupRounds));
    }

    /// <summary>What the plan's students train on, in one place: what each of them holds out is left out here too.</summary>
    /// <exception cref="ArgumentException">The plan asks for a partition that the data cannot give.</exception>
    public static ISampleSet SamplesOf(Plan plan, DataSet data)
    {
        var population = Population.Create(plan, data);
        return new SampleSubset(data.Train, population.TrainedSamples());
    }

    /// <summary>Trains one more epoch.</summary>
    /// <returns>Its mean loss, in nats.</returns>
    /// <exception cref="TrainingException">The loss is not finite.</exception>
    public double TrainEpoch()
    {
        if (Done == Epochs)
        {
            throw new InvalidOperationException($"All {Epochs} epochs are trained.");
        }

        var (training, epoch) = (_plan.Training, Done + 1);
        foreach (var group in _optimizer.ParamGroups)
        {
            group.LearningRate = PlannedSteps.RateOf(training, 1 + ((epoch - 1) * RoundsOfEpoch), _plan.Rounds.Count);
        }

        var loss = _descent.Pass(
            _samples.Inputs,
            _samples.Labels,
            PlannedSteps.BatchSizeOf(training, _data.Count),
            KeyedRandom.For((ulong)_plan.Seed, Purpose.Shuffle, epoch),
            PlannedSteps.AugmentationOf(training.Augmentation, _encoding),
            KeyedRandom.For((ulong)_plan.Seed, Purpose.Augment, epoch),
            _loss.Mean,
            local: null,
            _optimizer);
        (Done, Loss) = (epoch, loss / _data.Count);
        if (_plan.Server.Averages)
        {
            _average = ModelAverage.Next(_average, Parameters(), Math.Pow(_plan.Server.Averaging, RoundsOfEpoch), epoch);
        }

        return Loss.Value;
    }

    /// <summary>Puts it away, so that <see cref="TakeUp"/> goes on from here.</summary>
    /// <exception cref="StorageException">It could not be stored; what stood there before still does.</exception>
    public void PutAway(string path)
    {
        using var optimizer = new MemoryStream();
        _optimizer.save_state_dict(new BinaryWriter(optimizer));
        CheckpointFile.Write(path, new(Key, Done, Loss ?? 0, Parameters(), _average, optimizer.ToArray()));
    }

    /// <summary>Goes on from where it was put away.</summary>
    /// <returns>False where there is nothing, or what was put away is of another plan, other samples or another number of epochs.</returns>
    /// <exception cref="ModelFileException">The file is damaged.</exception>
    public bool TakeUp(string path)
    {
        if (!File.Exists(path))
        {
            return false;
        }

        var checkpoint = CheckpointFile.Read(path);
        if (!string.Equals(checkpoint.Key, Key, StringComparison.Ordinal) || checkpoint.Parameters.Length != _vector.Length
            || checkpoint.Average.Length != _average.Length)
        {
            return false;
        }

        try
        {
            using var optimizer = new MemoryStream(checkpoint.Optimizer, writable: false);
            _optimizer.load_state_dict(new BinaryReader(optimizer));
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new ModelFileException($"{path}: what the optimiser remembers is damaged: {e.Message.TrimEnd('.')}; delete the file.", e);
        }

        _vector.Write(checkpoint.Parameters);
        _average = checkpoint.Average;
        (Done, Loss) = (checkpoint.Done, checkpoint.Done == 0 ? null : checkpoint.Loss);
        return true;
    }

    /// <summary>What its result follows from: two trainings of one key give one model.</summary>
    public string Key => field ??= SampleDigest.Of(
        string.Create(CultureInfo.InvariantCulture, $"central\n{_plan.Digest}\n{_data.Digest}\n{Epochs}"));

    public void Dispose()
    {
        _optimizer.Dispose();
        _loss.Dispose();
        _descent.Dispose();
        _network.Dispose();
    }

    private double RoundsOfEpoch => (double)_plan.Rounds.Count / Epochs;

    private float[] Parameters()
    {
        var values = new float[_vector.Length];
        _vector.Read(values);
        return values;
    }

    private ModelFile FileOf(float[] parameters, int epochs, ModelHash? parent) => new()
    {
        Network = _plan.Network,
        Classes = _data.Classes,
        Tensors = _vector.Layout,
        Parameters = parameters,
        Round = epochs,
        Parent = parent,
        Plan = _plan.Name,
        Picture = _spec.Input as ImageShape ?? ImageShape.Face,
        PixelMean = _plan.Data.Mean,
        PixelDeviation = _plan.Data.Deviation,
        Text = _encoding as TextEncoding,
        IsCentral = epochs > 0,
    };
}
