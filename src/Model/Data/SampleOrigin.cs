namespace Cohort.Model.Data;

/// <summary>Where a sample comes from.</summary>
public enum OriginKind
{
    /// <summary>A camera, a person's keyboard: what models are for.</summary>
    Recorded,

    /// <summary>A generator drew it.</summary>
    Synthetic,

    /// <summary>A recorded one was changed.</summary>
    Derived,
}

/// <summary>
/// Where a sample comes from, as its attributes say it (further columns of labels.csv): <c>synthetic</c> is true, or <c>derivedFrom</c>
/// is the SHA-256 of the source picture's pixels as they are read. Without either it counts as recorded.
/// </summary>
/// <param name="Kind">What kind it is.</param>
/// <param name="Source">Of a derived sample: SHA-256 in hex of the source's pixels; else null.</param>
public readonly record struct SampleOrigin(OriginKind Kind, string? Source)
{
    /// <summary>Attributes' names are in lower case.</summary>
    public const string SyntheticAttribute = "synthetic";
    public const string SourceAttribute = "derivedfrom";

    /// <summary>In words, what was done to a derived sample's source.</summary>
    public const string ChangeAttribute = "change";

    public static SampleOrigin Recorded { get; }

    public bool IsMade => Kind != OriginKind.Recorded;

    /// <summary>What kind of sample these attributes tell of.</summary>
    /// <exception cref="DataFormatException">They say something that is not understood.</exception>
    public static SampleOrigin Of(string? synthetic, string? source)
    {
        if (!string.IsNullOrEmpty(source))
        {
            return Synthesis.PictureHash.IsOne(source)
                ? new SampleOrigin(OriginKind.Derived, source)
                : throw new DataFormatException(
                    $"A sample is derived from '{source}'; expected the SHA-256 of its source's pixels, {Synthesis.PictureHash.Length} hex "
                    + "digits in lower case, by which it can be kept out of tests on that source.");
        }

        return synthetic?.ToLowerInvariant() switch
        {
            null or "" or "false" => Recorded,
            "true" => new SampleOrigin(OriginKind.Synthetic, null),
            _ => throw new DataFormatException($"A sample's attribute synthetic is '{synthetic}'; expected true or false."),
        };
    }

    /// <summary>What a sample of a set says of itself.</summary>
    public static SampleOrigin Of(ISampleSet set, int index)
    {
        ArgumentNullException.ThrowIfNull(set);
        return Of(set.AttributeOf(index, SyntheticAttribute), set.AttributeOf(index, SourceAttribute));
    }

    /// <summary>Whether any sample of a set could say so.</summary>
    public static bool IsToldBy(ISampleSet set)
    {
        ArgumentNullException.ThrowIfNull(set);
        return set.AttributeNames.Any(name => name is SyntheticAttribute or SourceAttribute);
    }
}
