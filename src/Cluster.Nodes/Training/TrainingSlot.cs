using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Cohort.Federation;
using Cohort.Messages;
using Cohort.Model.Data;
using Cohort.Model.Networks;
using Cohort.Model.Plans;
using Cohort.Model.Randomness;
using Cohort.Model.Training;
using Cohort.Model.Training.Algorithms;
using Cohort.Nodes.Residents;

namespace Cohort.Nodes.Training;

/// <summary>
/// One thread that trains one student at a time, with one libtorch thread of its own. Its network and buffers are reused, so
/// memory grows with slots and not with students.
/// </summary>
internal sealed class TrainingSlot : IDisposable
{
    private readonly BlockingCollection<(TrainingJob Job, TaskCompletionSource<StudentUpdate> Done)> _jobs = [];
    private readonly Thread _thread;
    private readonly string _device;
    private LocalTrainer? _trainer;
    private NetworkSpec? _network;
    private float[] _update = [];

    public TrainingSlot(int number, string device)
    {
        _device = device;
        _thread = new Thread(Work) { IsBackground = true, Name = $"training slot {number}" };
        _thread.Start();
    }

    /// <summary>Trains a student; fails with whatever its training throws.</summary>
    public Task<StudentUpdate> Train(TrainingJob job)
    {
        var done = new TaskCompletionSource<StudentUpdate>(TaskCreationOptions.RunContinuationsAsynchronously);
        _jobs.Add((job, done));
        return done.Task;
    }

    /// <summary>Lets a running training finish, and ends the thread.</summary>
    public void Dispose()
    {
        _jobs.CompleteAdding();
        _thread.Join();
        _jobs.Dispose();
    }

    private void Work()
    {
        foreach (var (job, done) in _jobs.GetConsumingEnumerable())
        {
            using var training = NodeMeter.Training(job.Request);
            NodeMeter.SlotsBusy.Add(1);
            try
            {
                done.SetResult(Run(job));
                NodeMeter.StudentsTrained.Add(1);
            }
#pragma warning disable CA1031 // Whatever one student's training throws is that student's failure; the slot goes on.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                done.SetException(failure);
                NodeMeter.StudentsFailed.Add(1);
            }
            finally
            {
                NodeMeter.SlotsBusy.Add(-1);
            }
        }

