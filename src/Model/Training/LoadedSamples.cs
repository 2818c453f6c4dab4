using Cohort.Model.Data;

namespace Cohort.Model.Training;

/// <summary>Samples as a network takes them, all in memory: a buffer that grows to the most samples it ever held.</summary>
internal sealed class LoadedSamples
{
    /// <summary>float32 [samples, ...] in the shape that the network is shown, or longer.</summary>
    public float[] Inputs { get; private set; } = [];

    /// <summary>int64 [samples]</summary>
    public long[] Labels { get; private set; } = [];

    /// <summary>Takes these samples in place of those that it held.</summary>
    public void Load(ISampleSet samples, ReadOnlySpan<int> chosen, IInputEncoding encoding)
    {
        var length = encoding.InputOf(samples.Shape)!.Length;
        if (Inputs.Length < (long)chosen.Length * length)
        {
            Inputs = new float[checked(chosen.Length * length)];
        }

        Labels = new long[chosen.Length];
        var bytes = new byte[samples.Shape.Length];
        for (var i = 0; i < chosen.Length; i++)
        {
            encoding.Apply(samples, chosen[i], bytes, Inputs.AsSpan(i * length, length));
            Labels[i] = samples.LabelOf(chosen[i]);
        }
    }
}
