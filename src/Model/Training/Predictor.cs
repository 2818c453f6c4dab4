using Cohort.Model.Data.Texts;
using Cohort.Model.Networks;

namespace Cohort.Model.Training;

/// <summary>One model, asked about single samples. Not for two threads at once.</summary>
public sealed class Predictor : IDisposable
{
    private readonly NetworkSpec _spec;
    private readonly IInputEncoding _encoding;
    private readonly Module<Tensor, Tensor> _network;

    /// <param name="spec">The network.</param>
    /// <param name="model">float32, its parameter vector.</param>
    /// <param name="encoding">From bytes to the network's input.</param>
    public Predictor(NetworkSpec spec, ReadOnlySpan<float> model, IInputEncoding encoding)
    {
        _spec = spec;
        _encoding = encoding;
        _network = spec.Construct();
        _network.eval();
        new ParameterVector(_network).Write(model);
    }

    /// <summary>The softmax of the network's outputs.</summary>
    /// <param name="sample">One sample, as a set has it: a picture's pixels, or <see cref="TextArray.Row"/>.</param>
    /// <returns>Shape [classes]: each class's probability, adding up to 1.</returns>
    public double[] Probabilities(ReadOnlySpan<byte> sample) => Probabilities(sample, 1)[0];

    /// <summary>As <see cref="Probabilities(ReadOnlySpan{byte})"/>, for several samples at once.</summary>
    /// <param name="samples">The samples, one after the other.</param>
    /// <param name="count">How many.</param>
    public double[][] Probabilities(ReadOnlySpan<byte> samples, int count)
    {
        var values = new float[count * _spec.Input.Length];
        var length = samples.Length / count;
        for (var i = 0; i < count; i++)
        {
            _encoding.Apply(samples.Slice(i * length, length), values.AsSpan(i * _spec.Input.Length, _spec.Input.Length));
        }

        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var input = tensor(values, _spec.Input.Batch(count));
        return [.. _network.call(input).data<float>().ToArray().Chunk(_spec.Classes).Select(Softmax)];
    }

    public void Dispose() => _network.Dispose();

    internal static double[] Softmax(float[] logits)
    {
        // The largest is taken off first, so that no exponential overflows.
        var largest = logits.Max();
        var weights = Array.ConvertAll(logits, logit => Math.Exp(logit - largest));
        var sum = weights.Sum();
        return Array.ConvertAll(weights, weight => weight / sum);
    }
}
