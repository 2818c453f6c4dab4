using Cohort.Model.Data;
using Cohort.Model.Networks;
using Cohort.Model.Training;

namespace Cohort.Model.Audit;

/// <summary>How sure a model is of each sample's own label.</summary>
internal static class SampleConfidences
{
    private const int BatchSize = 100;

    /// <summary>
    /// log(p / (1 - p)) of the label's probability p, for every sample (Carlini et al. 2022, eq. 6, computed from logits so that
    /// no rounding to 1 happens). The loss -log p is a falling function of it.
    /// </summary>
    /// <param name="spec">The network.</param>
    /// <param name="model">float32, its parameters.</param>
    /// <param name="encoding">From bytes to the network's input.</param>
    /// <param name="samples">Any number.</param>
    public static double[] Of(NetworkSpec spec, float[] model, IInputEncoding encoding, ISampleSet samples)
    {
        set_num_threads(1);
        using var network = spec.Construct();
        network.eval();
        new ParameterVector(network).Write(model);
        using var noGradients = no_grad();
        var confidences = new double[samples.Count];
        var bytes = new byte[samples.Shape.Length];
        for (var first = 0; first < samples.Count; first += BatchSize)
        {
            var count = Math.Min(BatchSize, samples.Count - first);
            var inputs = new float[count * spec.Input.Length];
            for (var i = 0; i < count; i++)
            {
                encoding.Apply(samples, first + i, bytes, inputs.AsSpan(i * spec.Input.Length, spec.Input.Length));
            }

            using var scope = NewDisposeScope();
            var input = tensor(inputs, spec.Input.Batch(count));
            var logits = network.call(input).data<float>().ToArray();
            for (var i = 0; i < count; i++)
            {
                confidences[first + i] = LogOdds(logits.AsSpan(i * spec.Classes, spec.Classes), samples.LabelOf(first + i));
            }
        }

        return confidences;
    }

    /// <summary>The cross-entropy, in nats, of a sample with these log odds.</summary>
    public static double LossOf(double logOdds)
        => logOdds > 0 ? double.LogP1(Math.Exp(-logOdds)) : -logOdds + double.LogP1(Math.Exp(logOdds));

    private static double LogOdds(ReadOnlySpan<float> logits, int label)
    {
        var largest = double.NegativeInfinity;
        for (var i = 0; i < logits.Length; i++)
        {
            if (i != label)
            {
                largest = Math.Max(largest, logits[i]);
            }
        }

        var others = 0.0;
        for (var i = 0; i < logits.Length; i++)
        {
            others += i == label ? 0 : Math.Exp(logits[i] - largest);
        }

        return logits[label] - largest - Math.Log(others);
    }
}
