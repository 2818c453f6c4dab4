using System.Globalization;
using Cohort.Model.Plans;
using Cohort.Model.Training;

namespace Cohort.Benchmarks.Training;

/// <summary>
/// What a plan's network reaches when one place holds all data: <c>central PLAN [--data PATH] [--passes N] [--learning-rate R]
/// [--batch B] [--optimizer sgd|adam]</c>. The yardstick for the federated run of the same plan and the same number of sample
/// passes.
/// </summary>
internal static class CentralTraining
{
    public static int Run(string[] arguments)
    {
        var options = Options(arguments);
        var plan = Plan.Read(arguments[0]);
        var (data, _) = PlannedData.Load(plan, options.GetValueOrDefault("--data"));
        var federated = plan.Rounds.Count * plan.Rounds.ClientFraction * plan.Training.Epochs;
        var passes = (int)Math.Round(Number(options, "--passes", federated));

        // One student who has everything: the same trainer, the same network, no averaging.
        var central = plan with
        {
            Students = plan.Students with { Count = 1, Partition = PartitionKind.Iid },
            Training = plan.Training with
            {
                Optimizer = Enum.Parse<OptimizerKind>(
                    options.GetValueOrDefault("--optimizer", plan.Training.Optimizer.ToString()), ignoreCase: true),
                LearningRate = Number(options, "--learning-rate", plan.Training.LearningRate),
                Momentum = Number(options, "--momentum", plan.Training.Momentum),
                BatchSize = (int)Number(options, "--batch", plan.Training.BatchSize),
                LabelCalibration = false,
                Epochs = passes,
            },
        };
        var population = Population.Create(central, data);
        var network = population.NetworkOf(central);
        var scale = new PixelScale(plan.Data.Mean, plan.Data.Deviation);
        var (model, _) = InitialModel.Create(network, (ulong)plan.Seed);
        using var trainer = new LocalTrainer(network, "cpu");
        using var evaluator = new Evaluator(network, data.Test, scale, "cpu", Environment.ProcessorCount);
        var update = new float[model.Length];
        var turn = new TrainingTurn((ulong)plan.Seed, 1, 1, 0);
        var trained = trainer.Train(model, population, central.Training, scale, turn, update);
        for (var i = 0; i < model.Length; i++)
        {
            model[i] += update[i];
        }

        var metrics = evaluator.Evaluate(model);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"central {plan.Name}: {passes} sample passes over {data.Train.Count} samples, "
            + $"{trained.Duration.TotalSeconds:F1} s on one thread, accuracy {metrics.Accuracy:P2}, "
            + $"macro F1 {metrics.MacroF1:F4}, test loss {metrics.Loss:F4}"));
        return 0;
    }

    private static Dictionary<string, string> Options(string[] arguments)
        => arguments[1..].Chunk(2).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);

    private static double Number(Dictionary<string, string> options, string name, double otherwise)
        => options.TryGetValue(name, out var text) ? double.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
