namespace Cohort.Model.Data;

/// <summary>
/// Samples of which nothing is here but how many they are: those of resident students, everywhere but on their devices. Who asks for a
/// label or a picture is told where they are.
/// </summary>
/// <param name="form">What they are like.</param>
/// <param name="count">How many there are.</param>
/// <param name="digest">Stands for them.</param>
public sealed class AbsentSamples(SampleForm form, int count, string digest) : ISampleSet
{
    public SampleShape Shape => form.Shape;

    public IReadOnlyList<string> Classes => form.Classes;

    public int Count => count;

    public string Digest => digest;

    public int LabelOf(int index) => throw Elsewhere();

    public int PersonOf(int index) => -1;

    public void CopySample(int index, Span<byte> destination) => throw Elsewhere();

    private static InvalidOperationException Elsewhere()
        => new("The samples of resident students lie on their own devices; only these can train, or judge by them.");
}
