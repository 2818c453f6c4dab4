namespace Cohort.Model.Data;

/// <summary>
/// One thing that is known of every sample of a set, or of some: a column of labels.csv, such as gender. Values are few, so that a
/// sample costs a number.
/// </summary>
public sealed class SampleAttribute
{
    /// <summary>The name of the attribute that says who is in the picture.</summary>
    public const string Person = "person";

    /// <summary>The code of a value that is not known.</summary>
    public const int Unknown = -1;

    private readonly int[] _codes;

    /// <param name="name">Its name.</param>
    /// <param name="values">Its different values.</param>
    /// <param name="codes">Of each sample, the index of its value, or <see cref="Unknown"/>; not to be changed afterwards.</param>
    /// <exception cref="ArgumentException">A code is of no value.</exception>
    public SampleAttribute(string name, IReadOnlyList<string> values, int[] codes)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(codes);
        int wrong = Array.FindIndex(codes, code => code < Unknown || code >= values.Count);
        if (wrong >= 0)
            throw new ArgumentException($"Sample {wrong} has value {codes[wrong]} of {name}, which has {values.Count} values.");
        (Name, Values, _codes) = (name, values, codes);
    }

    public string Name { get; }

    /// <summary>In ordinal order where the set was read from text.</summary>
    public IReadOnlyList<string> Values { get; }

    public int Count => _codes.Length;

    public string? this[int sample] => _codes[sample] is var code && code == Unknown ? null : Values[code];

    /// <summary>The attribute of samples whose values are given as text; empty text and null are unknown.</summary>
    public static SampleAttribute Of(string name, IReadOnlyList<string?> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        string[] values = [.. texts.Where(text => !string.IsNullOrEmpty(text)).Cast<string>().Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)];
        return new SampleAttribute(name, values, [.. texts.Select(CodeOf)]);

        int CodeOf(string? text) => string.IsNullOrEmpty(text) ? Unknown : Array.BinarySearch(values, text, StringComparer.Ordinal);
    }

    /// <summary>An attribute of a sample set, for all samples at once.</summary>
    /// <exception cref="DataFormatException">The set has no such attribute; the message names those it has.</exception>
    public static SampleAttribute Read(ISampleSet set, string name)
    {
        ArgumentNullException.ThrowIfNull(set);
        if (!set.AttributeNames.Contains(name, StringComparer.Ordinal))
        {
            throw new DataFormatException($"The samples have no attribute \"{name}\"; they have "
                + (set.AttributeNames.Count == 0 ? "none: labels.csv of an image folder may add columns, such as gender."
                    : $"{string.Join(", ", set.AttributeNames)}."));
        }

        return Of(name, [.. Enumerable.Range(0, set.Count).Select(i => set.AttributeOf(i, name))]);
    }
}
