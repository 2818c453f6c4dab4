using Cohort.Model.Files;
using Cohort.Model.Networks;
using Cohort.Model.Randomness;

namespace Cohort.Model.Training;

/// <summary>The model before the first round: a function of the network and the seed alone.</summary>
public static class InitialModel
{
    /// <summary>
    /// Draws every weight and bias from U(-1/sqrt(fan-in), 1/sqrt(fan-in)), PyTorch's default for linear and convolution layers
    /// (LeCun et al. 1998; He et al. 2015 with a = sqrt(5)); normalisation layers start at scale 1 and shift 0. The generator is
    /// ours, so the same seed gives the same model on every version of libtorch.
    /// </summary>
    public static (float[] Parameters, IReadOnlyList<TensorLayout> Layout) Create(NetworkSpec spec, ulong seed)
    {
        using var network = spec.Construct();
        var vector = new ParameterVector(network);
        var values = new float[vector.Length];
        var random = KeyedRandom.For(seed, Purpose.Initialise);
        var offset = 0;
        var bound = 0.0;
        foreach (var tensor in vector.Layout)
        {
            var slice = values.AsSpan(offset, tensor.Length);
            offset += tensor.Length;
            var isBias = tensor.Name.EndsWith("bias", StringComparison.Ordinal);
            if (tensor.Shape.Count > 1)
            {
                bound = 1 / Math.Sqrt((double)tensor.Length / tensor.Shape[0]);
                Draw(slice, bound, random);
            }
            else if (isBias && !IsNormalisation(tensor.Name, vector.Layout))
            {
                Draw(slice, bound, random); // follows its weight, whose bound it shares
            }
            else
            {
                slice.Fill(isBias ? 0 : 1); // not left to the engine: TorchSharp's GroupNorm starts with what the memory held
            }
        }

        return (values, vector.Layout);
    }

    private static void Draw(Span<float> values, double bound, KeyedRandom random)
    {
        foreach (ref var value in values)
        {
            value = (float)((2 * random.NextDouble() - 1) * bound);
        }
    }

    private static bool IsNormalisation(string bias, IReadOnlyList<TensorLayout> layout)
    {
        var weight = string.Concat(bias.AsSpan(0, bias.Length - "bias".Length), "weight");
        return layout.Any(tensor => string.Equals(tensor.Name, weight, StringComparison.Ordinal) && tensor.Shape.Count == 1);
    }
}
