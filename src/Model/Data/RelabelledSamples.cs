namespace Cohort.Model.Data;

/// <summary>The samples of another set under other labels, without a copy of them.</summary>
/// <param name="source">Where the samples lie.</param>
/// <param name="labelOf">From the true label to the one that is read here, both in [0, Classes.Count).</param>
public sealed class RelabelledSamples(ISampleSet source, Func<int, int> labelOf) : ISampleSet
{
    public SampleShape Shape => source.Shape;

    public IReadOnlyList<string> Classes => source.Classes;

    public int Count => source.Count;

    public int LabelOf(int index) => labelOf(source.LabelOf(index));

    public int PersonOf(int index) => source.PersonOf(index);

    public IReadOnlyList<string> AttributeNames => source.AttributeNames;

    public string? AttributeOf(int index, string attribute) => source.AttributeOf(index, attribute);

    public void CopySample(int index, Span<byte> destination) => source.CopySample(index, destination);
}
