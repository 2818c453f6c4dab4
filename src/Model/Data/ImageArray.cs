using System.Globalization;

namespace Cohort.Model.Data;

/// <summary>
/// Samples in memory: one contiguous block of pixels, [count, channels, height, width], and their labels and persons.
/// </summary>
public sealed class ImageArray : ISampleSet
{
    private readonly byte[] _pixels;
    private readonly byte[] _labels;
    private readonly int[]? _persons;
    private readonly IReadOnlyDictionary<string, SampleAttribute> _attributes;
    private readonly Lazy<string> _digest;

    /// <summary>Takes the arrays over without a copy; do not change them afterwards.</summary>
    /// <param name="shape">The shape of every picture.</param>
    /// <param name="classes">Class names.</param>
    /// <param name="pixels">Exactly labels.Length * shape.Length bytes.</param>
    /// <param name="labels">One index into the classes per sample.</param>
    /// <param name="persons">One number per sample, or null where nobody is known.</param>
    /// <param name="attributes">What else is known of the samples; null for nothing.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or a label lies outside the classes.</exception>
    public ImageArray(
        ImageShape shape,
        IReadOnlyList<string> classes,
        byte[] pixels,
        byte[] labels,
        int[]? persons = null,
        IReadOnlyList<SampleAttribute>? attributes = null)
    {
        ArgumentNullException.ThrowIfNull(classes);
        ArgumentNullException.ThrowIfNull(pixels);
        ArgumentNullException.ThrowIfNull(labels);
        if (pixels.Length != (long)labels.Length * shape.Length)
        {
            throw new ArgumentException(
                $"{labels.Length} pictures of {shape} need {(long)labels.Length * shape.Length} bytes, got {pixels.Length}.");
        }

        if (persons is not null && persons.Length != labels.Length)
            throw new ArgumentException($"There are {labels.Length} labels and {persons.Length} persons; they must be as many.");
        if (attributes?.FirstOrDefault(attribute => attribute.Count != labels.Length) is { } odd)
            throw new ArgumentException($"There are {labels.Length} labels and {odd.Count} values of {odd.Name}; they must be as many.");
        int outside = labels.AsSpan().IndexOfAnyInRange((byte)Math.Min(classes.Count, byte.MaxValue), byte.MaxValue);
        if (outside >= 0)
            throw new ArgumentException($"Sample {outside} has label {labels[outside]}, but there are {classes.Count} classes.");

        (Shape, Classes, _pixels, _labels, _persons) = (shape, classes, pixels, labels, persons);
        _attributes = (attributes ?? []).ToDictionary(attribute => attribute.Name, StringComparer.Ordinal);
        bool numbersOnly = persons is not null && !_attributes.ContainsKey(SampleAttribute.Person);
        AttributeNames = numbersOnly ? [.. _attributes.Keys, SampleAttribute.Person] : [.. _attributes.Keys];
        _digest = new Lazy<string>(() => SampleDigest.Of(this, _pixels));
    }

    public ImageShape Shape { get; }

    SampleShape ISampleSet.Shape => Shape;

    public IReadOnlyList<string> Classes { get; }

    public int Count => _labels.Length;

    public string Digest => _digest.Value;

    public int LabelOf(int index) => _labels[index];

    public int PersonOf(int index) => _persons is null ? -1 : _persons[index];

    public IReadOnlyList<string> AttributeNames { get; }

    public string? AttributeOf(int index, string attribute)
    {
        if (_attributes.TryGetValue(attribute, out SampleAttribute? known))
            return known[index];
        bool isNumber = string.Equals(attribute, SampleAttribute.Person, StringComparison.Ordinal) && PersonOf(index) >= 0;
        return isNumber ? PersonOf(index).ToString(CultureInfo.InvariantCulture) : null;
    }

    /// <summary>The bytes of one picture, [channels, height, width].</summary>
    public ReadOnlySpan<byte> Pixels(int index) => _pixels.AsSpan(index * Shape.Length, Shape.Length);

    public void CopySample(int index, Span<byte> destination) => Pixels(index).CopyTo(destination);
}
