using System.Globalization;
using Cohort.Model.Data.Synthesis;

namespace Cohort.Model.Data;

/// <summary>
/// Further training samples for a data set, whose test half stays as it is. A derived sample is of its source's person, so that whoever
/// is kept out of a training is kept out with all that was made of their pictures.
/// </summary>
public static class TrainingAddition
{
    /// <summary>A data set with more to train on.</summary>
    /// <param name="data">What is added to.</param>
    /// <param name="added">What is added; its classes are a part of the data's.</param>
    /// <param name="place">What messages call the addition.</param>
    /// <exception cref="DataFormatException">
    /// Shapes differ, a class is unknown, or an added sample is derived from a test sample.
    /// </exception>
    public static DataSet Join(DataSet data, ISampleSet added, string place)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(added);
        if (added.Shape != data.Shape)
        {
            throw new DataFormatException(
                $"'{place}' holds samples of {added.Shape}, and '{data.Name}', which they are to be added to, of {data.Shape}.");
        }

        int[] labels = new int[added.Count];
        for (int i = 0; i < added.Count; i++)
        {
            string name = added.Classes[added.LabelOf(i)];
            labels[i] = IndexOf(data.Classes, name);
            if (labels[i] < 0)
            {
                throw new DataFormatException(
                    $"'{place}' holds samples of class '{name}', which '{data.Name}' does not have; it has "
                    + $"{string.Join(", ", data.Classes)}.");
            }
        }

        var samples = new AddedSamples(added, data.Classes, labels, PersonsOf(data, added));
        DataSet joined = data with { Train = new JoinedSamples(data.Train, samples) };
        MadeSamples.Refuse(joined, place);
        return joined;
    }

    private static int IndexOf(IReadOnlyList<string> classes, string name)
    {
        for (int i = 0; i < classes.Count; i++)
        {
            if (string.Equals(classes[i], name, StringComparison.Ordinal))
                return i;
        }

        return -1;
    }

    // Derived: their source's. Named as somebody in the data: that one's number. Others: after all that there are.
    private static int[] PersonsOf(DataSet data, ISampleSet added)
    {
        var named = new Dictionary<string, int>(StringComparer.Ordinal);
        int next = 0;
        foreach (ISampleSet half in (ReadOnlySpan<ISampleSet>)[data.Train, data.Test])
        {
            for (int i = 0; i < half.Count; i++)
            {
                next = Math.Max(next, half.PersonOf(i) + 1);
                if (half.PersonOf(i) >= 0 && half.AttributeOf(i, SampleAttribute.Person) is { } name)
                    named.TryAdd(name, half.PersonOf(i));
            }
        }

        Dictionary<string, int> sources = [];
        if (added.AttributeNames.Contains(SampleOrigin.SourceAttribute, StringComparer.Ordinal))
        {
            foreach ((int sample, string hash) in PictureHash.OfAll(data.Train).Index())
                sources.TryAdd(hash, sample);
        }

        int[] persons = new int[added.Count];
        for (int i = 0; i < persons.Length; i++)
        {
            if (SampleOrigin.Of(added, i).Source is { } source && sources.TryGetValue(source, out int sample))
                persons[i] = data.Train.PersonOf(sample);
            else if (added.PersonOf(i) < 0)
                persons[i] = -1;
            else
                persons[i] = NumberOf(added.AttributeOf(i, SampleAttribute.Person) ?? Number(added.PersonOf(i)));
        }

        return persons;

        int NumberOf(string name)
        {
            if (!named.TryGetValue(name, out int number))
                named.Add(name, number = next++);
            return number;
        }

        static string Number(int person) => person.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>The same samples under another set's numbers of classes and persons.</summary>
    private sealed class AddedSamples(ISampleSet source, IReadOnlyList<string> classes, int[] labels, int[] persons) : ISampleSet
    {
        public SampleShape Shape => source.Shape;

        public IReadOnlyList<string> Classes => classes;

        public int Count => source.Count;

        public int LabelOf(int index) => labels[index];

        public int PersonOf(int index) => persons[index];

        public IReadOnlyList<string> AttributeNames => source.AttributeNames;

        public string? AttributeOf(int index, string attribute) => source.AttributeOf(index, attribute);

        public void CopySample(int index, Span<byte> destination) => source.CopySample(index, destination);
    }
}
