using Cohort.Model.Networks;

namespace Cohort.Model.Training;

/// <summary>One model, asked what is in single pictures. Not for two threads at once.</summary>
public sealed class Predictor : IDisposable
{
    private readonly NetworkSpec _spec;
    private readonly PixelScale _scale;
    private readonly Module<Tensor, Tensor> _network;

    /// <param name="spec">The network.</param>
    /// <param name="model">float32, its parameter vector.</param>
    /// <param name="scale">From bytes to the network's input.</param>
    public Predictor(NetworkSpec spec, ReadOnlySpan<float> model, PixelScale scale)
    {
        _spec = spec;
        _scale = scale;
        _network = spec.Construct();
        _network.eval();
        new ParameterVector(_network).Write(model);
    }

    /// <summary>The softmax of the network's outputs.</summary>
    /// <param name="pixels">One picture, [channels, height, width].</param>
    /// <returns>Shape [classes]: each class's probability, adding up to 1.</returns>
    public double[] Probabilities(ReadOnlySpan<byte> pixels) => Probabilities(pixels, 1)[0];

    /// <summary>As <see cref="Probabilities(ReadOnlySpan{byte})"/>, for several pictures at once.</summary>
    /// <param name="pixels">The pictures, [count, channels, height, width].</param>
    /// <param name="count">How many.</param>
    public double[][] Probabilities(ReadOnlySpan<byte> pixels, int count)
    {
        var values = new float[count * _spec.Input.Length];
        _scale.Apply(pixels[..values.Length], values);
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var input = tensor(values, [count, _spec.Input.Channels, _spec.Input.Height, _spec.Input.Width]);
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
