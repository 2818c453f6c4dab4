using System.Diagnostics;
using System.Globalization;
using Cohort.Model.Plans;
using Cohort.Model.Training;

namespace Cohort.Benchmarks.Training;

/// <summary>
/// What a plan's network reaches when one place holds all data: <c>central PLAN [--data PATH] [--passes N] [--learning-rate R]
/// [--batch B] [--optimizer sgd|adam]</c>, as <c>pbm train</c> trains it. The yardstick for the federated run of the same plan and the same
/// number of sample passes.
/// </summary>
internal static class CentralBenchmark
{
    public static int Run(string[] arguments)
    {
        var options = Options(arguments);
        var read = Plan.Read(arguments[0]);
        var (data, _) = PlannedData.Load(read, options.GetValueOrDefault("--data"));
        var plan = read with
        {
            Training = read.Training with
            {
                Optimizer = Enum.Parse<OptimizerKind>(
                    options.GetValueOrDefault("--optimizer", read.Training.Optimizer.ToString()), ignoreCase: true),
                LearningRate = Number(options, "--learning-rate", read.Training.LearningRate),
                Momentum = Number(options, "--momentum", read.Training.Momentum),
                BatchSize = (int)Number(options, "--batch", read.Training.BatchSize),
            },
        };
        var epochs = (int)Number(options, "--passes", CentralTraining.EpochsOf(plan));
        using var training = new CentralTraining(plan, CentralTraining.SamplesOf(plan, data), epochs);
        using var evaluator = new Evaluator(
            training.Network, data.Test, Population.EncodingOf(plan, data.Shape), "cpu", Environment.ProcessorCount);
        var clock = Stopwatch.StartNew();
        while (training.Done < epochs)
        {
            training.TrainEpoch();
        }

        clock.Stop();
        var metrics = evaluator.Evaluate(training.Model.Parameters);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"central {plan.Name}: {epochs} sample passes over {training.Samples} samples, "
            + $"{clock.Elapsed.TotalSeconds:F1} s on one thread, accuracy {metrics.Accuracy:P2}, "
            + $"macro F1 {metrics.MacroF1:F4}, test loss {metrics.Loss:F4}"));
        return 0;
    }

    private static Dictionary<string, string> Options(string[] arguments)
        => arguments[1..].Chunk(2).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);

    private static double Number(Dictionary<string, string> options, string name, double otherwise)
        => options.TryGetValue(name, out var text) ? double.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
