using Cohort.Model.Data;
using Cohort.Model.Randomness;

namespace Cohort.Model.Evaluation.Bias;

/// <summary>The persons of each group, whose samples are drawn and dealt together; a sample of nobody known is a person of its own.</summary>
internal sealed class PersonsOfGroups
{
    private readonly int[][][] _persons;
    private readonly int[][] _slots;

    /// <param name="groups">Shape [groups][]: the samples of each.</param>
    /// <param name="persons">Who is in which sample; null where that is not known.</param>
    public PersonsOfGroups(IReadOnlyList<int[]> groups, SampleAttribute? persons)
    {
        _persons = [.. groups.Select(samples => samples.GroupBy(Who, StringComparer.Ordinal).Select(person => person.ToArray()).ToArray())];
        AreKnown = _persons.Any(group => group.Any(person => person.Length > 1));
        _slots = [.. groups.SelectMany((samples, group) => samples.Select(sample => (group, sample)))
            .GroupBy(each => Who(each.sample), StringComparer.Ordinal).Select(person => person.SelectMany(each => new[] { each.group, each.sample }).ToArray())];

        string Who(int sample) => persons?[sample] is { } person ? "=" + person : sample.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>True if somebody has more than one sample.</summary>
    public bool AreKnown { get; }

    public int CountOf(int group) => _persons[group].Length;

    /// <summary>As many of a group's persons as it has, drawn with replacement: all of their samples.</summary>
    public int[] DrawnOf(int group, Random random)
    {
        var persons = _persons[group];
        return [.. persons.SelectMany(_ => persons[random.Next(persons.Length)])];
    }

    /// <summary>
    /// The groups of an attribute that means nothing: whole persons dealt anew, where each has one value; else each person's values dealt anew
    /// among its own samples. Groups keep their number of persons, or of samples.
    /// </summary>
    public int[][] Dealt(Random random)
    {
        if (_slots.Length == _persons.Sum(group => group.Length))
        {
            var pool = _persons.SelectMany(group => group).ToArray();
            random.Permute(pool.AsSpan());
            var first = 0;
            return [.. _persons.Select(group =>
            {
                var from = first;
                first += group.Length;
                return pool[from..first].SelectMany(person => person).ToArray();
            })];
        }

        var dealt = _persons.Select(_ => new List<int>()).ToArray();
        foreach (var slots in _slots)
        {
            var samples = slots.Where((_, i) => i % 2 == 1).ToArray();
            random.Permute(samples.AsSpan());
            for (var i = 0; i < samples.Length; i++)
            {
                dealt[slots[2 * i]].Add(samples[i]);
            }
        }

        return [.. dealt.Select(samples => samples.ToArray())];
    }
}
