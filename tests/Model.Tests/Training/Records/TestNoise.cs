using Cohort.Model.Randomness;
using Cohort.Model.Training.Records;

namespace Cohort.Model.Tests.Training.Records;

/// <summary>Record noise that anybody can repeat, and that remembers what it was asked for.</summary>
internal sealed class TestNoise(ulong seed, Random? sampling = null) : IRecordNoise
{
    private readonly KeyedRandom _noise = KeyedRandom.For(seed, Purpose.Dropout, 2);

    public Random Sampling { get; } = sampling ?? KeyedRandom.For(seed, Purpose.Dropout, 1);

    /// <summary>Whether draws are added, or only asked for.</summary>
    public bool Silent { get; init; }

    public List<(float[] Before, float[] After, double Deviation, double Resolution)> Calls { get; } = [];

    public void AddTo(Span<float> sum, double deviation, double resolution)
    {
        var before = sum.ToArray();
        foreach (ref var value in sum)
        {
            value += Silent ? 0 : (float)(deviation * _noise.NextGaussian());
        }

        Calls.Add((before, sum.ToArray(), deviation, resolution));
    }
}

/// <summary>Draws exactly these samples into every batch.</summary>
internal sealed class Chooses(int samples, params int[] chosen) : Random
{
    private int _next;

    public int Draws => _next;

    public override double NextDouble() => chosen.Contains(_next++ % samples) ? 0 : 1 - 1e-9;
}
