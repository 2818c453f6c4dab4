namespace Cohort.Model.Data;

/// <summary>
/// Labelled pictures or texts, reached by index. Implementations never change once made, and may be read by many threads.
/// </summary>
public interface ISampleSet
{
    /// <summary>The shape that all samples' bytes share.</summary>
    SampleShape Shape { get; }

    /// <summary>Class names; a label is an index into them.</summary>
    IReadOnlyList<string> Classes { get; }

    /// <summary>How many samples there are.</summary>
    int Count { get; }

    /// <summary>The class of a sample, in [0, Classes.Count).</summary>
    int LabelOf(int index);

    /// <summary>Who is in the picture, or wrote the text, from 0 without large gaps; -1 where unknown.</summary>
    int PersonOf(int index);

    /// <summary>What else is known of samples, such as "gender"; "person" where it is known who is in them. None by default.</summary>
    IReadOnlyList<string> AttributeNames => [];

    /// <summary>A sample's value of an attribute; null where it is not known, or the set has no such attribute.</summary>
    string? AttributeOf(int index, string attribute) => null;

    /// <summary>
    /// Writes the sample as Shape.Length bytes: a picture as [channels, height, width], 0 black to 255 white; a text as UTF-8, and zeros
    /// behind it.
    /// </summary>
    void CopySample(int index, Span<byte> destination);

    /// <summary>SHA-256 in hex over everything that could change a result: shape, classes, labels, persons and samples. Other
    /// attributes judge models and do not make them; where a plan balances by one, <see cref="DataSet.BalancedBy"/> adds it.</summary>
    string Digest => SampleDigest.Of(this);
}
