using Cohort.Model.Data;
using Cohort.Model.Networks;
using Cohort.Model.Plans;
using Cohort.Model.Randomness;
using Cohort.Model.Training;

namespace Cohort.Model.Audit;

/// <summary>
/// Models trained as the plan trains, each on half of all samples, that say how sure a model is of a sample that it never saw
/// (Carlini et al. 2022, section V-C, offline attack with one variance for all: few shadow models suffice for a mean, not for a
/// variance each).
/// </summary>
public static class ShadowModels
{
    /// <summary>
    /// For each sample the mean log odds under the models that did not train on it. Models come in pairs of complementary
    /// halves, so that every sample has as many of them.
    /// </summary>
    /// <param name="spec">The network.</param>
    /// <param name="plan">Optimiser, rate, batch; its seed keys halves and beginnings.</param>
    /// <param name="encoding">From bytes to the network's input.</param>
    /// <param name="pool">Members and others together.</param>
    /// <param name="pairs">How many pairs, at least 1.</param>
    /// <param name="epochs">How often a shadow model sees its half.</param>
    /// <param name="progress">Told how many models are trained.</param>
    /// <param name="stop">Ends it between two models.</param>
    public static double[] MeanWithoutSample(
        NetworkSpec spec, Plan plan, IInputEncoding encoding, ISampleSet pool, int pairs, int epochs, Action<int> progress,
        CancellationToken stop)
    {
        var halves = Enumerable.Range(0, pairs).SelectMany(pair => Halves(pool.Count, (ulong)plan.Seed, pair)).ToArray();
        var confidences = new double[halves.Length][];
        var trained = 0;
        Parallel.For(
            0,
            halves.Length,
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = stop },
            shadow =>
            {
                var model = Train(spec, plan, encoding, new SampleSubset(pool, halves[shadow]), shadow, epochs);
                confidences[shadow] = SampleConfidences.Of(spec, model, encoding, pool);
                progress(Interlocked.Increment(ref trained));
            });

        var sums = new double[pool.Count];
        for (var shadow = 0; shadow < halves.Length; shadow++)
        {
            // The other half of the pair is what this model has not seen.
            foreach (var sample in halves[shadow ^ 1])
            {
                sums[sample] += confidences[shadow][sample];
            }
        }

        return Array.ConvertAll(sums, sum => sum / pairs);
    }

    private static int[][] Halves(int count, ulong seed, int pair)
    {
        var order = Enumerable.Range(0, count).ToArray();
        KeyedRandom.For(seed, Purpose.Audit, pair).Permute(order.AsSpan());
        return [order[..(count / 2)], order[(count / 2)..]];
    }

    private static float[] Train(NetworkSpec spec, Plan plan, IInputEncoding encoding, ISampleSet half, int shadow, int epochs)
    {
        var alone = plan with { Students = new() { Count = 1, Partition = PartitionKind.Iid } };
        var population = Population.Create(alone, new DataSet("shadow", half, half, IsSynthetic: false));
        var (model, _) = InitialModel.Create(spec, (ulong)plan.Seed + (ulong)shadow + 1);
        var update = new float[model.Length];
        using var trainer = new LocalTrainer(spec, "cpu");
        trainer.Train(
            model,
            population,
            plan.Training with { Epochs = epochs, Schedule = RateSchedule.Constant, WarmUpRounds = 0 },
            encoding,
            new((ulong)plan.Seed, 1, 1, 0),
            update);
        for (var i = 0; i < model.Length; i++)
        {
            model[i] += update[i];
        }

        return model;
    }
}
