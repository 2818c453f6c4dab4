using System.Diagnostics;
using System.Globalization;
using Cohort.Federation;
using Cohort.Model.Data;
using Cohort.Model.Plans;
using Cohort.Model.Training;

namespace Cohort.Benchmarks.Federation;

/// <summary>
/// What 20 % attackers cost: <c>robust [MNIST [NETWORK [ROUNDS [SAMPLES]]]]</c>. Every rule against every attack, 50 students in one group,
/// iid, 10 of them attackers, one seed for all: test accuracy after the last round, and the points that the attack costs the rule. The
/// students' chain, the leader's rule and the server's step are those of a run, one after the other without actors.
/// <c>robust speed [STUDENTS [VALUES]]</c>: how long each rule takes on one thread.
/// </summary>
internal static class RobustBenchmark
{
    private const int Students = 50;
    private const int Attackers = 10;

    private static readonly (string Name, Choice<IAttack> Attack)[] Attacks =
    [
        ("none", new("none")),
        ("signFlip x 10", new("signFlip")),
        ("noise, sigma 1", new("noise")),
        ("labelFlip", new("labelFlip")),
        ("labelFlip x 10", new("labelFlip") { Settings = Settings.None.With("boost", 10) }),
        ("alie, z 1.5", new("alie")),
    ];

    public static int Run(string[] arguments)
    {
        if (At(arguments, 0, "") is "speed")
        {
            return Time(
                int.Parse(At(arguments, 1, "100"), CultureInfo.InvariantCulture),
                int.Parse(At(arguments, 2, "200000"), CultureInfo.InvariantCulture));
        }

        var (path, network) = (At(arguments, 0, "../shared/data/mnist"), At(arguments, 1, "logistic"));
        var rounds = int.Parse(At(arguments, 2, "20"), CultureInfo.InvariantCulture);
        var samples = int.Parse(At(arguments, 3, "10000"), CultureInfo.InvariantCulture);
        var plan = new Plan
        {
            Name = "robust",
            Network = network,
            Data = new() { Set = DataSource.Idx, Mean = 0.1307, Deviation = 0.3081 },
            Students = new() { Count = Students },
            Groups = new() { Count = 1 },
            Training = new() { LearningRate = network is "logistic" ? 0.02 : 0.1, BatchSize = 20 },
        };
        var (all, _) = PlannedData.Load(plan, path);
        var data = all with { Train = new SampleSubset(all.Train, [.. Enumerable.Range(0, Math.Min(samples, all.Train.Count))]) };
        var bound = MedianNorm(plan, data);
        var rules = Catalogue.Of<IAggregationRule>().OrderBy(rule => rule is not Mean).Select(rule => rule.Name).ToArray();
        Console.WriteLine(
            $"{Machine.Description}; {network} on {data.Train.Count:N0} samples of MNIST, {Students} students, {rounds} rounds; "
            + "accuracy in %, and its change by the attack in points");
        Console.WriteLine($"normBounding's bound is the median length of the first round's updates, {bound:F3}");
        Console.WriteLine($"{"",-18}{string.Concat(Attacks.Select(attack => $"{attack.Name,-18}"))}seconds a rule's turn");
        foreach (var name in rules)
        {
            var started = Stopwatch.GetTimestamp();
            var rule = RuleOf(name, Attackers, bound);
            var accuracies = new double[Attacks.Length];
            Parallel.For(0, Attacks.Length, new() { MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
                accuracies[i] = Train(
                    plan with { Aggregation = new() { Rule = rule }, Attack = new() { Kind = Attacks[i].Attack } }, data, rounds));
            var cells = accuracies.Select((accuracy, i) => string.Create(
                CultureInfo.InvariantCulture,
                $"{(i == 0 ? $"{accuracy * 100:F2}" : $"{accuracy * 100:F2} ({(accuracy - accuracies[0]) * 100:+0.0;-0.0})"),-18}"));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name,-18}{string.Concat(cells)}{Stopwatch.GetElapsedTime(started).TotalSeconds:F0}"));
        }

        return 0;
    }

