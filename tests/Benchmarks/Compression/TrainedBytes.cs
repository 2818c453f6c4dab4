using System.Runtime.InteropServices;
using Cohort.Federation;
using Cohort.Model.Plans;
using Cohort.Model.Training;

namespace Cohort.Benchmarks.Compression;

/// <summary>What a round puts on the wire, from training and not from a generator of random numbers.</summary>
/// <param name="Parameters">A model's parameters, float32.</param>
/// <param name="Sum">What a combiner sends: some students' updates, int64 on the fixed-point grid.</param>
/// <param name="NoisySum">What a leader sends under privacy: its group's sum with noise.</param>
/// <param name="Network">Which network.</param>
internal sealed record TrainedBytes(byte[] Parameters, byte[] Sum, byte[] NoisySum, string Network)
{
    private const int Students = 8;

    /// <summary>Trains a plan for some rounds, eight students a round.</summary>
    public static TrainedBytes Train(Plan plan, int rounds)
    {
        var (data, _) = PlannedData.Load(plan, path: null);
        var population = Population.Create(plan, data);
        var network = population.NetworkOf(plan);
        var scale = new PixelScale(plan.Data.Mean, plan.Data.Deviation);
        var grid = new FixedPointGrid(plan.Privacy.FractionBits);
        var (model, _) = InitialModel.Create(network, (ulong)plan.Seed);
        using var trainer = new LocalTrainer(network, "cpu");
        var (plain, clipped) = (new ExactSum(model.Length), new ExactSum(model.Length));
        const double Bound = 1;
        for (var round = 1; round <= rounds; round++)
        {
            (plain, clipped) = (new ExactSum(model.Length), new ExactSum(model.Length));
            for (var student = 0; student < Students; student++)
            {
                var update = new float[model.Length];
                var quantised = new int[model.Length];
                var turn = new TrainingTurn((ulong)plan.Seed, round, 1, ((round * Students) + student) % plan.Students.Count);
                trainer.Train(model, population, plan.Training, scale, turn, update);
                grid.Quantise(update, quantised);
                plain.Add(quantised, population.Partition.SamplesOf(turn.Student).Length);
                L2Clipping.Clip(update, Bound);
                grid.QuantiseWithin(update, Bound, quantised);
                clipped.Add(quantised, 1); // under privacy everybody weighs the same
            }

            FederatedAveraging.Apply(model, plain, grid, 1, model);
        }

        // Noise multiplier 1: as large in every value as the whole bound.
        GaussianMechanism.AddNoise(clipped, Bound / grid.Step, NoiseSecret.FromSeed(1), new NoiseKey("bench", rounds, 0, 0, "all"));
        return new(Bytes<float>(model), Bytes(plain.Values), Bytes(clipped.Values), plan.Network);
    }

    private static byte[] Bytes<T>(ReadOnlySpan<T> values)
        where T : unmanaged
        => MemoryMarshal.AsBytes(values).ToArray();
}
