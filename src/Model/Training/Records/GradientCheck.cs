using Cohort.Model.Networks;
using Cohort.Model.Randomness;

namespace Cohort.Model.Training.Records;

/// <summary>
/// Holds per-sample gradients against the gradients of two pictures that go through the network alone. A network that changes a layer's
/// output in place, or lets samples meet, would break the clipping bound without a sign; here it is refused.
/// </summary>
internal static class GradientCheck
{
    private const double Tolerance = 1e-3;

    /// <exception cref="TrainingException">They differ by more than rounding, or are not finite.</exception>
    public static void Require(
        Module<Tensor, Tensor> network, NetworkSpec spec, SampleGradients gradients, GradientSum sum, Device device)
    {
        using var scope = NewDisposeScope();
        var random = KeyedRandom.For(0, Purpose.Initialise);
        var shape = spec.Input;
        var pixels = new float[2 * shape.Length];
        foreach (ref var pixel in pixels.AsSpan())
        {
            pixel = (float)random.NextGaussian();
        }

        var input = tensor(pixels, shape.Batch(2)).to(device);
        var target = tensor([0L, Math.Min(1, spec.Classes - 1)]).to(device);

        network.eval(); // dropout would drop other units of a picture alone than of the same in company
        try
        {
            var norms = gradients.Norms(input, target, Loss);
            var alone = new[] { Alone(network, input, target, 0), Alone(network, input, target, 1) };
            var together = new float[alone[0].Length];
            sum.Clear();
            gradients.AddClipped(input, target, Loss, double.MaxValue, sum);
            sum.Change(values => values.CopyTo(together.AsSpan()));
            var expected = Array.ConvertAll(alone, gradient => Norm(gradient));
            var difference = Norm([.. together.Select((value, i) => (double)value - alone[0][i] - alone[1][i])]);
            if (!Array.TrueForAll(expected, double.IsFinite))
            {
                throw new TrainingException("its model has no finite gradients; lower training.learningRate");
            }

            if (!(Math.Abs(norms[0] - expected[0]) <= Tolerance * expected[0]
                && Math.Abs(norms[1] - expected[1]) <= Tolerance * expected[1]
                && difference <= Tolerance * (expected[0] + expected[1])))
            {
                throw new TrainingException(
                    $"DP-SGD cannot tell samples apart in the network {spec.Name}: two pictures' gradients have norms {norms[0]:G4} and "
                    + $"{norms[1]:G4} together, but {expected[0]:G4} and {expected[1]:G4} alone. It may change a layer's output in place, or "
                    + "let the pictures of a batch meet; take another network, or leave training.recordPrivacy.clip out");
            }
        }
        finally
        {
            network.train();
        }
    }

    private static Tensor Loss(Tensor logits, Tensor target) => functional.cross_entropy(logits, target, reduction: Reduction.Sum);

    private static double[] Alone(Module<Tensor, Tensor> network, Tensor input, Tensor target, long sample)
    {
        network.zero_grad();
        Loss(network.call(input.narrow(0, sample, 1)), target.narrow(0, sample, 1)).backward();
        double[] gradient = [.. network.parameters().SelectMany(parameter => parameter.grad is { } grad
            ? Array.ConvertAll(grad.cpu().data<float>().ToArray(), value => (double)value)
            : new double[parameter.numel()])];
        network.zero_grad();
        return gradient;
    }

    private static double Norm(double[] values) => Math.Sqrt(values.Sum(value => value * value));
}
