namespace Cohort.Model.Data;

/// <summary>Two sets of the same shape and classes, one after the other.</summary>
public sealed class JoinedSamples : ISampleSet
{
    private readonly ISampleSet _first;
    private readonly ISampleSet _second;

    /// <exception cref="ArgumentException">Shapes or classes differ.</exception>
    public JoinedSamples(ISampleSet first, ISampleSet second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (first.Shape != second.Shape || !first.Classes.SequenceEqual(second.Classes, StringComparer.Ordinal))
        {
            throw new ArgumentException(
                $"{first.Shape.Describe()} in {first.Classes.Count} classes and {second.Shape.Describe()} in {second.Classes.Count} "
                + "cannot be joined.");
        }

        (_first, _second) = (first, second);
        AttributeNames = [.. first.AttributeNames.Union(second.AttributeNames, StringComparer.Ordinal)];
    }

    public SampleShape Shape => _first.Shape;

    public IReadOnlyList<string> Classes => _first.Classes;

    public int Count => _first.Count + _second.Count;

    public int LabelOf(int index) => index < _first.Count ? _first.LabelOf(index) : _second.LabelOf(index - _first.Count);

    public int PersonOf(int index) => index < _first.Count ? _first.PersonOf(index) : _second.PersonOf(index - _first.Count);

    /// <summary>What is known in either: a sample of a set that knows nothing of an attribute has no value.</summary>
    public IReadOnlyList<string> AttributeNames { get; }

    public string? AttributeOf(int index, string attribute)
        => index < _first.Count ? _first.AttributeOf(index, attribute) : _second.AttributeOf(index - _first.Count, attribute);

    public void CopySample(int index, Span<byte> destination)
    {
        if (index < _first.Count)
        {
            _first.CopySample(index, destination);
        }
        else
        {
            _second.CopySample(index - _first.Count, destination);
        }
    }
}
