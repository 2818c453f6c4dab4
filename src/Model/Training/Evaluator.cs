using Cohort.Model.Data;
using Cohort.Model.Evaluation;
using Cohort.Model.Networks;

namespace Cohort.Model.Training;

/// <summary>
/// Measures models on a labelled set. The set is cut into batches of a fixed size, so the figures do not depend on the number of
/// threads.
/// </summary>
public sealed class Evaluator : IDisposable
{
    private const int BatchSize = 100;
    private readonly NetworkSpec _spec;
    private readonly ISampleSet _samples;
    private readonly IInputEncoding _encoding;
    private readonly Device _device;
    private readonly Worker[] _workers;

    /// <param name="spec">The network.</param>
    /// <param name="samples">The set to measure on.</param>
    /// <param name="encoding">From bytes to the network's input.</param>
    /// <param name="device">Where to compute: <c>cpu</c> or <c>cuda:n</c>.</param>
    /// <param name="threads">How many batches are computed at a time, each on one thread.</param>
    public Evaluator(NetworkSpec spec, ISampleSet samples, IInputEncoding encoding, string device, int threads)
    {
        _spec = spec;
        _samples = samples;
        _encoding = encoding;
        _device = torch.device(device);
        _workers = [.. Enumerable.Range(0, threads).Select(_ => new Worker(spec, samples.Shape, _device))];
    }

    /// <summary>Computes all metrics of one model.</summary>
    /// <param name="model">float32, the network's parameter vector.</param>
    public Metrics Evaluate(float[] model) => Sum(Measure(model));

    /// <summary>The metrics of one model, and what it says of each sample.</summary>
    /// <inheritdoc cref="Evaluate"/>
    public (Metrics Metrics, LabelledPredictions Predictions) Judge(float[] model)
    {
        var results = Measure(model);
        var predictions = new LabelledPredictions(
            [.. results.SelectMany(result => result.Actual)],
            [.. results.SelectMany(result => result.Logits.Chunk(_spec.Classes).Select(Predictor.Softmax))],
            _spec.Classes);
        return (Sum(results), predictions);
    }

    private Metrics Sum(BatchResult[] results)
    {
        var confusion = new ConfusionMatrix(_spec.Classes);
        var loss = 0.0;
        foreach (var result in results)
        {
            loss += result.LossSum;
            for (var i = 0; i < result.Actual.Length; i++)
            {
                confusion.Add(result.Actual[i], result.Predicted[i]);
            }
        }

        return Metrics.Of(confusion, loss / _samples.Count);
    }

    private BatchResult[] Measure(float[] model)
    {
        var batches = (_samples.Count + BatchSize - 1) / BatchSize;
        var results = new BatchResult[batches];
        var next = -1;
        Parallel.ForEach(
            _workers,
            new ParallelOptions { MaxDegreeOfParallelism = _workers.Length },
            worker =>
            {
                worker.Load(model);
                for (var batch = Interlocked.Increment(ref next); batch < batches; batch = Interlocked.Increment(ref next))
                {
                    results[batch] = worker.Measure(_samples, batch * BatchSize, _encoding, _device);
                }
            });

        return results;
    }

    public void Dispose()
    {
        foreach (var worker in _workers)
        {
            worker.Dispose();
        }
    }

    private readonly record struct BatchResult(double LossSum, int[] Actual, int[] Predicted, float[] Logits);

    private sealed class Worker : IDisposable
    {
        private readonly Module<Tensor, Tensor> _network;
        private readonly ParameterVector _parameters;
        private readonly float[] _values;
        private readonly byte[] _bytes;
        private readonly NetworkSpec _spec;

        public Worker(NetworkSpec spec, SampleShape samples, Device device)
        {
            _spec = spec;
            _network = spec.Construct();
            if (device.type != DeviceType.CPU)
            {
                _network.to(device);
            }

            _network.eval();
            _parameters = new ParameterVector(_network);
            _values = new float[BatchSize * spec.Input.Length];
            _bytes = new byte[samples.Length];
        }

        public void Load(float[] model)
        {
            set_num_threads(1);
            _parameters.Write(model);
        }

        public BatchResult Measure(ISampleSet samples, int first, IInputEncoding encoding, Device device)
        {
            var count = Math.Min(BatchSize, samples.Count - first);
            var length = _spec.Input.Length;
            var actual = new int[count];
            for (var i = 0; i < count; i++)
            {
                encoding.Apply(samples, first + i, _bytes, _values.AsSpan(i * length, length));
                actual[i] = samples.LabelOf(first + i);
            }

            using var scope = NewDisposeScope();
            using var noGradients = no_grad();
            var input = frombuffer(_values, ScalarType.Float32)
                .narrow(0, 0, (long)count * length)
                .view(_spec.Input.Batch(count))
                .to(device);
            var target = tensor(Array.ConvertAll(actual, label => (long)label), [count]).to(device);
            var logits = _network.call(input);
            var loss = functional.cross_entropy(logits, target).ToDouble() * count;
            var predicted = logits.argmax(1).cpu().data<long>().ToArray();
            return new(loss, actual, Array.ConvertAll(predicted, label => (int)label), logits.cpu().data<float>().ToArray());
        }

        public void Dispose() => _network.Dispose();
    }
}
