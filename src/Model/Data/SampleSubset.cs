namespace Cohort.Model.Data;

/// <summary>Some samples of another set, in a given order, without a copy of them.</summary>
public sealed class SampleSubset : ISampleSet
{
    private readonly ISampleSet _source;
    private readonly int[] _indices;
    private readonly Lazy<string> _digest;

    /// <param name="source">Where the samples lie.</param>
    /// <param name="indices">Which of them; not to be changed afterwards.</param>
    public SampleSubset(ISampleSet source, int[] indices)
    {
        (_source, _indices) = (source, indices);
        _digest = new Lazy<string>(() => SampleDigest.Of(this));
    }

    public SampleShape Shape => _source.Shape;

    public IReadOnlyList<string> Classes => _source.Classes;

    public int Count => _indices.Length;

    public string Digest => _digest.Value;

    public int LabelOf(int index) => _source.LabelOf(_indices[index]);

    public int PersonOf(int index) => _source.PersonOf(_indices[index]);

    public IReadOnlyList<string> AttributeNames => _source.AttributeNames;

    public string? AttributeOf(int index, string attribute) => _source.AttributeOf(_indices[index], attribute);

    public void CopySample(int index, Span<byte> destination) => _source.CopySample(_indices[index], destination);
}
