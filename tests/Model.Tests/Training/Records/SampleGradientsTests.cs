using Cohort.Model.Data;
using Cohort.Model.Networks;
using Cohort.Model.Randomness;
using Cohort.Model.Training;
using Cohort.Model.Training.Records;

namespace Cohort.Model.Tests.Training.Records;

public class SampleGradientsTests
{
    private const int Classes = 5;

    public static TheoryData<string> Names => [.. NetworkCatalogue.Names.Where(name => NetworkCatalogue.Takes(name, ImageShape.Face))];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_clipped_sum_of_a_batch_is_the_one_of_its_samples_one_by_one(string name)
    {
        foreach (var shape in new[] { new ImageShape(1, 16, 16), new ImageShape(3, 20, 28) })
        {
            using var scope = NewDisposeScope();
            using var network = Network(name, shape);
            using var gradients = new SampleGradients(network);
            using var sum = new GradientSum(network, CPU);
            var (input, target) = Batch(shape, 7);
            double[][] alone = [.. Enumerable.Range(0, 7).Select(sample => Alone(network, input, target, sample))];
            var norms = Array.ConvertAll(alone, Norm);
            var bound = norms.Order().ElementAt(3); // some are clipped, and some are not

            gradients.AddClipped(input, target, Loss, bound, sum);

            gradients.Norms(input, target, Loss).Zip(norms).ShouldAllBe(pair => Math.Abs(pair.First / pair.Second - 1) < 1e-4);
            var expected = new double[alone[0].Length];
            foreach (var (gradient, norm) in alone.Zip(norms))
            {
                for (var i = 0; i < expected.Length; i++)
                {
                    expected[i] += gradient[i] * Math.Min(1, bound / norm);
                }
            }

            // 1/1024 of the bound is kept as room for rounding.
            Norm([.. expected.Zip(Values(sum), (e, v) => e - v)]).ShouldBeLessThan(2e-3 * Norm(expected), $"{name} {shape}");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void No_sample_adds_more_than_the_bound_however_extreme_it_is(string name)
    {
        using var scope = NewDisposeScope();
        var shape = new ImageShape(1, 16, 16);
        using var network = Network(name, shape);
        using var gradients = new SampleGradients(network);
        using var sum = new GradientSum(network, CPU);
        var (input, target) = Batch(shape, 4);
        input.narrow(0, 3, 1).mul_(1e6);
        target.narrow(0, 3, 1).copy_((-network.call(input.narrow(0, 3, 1))).argmax(1)); // as wrong as can be
        gradients.Norms(input, target, Loss)[3].ShouldBeGreaterThan(0.5);

        gradients.AddClipped(input, target, Loss, 0.5, sum);
        var with = Values(sum);
        sum.Clear();
        gradients.AddClipped(input.narrow(0, 0, 3), target.narrow(0, 0, 3), Loss, 0.5, sum);

        Norm([.. with.Zip(Values(sum), (w, without) => w - without)]).ShouldBeInRange(0.49, 0.5);
    }

    [Fact]
    public void A_sample_whose_gradient_is_not_finite_adds_nothing()
    {
        using var scope = NewDisposeScope();
        var shape = new ImageShape(1, 16, 16);
        using var network = Network("cnn2-small", shape);
        using var gradients = new SampleGradients(network);
        using var sum = new GradientSum(network, CPU);
        var (input, target) = Batch(shape, 3);
        gradients.AddClipped(input.narrow(0, 0, 2), target.narrow(0, 0, 2), Loss, 1, sum);
        var healthy = Values(sum);

        input.narrow(0, 2, 1).fill_(float.NaN);
        sum.Clear();
        gradients.AddClipped(input, target, Loss, 1, sum);
        Values(sum).ShouldBe(healthy);
        sum.Clear();
        gradients.AddClipped(input.narrow(0, 2, 1), target.narrow(0, 2, 1), Loss, 1, sum);
        Values(sum).ShouldAllBe(value => value == 0);
    }

    [Fact]
    public void Strided_grouped_and_dilated_convolutions_without_bias_are_told_apart_too()
    {
        using var scope = NewDisposeScope();
        using var network = Sequential(
            Conv2d(2, 6, 3, stride: 2, padding: 2, dilation: 2, groups: 2, bias: false), GroupNorm(2, 6, affine: false), ReLU(),
            AvgPool2d(2), Dropout(0), Flatten(), Linear(6 * 3 * 3, Classes, false));
        using var gradients = new SampleGradients(network);
        using var sum = new GradientSum(network, CPU);
        var (input, target) = Batch(new(2, 12, 12), 5);
        var alone = Enumerable.Range(0, 5).Select(sample => Norm(Alone(network, input, target, sample)));
        gradients.Norms(input, target, Loss).Zip(alone).ShouldAllBe(pair => Math.Abs(pair.First / pair.Second - 1) < 1e-4);
    }

    [Fact]
    public void Networks_whose_samples_cannot_be_told_apart_are_refused_by_name()
    {
        Refusal(new Odd(part: new Odd())).ShouldContain("'part', a Odd");
        Refusal(new Odd(part: Linear(256, Classes), scale: new Parameter(ones(1)))).ShouldContain("parameter 'scale'");
        Refusal(new Odd(x => x * 1, Linear(256, Classes))).ShouldContain("does not use its layer 'part'");
        var layer = Linear(256, 256);
        Refusal(new Odd(x => layer.call(layer.call(x)), layer)).ShouldContain("'part', which the network uses twice");
    }

    [Fact]
    public void A_network_in_which_samples_meet_or_layers_are_changed_in_place_is_refused()
    {
        var layer = Linear(256, Classes);
        Refusal(new Odd(x => layer.call(x - x.mean([0L], keepdim: true)), layer)).ShouldContain("let the pictures of a batch meet");
        layer = Linear(256, Classes);
        Refusal(new Odd(x => layer.call(x).mul_(2), layer)).ShouldContain("in place");
    }

    private static string Refusal(Odd network)
        => Should.Throw<TrainingException>(() =>
        {
            using var scope = NewDisposeScope();
            using (network)
            {
                using var gradients = new SampleGradients(network);
                using var sum = new GradientSum(network, CPU);
                GradientCheck.Require(network, new NetworkSpec("odd", new ImageShape(1, 16, 16), Classes), gradients, sum, CPU);
            }
        }).Message;

    private static Module<Tensor, Tensor> Network(string name, ImageShape shape)
    {
        var spec = new NetworkSpec(name, shape, Classes);
        var network = spec.Construct();
        new ParameterVector(network).Write(InitialModel.Create(spec, 3).Parameters);
        return network;
    }

    private static (Tensor Input, Tensor Target) Batch(ImageShape shape, int count)
    {
        var random = KeyedRandom.For(5, Purpose.Dropout);
        var pixels = new float[count * shape.Length];
        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (float)random.NextGaussian();
        }

        return (
            tensor(pixels, [count, shape.Channels, shape.Height, shape.Width]),
            tensor([.. Enumerable.Range(0, count).Select(i => (long)(i % Classes))]));
    }

    private static double[] Alone(Module<Tensor, Tensor> network, Tensor input, Tensor target, long sample)
    {
        network.zero_grad();
        functional.cross_entropy(network.call(input.narrow(0, sample, 1)), target.narrow(0, sample, 1)).backward();
        return [.. network.parameters().SelectMany(p => p.grad!.data<float>().ToArray()).Select(value => (double)value)];
    }

    private static float[] Values(GradientSum sum)
    {
        float[] values = [];
        sum.Change(all => values = [.. all]);
        return values;
    }

    private static double Norm(double[] values) => Math.Sqrt(values.Sum(value => value * value));

    /// <summary>Flattens, and then does something that no network of ours does.</summary>
    private sealed class Odd : Module<Tensor, Tensor>
    {
        private readonly torch.nn.Module? part;
        private readonly Parameter? scale;
        private readonly Func<Tensor, Tensor> _what;

        public Odd(Func<Tensor, Tensor>? what = null, torch.nn.Module? part = null, Parameter? scale = null)
            : base(nameof(Odd))
        {
            (this.part, this.scale, _what) = (part, scale, what ?? (x => x));
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => _what(input.flatten(1));
    }

    private static Tensor Loss(Tensor logits, Tensor target) => functional.cross_entropy(logits, target, reduction: Reduction.Sum);
}
