using System.Globalization;
using Cohort.Federation;
using Cohort.Model.Data.Avatars;
using Cohort.Model.Plans;
using Cohort.Model.Training;
using Cohort.Model.Training.Records;

namespace Cohort.Benchmarks.Training;

/// <summary>
/// What DP-SGD costs: <c>dp-sgd [RUNS [NETWORK...]]</c>. Training of one student on one thread, in images/s: plain SGD, DP-SGD as it is
/// built (one pass for a batch), and DP-SGD with a pass for each sample. The three take turns; a first turn warms up.
/// </summary>
internal static class RecordPrivacyBenchmark
{
    private const int Samples = 512;
    private const int Batch = 32;

    public static int Run(string[] arguments)
    {
        var runs = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 7;
        Console.WriteLine($"{Machine.Description}; {Samples} faces of 48x48, B = {Batch}, one thread, {runs} runs");
        foreach (var network in arguments.Length > 1 ? arguments[1..] : ["cnn2-small", "cnn4"])
        {
            Compare(network, runs);
        }

        return 0;
    }

    private static void Compare(string network, int runs)
    {
        var plan = new Plan
        {
            Name = "dp-sgd",
            Network = network,
            Students = new() { Count = 1 },
            Training = new() { LearningRate = 0.01, BatchSize = Batch },
        };
        var population = Population.Create(plan, AvatarFaces.DataSet(1, 1, Samples, 1, 7));
        var spec = population.NetworkOf(plan);
        var (model, _) = InitialModel.Create(spec, 1);
        var scale = new PixelScale(0.5, 0.5);
        var records = plan.Training with { RecordPrivacy = new() { Clip = 1 } };
        using var trainer = new LocalTrainer(spec, "cpu");
        var update = new float[model.Length];
        using var single = new OneByOne(spec.Construct(), population, scale);

        var ways = new (string Name, Func<Rate> Measure)[]
        {
            ("plain SGD", () => Rate(Samples, () => trainer.Train(model, population, plan.Training, scale, new(1, 1, 1, 0), update))),
            ("DP-SGD", () =>
            {
                using var noise = new Noise();
                return Rate(Drawn(), () => trainer.Train(model, population, records, scale, new(1, 1, 1, 0), update, noise));
            }),
            ("DP-SGD's noise alone", () =>
            {
                using var noise = new Noise();
                return Rate(Drawn(), () =>
                {
                    for (var step = 0; step < Samples / Batch; step++)
                    {
                        noise.AddTo(update, 1, 1.0 / (1 << 21));
                    }
                });
            }),
            ("DP-SGD one by one", () =>
            {
                using var noise = new Noise();
                return Rate(Drawn(), () => single.Train(model, noise));
            }),
        };
        var figures = ways.Select(_ => new List<Rate>()).ToArray();
        for (var run = 0; run <= runs; run++)
        {
            for (var way = 0; way < ways.Length; way++)
            {
                var figure = ways[way].Measure();
                if (run > 0)
                {
                    figures[way].Add(figure);
                }
            }
        }

        Console.WriteLine($"{network}, {model.Length} parameters");
        foreach (var ((name, _), figure) in ways.Zip(figures))
        {
            // Ratios of processor time, which hardly depends on what else the machine does.
            var ratios = figure.Zip(figures[0], (mine, plain) => plain.PerProcessorSecond / mine.PerProcessorSecond).Order().ToArray();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  {name,-20} {Median(figure.Select(f => f.PerSecond)),7:F0} images/s ({figure.Min(f => f.PerSecond):F0} to "
                + $"{figure.Max(f => f.PerSecond):F0}), {Median(figure.Select(f => f.PerProcessorSecond)):F0} a processor second, "
                + $"{Median(ratios):F2} times plain SGD's processor time ({ratios[0]:F2} to {ratios[^1]:F2})"));
        }
    }

    private static Rate Rate(int images, Action train)
    {
        var clock = RateClock.Start();
        train();
        return clock.Stop(images);
    }

    /// <summary>How many images the fixed noise draws: a batch's size is its expectation only on average.</summary>
    private static int Drawn()
    {
        using var noise = new Noise();
        return Enumerable.Range(0, Samples * (Samples / Batch)).Count(_ => noise.Sampling.NextDouble() < (double)Batch / Samples);
    }

    private static double Median(IEnumerable<double> values)
    {
        var ordered = values.Order().ToArray();
        return ordered[ordered.Length / 2];
    }

    /// <summary>The run's own noise, of a fixed secret.</summary>
    private sealed class Noise : IRecordNoise, IDisposable
    {
        private readonly RecordNoise _noise = new(NoiseSecret.FromSeed(1), new("bench", 1, 1, 0, ""));

        public Random Sampling => _noise.Sampling;

        public void AddTo(Span<float> sum, double deviation, double resolution) => _noise.AddTo(sum, deviation, resolution);

        public void Dispose() => _noise.Dispose();
    }

    /// <summary>Abadi et al. 2016, Algorithm 1, to the letter: a forward and a backward pass for every sample.</summary>
    private sealed class OneByOne : IDisposable
    {
        private readonly Module<Tensor, Tensor> _network;
        private readonly ParameterVector _vector;
        private readonly Tensor _input;
        private readonly Tensor _target;
        private readonly float[] _sum;

        public OneByOne(Module<Tensor, Tensor> network, Population population, PixelScale scale)
        {
            var (samples, shape) = (population.Data.Train, population.Data.Train.Shape.Picture);
            var pixels = new float[Samples * shape.Length];
            var bytes = new byte[shape.Length];
            for (var i = 0; i < Samples; i++)
            {
                samples.CopySample(i, bytes);
                scale.Apply(bytes, pixels.AsSpan(i * shape.Length, shape.Length));
            }

            _network = network;
            _vector = new ParameterVector(network);
            _input = tensor(pixels, shape.Batch(Samples));
            _target = tensor([.. Enumerable.Range(0, Samples).Select(i => (long)samples.LabelOf(i))]);
            _sum = new float[_vector.Length];
        }

        public void Train(float[] model, Noise noise)
        {
            _vector.Write(model);
            using var optimizer = torch.optim.SGD(_network.parameters(), 0.01);
            for (var step = 0; step < Samples / Batch; step++)
            {
                _sum.AsSpan().Clear();
                for (var sample = 0; sample < Samples; sample++)
                {
                    if (noise.Sampling.NextDouble() < (double)Batch / Samples)
                    {
                        Add(sample);
                    }
                }

                noise.AddTo(_sum, 1, 1.0 / (1 << 21));
                using var scope = NewDisposeScope();
                var offset = 0;
                foreach (var parameter in _network.parameters())
                {
                    var count = (int)parameter.numel();
                    parameter.grad = tensor(_sum.AsSpan(offset, count).ToArray(), parameter.shape).div_(Batch);
                    offset += count;
                }

                optimizer.step();
            }
        }

        public void Dispose()
        {
            _network.Dispose();
            _input.Dispose();
            _target.Dispose();
        }

        private void Add(int sample)
        {
            using var scope = NewDisposeScope();
            _network.zero_grad();
            functional.cross_entropy(_network.call(_input.narrow(0, sample, 1)), _target.narrow(0, sample, 1)).backward();
            var gradient = cat([.. _network.parameters().Select(parameter => parameter.grad!.flatten())]);
            var norm = gradient.norm().item<float>();
            using var sum = frombuffer(_sum, ScalarType.Float32);
            sum.add_(gradient, Math.Min(1, 1 / norm));
        }
    }
}