    private static double Train(Plan plan, DataSet data, int rounds)
    {
        plan = plan.Checked("the benchmark");
        var population = Population.Create(plan, data);
        var network = population.NetworkOf(plan);
        var (scale, grid) = (new PixelScale(plan.Data.Mean, plan.Data.Deviation), new FixedPointGrid(plan.Privacy.FractionBits));
        var attackers = Model.Training.Attackers.Of(plan, population);
        var (model, _) = InitialModel.Create(network, (ulong)plan.Seed);
        using var trainer = new LocalTrainer(network, "cpu");
        using var evaluator = new Evaluator(network, data.Test, scale, "cpu", threads: 1);
        var update = new float[model.Length];
        for (var round = 1; round <= rounds; round++)
        {
            var updates = new List<SingleUpdate>();
            for (var student = 0; student < Students; student++)
            {
                var turn = new TrainingTurn((ulong)plan.Seed, round, 1, student);
                var quantised = new int[update.Length];
                try
                {
                    trainer.Train(model, attackers.SeenBy(student, population), plan.Training, scale, turn, update);
                    grid.Quantise(update, quantised);
                }
                catch (Exception failure) when (failure is TrainingException or UpdateRejectedException)
                {
                    continue; // as in a run: from a ruined model this student cannot train on
                }

                attackers.Poison(turn, quantised, grid);
                updates.Add(new(student, population.WeightOf(student, plan), quantised));
            }

            if (updates.Count == 0 || RobustAggregation.WhyNot(plan.Aggregation.Rule, updates.Count) is not null)
            {
                break;
            }

            var sum = RobustAggregation.Combine(plan.Aggregation.Rule, attackers.Collude(updates), grid);
            FederatedAveraging.Apply(model, sum, grid, 1, model);
        }

        return evaluator.Evaluate(model).Accuracy;
    }

    private static int Time(int students, int values)
    {
        Console.WriteLine($"{Machine.Description}; {students} updates of {values:N0} values, a fifth of attackers to be borne, one thread");
        var random = new Random(1);
        var updates = Enumerable.Range(0, students).Select(student =>
            new SingleUpdate(student, 1, [.. Enumerable.Range(0, values).Select(_ => random.Next(-1_000_000, 1_000_000))])).ToList();
        foreach (var kind in Catalogue.Of<IAggregationRule>())
        {
            var rule = RuleOf(kind.Name, students / 5, bound: 1);
            var times = new List<double>();
            for (var run = 0; run < 5; run++)
            {
                var started = Stopwatch.GetTimestamp();
                RobustAggregation.Combine(rule, updates, new());
                times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }

            times.Sort();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{kind.Name,-18}{times[2],8:F0} ms ({times[0]:F0} to {times[^1]:F0})"));
        }

        return 0;
    }

    private static double MedianNorm(Plan plan, DataSet data)
    {
        var population = Population.Create(plan, data);
        var network = population.NetworkOf(plan);
        var (model, _) = InitialModel.Create(network, (ulong)plan.Seed);
        var (update, scale) = (new float[model.Length], new PixelScale(plan.Data.Mean, plan.Data.Deviation));
        using var trainer = new LocalTrainer(network, "cpu");
        return Enumerable.Range(0, Students).Select(student =>
        {
            trainer.Train(model, population, plan.Training, scale, new((ulong)plan.Seed, 1, 1, student), update);
            return L2Clipping.Norm(update);
        }).Order().ElementAt(Students / 2);
    }

    private static Choice<IAggregationRule> RuleOf(string name, int attackers, double bound)
    {
        var choice = new Choice<IAggregationRule>(name);
        return choice.Kind is NormBounding ? choice with { Settings = Settings.None.With("bound", bound) }
            : choice.Kind.Hyperparameters.Contains(IAggregationRule.Attackers)
                ? choice with { Settings = Settings.None.With(IAggregationRule.Attackers.Name, attackers) }
                : choice;
    }

    private static string At(string[] arguments, int place, string otherwise)
        => arguments.Length > place ? arguments[place] : otherwise;
}
