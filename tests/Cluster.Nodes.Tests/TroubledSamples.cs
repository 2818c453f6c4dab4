using Cohort.Model.Data;

namespace Cohort.Nodes.Tests;

/// <summary>Samples some of which cannot be read, or only after the test lets them.</summary>
internal sealed class TroubledSamples(ISampleSet inner, Predicate<int> person, Action trouble) : ISampleSet
{
    public SampleShape Shape => inner.Shape;

    public IReadOnlyList<string> Classes => inner.Classes;

    public int Count => inner.Count;

    public string Digest => inner.Digest;

    public int LabelOf(int index) => inner.LabelOf(index);

    public int PersonOf(int index) => inner.PersonOf(index);

    public void CopySample(int index, Span<byte> destination)
    {
        if (person(inner.PersonOf(index)))
        {
            trouble();
        }

        inner.CopySample(index, destination);
    }
}