        _trainer?.Dispose();
    }

    /// <summary>Trains, then the student's chain: normalise, discount, clip, put on the grid, noise (where students draw it), compress.</summary>
    private StudentUpdate Run(TrainingJob job)
    {
        var (_, request, model, control) = job;
        var context = job.Context is DeviceContext device ? device.For(job.Resident!, request) : job.Context;
        job = job with { Context = context };
        var trainer = TrainerOf(context.Network);
        var update = _update.AsSpan(0, trainer.Length);
        using var noise = StudentNoise.Of(context, request, model);
        var (remembered, residual) = context.Memory.Read(request.Memory.Span);
        var state = new AlgorithmState(control, remembered);
        var turn = new TrainingTurn((ulong)context.Plan.Seed, request.Key.Round, request.IntraRound, request.Student)
        {
            Rounds = context.Plan.Rounds.Count,
        };
        var trained = trainer.Train(
            model,
            context.Attackers.SeenBy(request.Student, context.Population),
            context.Plan.Training,
            context.Encoding,
            turn,
            update,
            noise,
            state);
        if (context.Normalised is { } normalised)
        {
            Scale(update, normalised.FactorOf(request.Student));
        }

        if (request.Staleness > 0)
        {
            Scale(update, context.Plan.Rounds.DiscountOf(request.Staleness));
        }

        var quantised = new int[context.UpdateLengthOf(trainer.Length)];
        if (context.ClipOf(request.Clip) is { } bound)
        {
            var norm = context.Grid.ClipAndQuantise(update, bound, quantised.AsSpan(0, update.Length));
            quantised.AsSpan(update.Length).Fill(AdaptiveClipping.Indicator(norm <= bound, context.Grid));
            if (context.Plan.Privacy is { IsPrivate: true, Mechanism: not NoiseMechanism.Central })
            {
                AddOwnNoise(quantised, job);
            }
        }
        else
        {
            context.Grid.Quantise(update, quantised.AsSpan(0, update.Length));
            context.Grid.Quantise(state.ControlChange, quantised.AsSpan(update.Length));
        }

        var bytes = Compress(quantised.AsSpan(0, update.Length), residual, job) + (sizeof(int) * state.ControlChange.Length);
        context.Attackers.Poison(turn, quantised.AsSpan(0, update.Length), context.Grid); // who attacks keeps to no bound

        // A loss leaves its student without noise or mask: where updates have one, it does not leave.
        var told = context.Plan.Privacy.HidesLosses ? trained with { Loss = null } : trained;
        return new(request, quantised, context.WeightOf(request.Student), told, bytes, context.NeedsSingleUpdates)
        {
            Memory = context.Memory.Write(state.NextMemory, residual),
        };
    }

    private static void Scale(Span<float> update, double factor)
    {
        foreach (ref var value in update)
        {
            value = (float)(value * factor);
        }
    }

    /// <summary>
    /// The update becomes what is decoded of its compressed form. Gives that form's length in bytes; 0 under noise, which does not
    /// cover what a length tells of an update.
    /// </summary>
    /// <param name="update">In steps of the grid.</param>
    /// <param name="residual">
    /// What compression has left out before, which is added to the update first; and then what it has left out now (Karimireddy et al. 2019,
    /// Algorithm 2). Empty without error feedback.
    /// </param>
    /// <param name="job">The training.</param>
    private static int Compress(Span<int> update, Span<int> residual, TrainingJob job)
    {
        var (compression, seed, request) = (job.Context.Plan.Compression, (ulong)job.Context.Plan.Seed, job.Request);
        if (!compression.IsOn)
        {
            return sizeof(int) * update.Length;
        }

        var (kind, settings) = (compression.Method.Kind, compression.Method.Settings);
        var random = KeyedRandom.For(seed, Purpose.Compress, request.Key.Round, request.IntraRound, request.Student);
        for (var i = 0; i < residual.Length; i++)
        {
            residual[i] = update[i] = Sum(update[i], residual[i]);
        }

        var encoded = kind.Encode(update, settings, random);
        kind.Decode(encoded, settings, update);
        for (var i = 0; i < residual.Length; i++)
        {
            residual[i] = Sum(residual[i], -(long)update[i]);
        }

        return job.Context.Plan.Privacy.IsPrivate ? 0 : encoded.Length;
    }

    private static int Sum(int value, long other) => value + other is var sum && sum is > int.MinValue and <= int.MaxValue
        ? (int)sum
        : throw new UpdateRejectedException(
            "what compression has left out of its updates has outgrown the grid; take a larger share, or fewer privacy.fractionBits");

    /// <summary>
    /// All of the planned noise, on one student's update, or the student's share of it. Its key names the model trained from: the same
    /// update always gets the same noise, and another one never does. A share's key names the release too, as of two sums of different
    /// students under the same shares the difference would show a student under a share alone (docs/privacy.md, Shares of students).
    /// </summary>
    private static void AddOwnNoise(int[] update, TrainingJob job)
    {
        var (context, request, model, _) = job;
        var start = request.IntraRound == 1
            ? request.Model
            : Convert.ToHexString(SHA256.HashData(MemoryMarshal.AsBytes<float>(model))); // a group's own model has no hash for a name
        var (parties, drawn) = context.Plan.Privacy.DrawsShares
            ? (request.NoiseShares, string.Create(CultureInfo.InvariantCulture, $", one of {request.NoiseShares} in release {request.Release}"))
            : (1, "");
        var key = new NoiseKey(
            context.NoiseName,
            request.Key.Round,
            request.Group,
            request.IntraRound,
            string.Create(CultureInfo.InvariantCulture, $"student {request.Student} from {start}{drawn}"));
        foreach (var (first, count, deviation) in context.NoiseOf(request.Clip, parties).Parts(update.Length))
        {
            LocalNoise.Add(update, first, count, deviation, context.Noise, key);
        }
    }

    private LocalTrainer TrainerOf(NetworkSpec network)
    {
        if (_trainer is null || _network != network)
        {
            _trainer?.Dispose();
            _trainer = new LocalTrainer(network, _device);
            _network = network;
            _update = new float[_trainer.Length];
        }

        return _trainer;
    }
}

/// <summary>One student's training.</summary>
/// <param name="Context">The run.</param>
/// <param name="Request">What was asked.</param>
/// <param name="Model">Shape [n].</param>
/// <param name="Control">The server's control variate, shape [n]; empty where the plan's algorithm has none.</param>
internal sealed record TrainingJob(RunContext Context, TrainStudent Request, float[] Model, float[] Control)
{
    /// <summary>Who trains, where its samples lie on this device; null for a simulated student.</summary>
    public IResidentSamples? Resident { get; init; }

    /// <summary>How many samples it has; 0 where that is seen when it trains.</summary>
    public int Samples => Context.Population.Partition.SizeOf(Request.Student);

    /// <summary>Why it has failed, in words that may leave this process.</summary>
    public string ReasonOf(Exception cause) => Resident is null ? cause.Message : DeviceReasons.Of(cause);
}
