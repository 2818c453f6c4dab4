using Cohort.Model.Data;

namespace Cohort.Model.Training;

/// <summary>Samples as a network takes them, all in memory: a buffer that grows to the most samples it ever held.</summary>
internal sealed class LoadedSamples
{
    /// <summary>float32 [samples, C, H, W], or longer.</summary>
    public float[] Pixels { get; private set; } = [];

    /// <summary>int64 [samples]</summary>
    public long[] Labels { get; private set; } = [];

    /// <summary>Takes these samples in place of those that it held.</summary>
    public void Load(ISampleSet samples, ReadOnlySpan<int> chosen, PixelScale scale)
    {
        var length = samples.Shape.Length;
        if (Pixels.Length < (long)chosen.Length * length)
        {
            Pixels = new float[checked(chosen.Length * length)];
        }

        Labels = new long[chosen.Length];
        var bytes = new byte[length];
        for (var i = 0; i < chosen.Length; i++)
        {
            samples.CopyPixels(chosen[i], bytes);
            scale.Apply(bytes, Pixels.AsSpan(i * length, length));
            Labels[i] = samples.LabelOf(chosen[i]);
        }
    }
}
