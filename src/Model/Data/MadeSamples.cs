using Cohort.Model.Data.Synthesis;

namespace Cohort.Model.Data;

/// <summary>How many samples of a set were not recorded.</summary>
/// <param name="Synthetic">Drawn by a generator.</param>
/// <param name="Derived">Changed from recorded ones.</param>
public readonly record struct MadeSamples(int Synthetic, int Derived)
{
    public bool Any => Synthetic + Derived > 0;

    public static MadeSamples CountIn(ISampleSet set)
    {
        if (!SampleOrigin.IsToldBy(set))
            return default;
        (int synthetic, int derived) = (0, 0);
        for (int i = 0; i < set.Count; i++)
        {
            OriginKind kind = SampleOrigin.Of(set, i).Kind;
            synthetic += kind == OriginKind.Synthetic ? 1 : 0;
            derived += kind == OriginKind.Derived ? 1 : 0;
        }

        return new MadeSamples(synthetic, derived);
    }

    /// <summary>
    /// Makes sure that a figure measured on the data's test half is one on recorded samples that no training has seen, nor changed copies
    /// of them. Data that is synthetic as a whole says so wherever a result is shown, and is let pass.
    /// </summary>
    /// <param name="data">What is to be trained and tested on.</param>
    /// <param name="place">What the message calls it.</param>
    /// <exception cref="DataFormatException">A test sample was made, or a training sample was derived from a test sample.</exception>
    public static void Refuse(DataSet data, string place)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (!data.IsSynthetic && CountIn(data.Test) is { Any: true } found)
        {
            throw new DataFormatException(
                $"'{place}': {found.Synthetic} synthetic and {found.Derived} derived samples stand in the test half, where they would "
                + "measure the generator. Give them split train, or take them out.");
        }

        if (!data.Train.AttributeNames.Contains(SampleOrigin.SourceAttribute, StringComparer.Ordinal))
            return;
        HashSet<string> tested = [.. PictureHash.OfAll(data.Test)];
        int leaking = Enumerable.Range(0, data.Train.Count)
            .Count(i => SampleOrigin.Of(data.Train, i).Source is { } source && tested.Contains(source));
        if (leaking > 0)
        {
            throw new DataFormatException(
                $"'{place}': {leaking} training samples are derived from pictures of the test half, which would leak it into training. "
                + "Derive them from training pictures only (pbm data synth --vary does).");
        }
    }
}
