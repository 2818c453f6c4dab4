using System.Text.Json;
using Cohort.Model.Data;

namespace Cohort.Model.Training;

/// <summary>
/// The resident students of a run as they stood when it began, in the order of their names: a student's number is its place. It takes the
/// place that the partition of a data set has for simulated students, and its digest that of the data's.
/// </summary>
public sealed class Roster
{
    private readonly string _json;

    private Roster(Resident[] students)
    {
        Residents = students;
        _json = JsonSerializer.Serialize(students);
        Digest = SampleDigest.Of("cohort-roster 1\n" + _json);
    }

    /// <summary>By number.</summary>
    public IReadOnlyList<Resident> Residents { get; }

    /// <summary>SHA-256 in hex over all that a run depends on: who, and which version of whose samples.</summary>
    public string Digest { get; }

    /// <param name="students">In any order.</param>
    /// <exception cref="ArgumentException">There is none, one stands there twice, or a number is out of its range.</exception>
    public static Roster Of(IEnumerable<Resident> students)
    {
        ArgumentNullException.ThrowIfNull(students);
        Resident[] sorted =
        [
            .. students.Select(student => student with { Labels = student.Labels.ToArray() }).OrderBy(student => student.Name, StringComparer.Ordinal),
        ];
        if (sorted.Length == 0)
        {
            throw new ArgumentException("A roster needs one student at least.");
        }

        for (var i = 0; i < sorted.Length; i++)
        {
            var (name, version, samples, labels) = sorted[i];
            if (!Resident.IsName(name))
            {
                throw new ArgumentException($"'{name}' is no name of a student: {Resident.NameRule}.");
            }

            if (i > 0 && string.Equals(name, sorted[i - 1].Name, StringComparison.Ordinal))
            {
                throw new ArgumentException($"Student '{name}' stands in the roster twice.");
            }

            if (version < 1 || samples < 0 || labels.Any(count => count < 0) || labels.Count != sorted[0].Labels.Count)
            {
                throw new ArgumentException(
                    $"Student '{name}' has version {version}, {samples} samples and {labels.Count} label counts; expected a version from 1 on, "
                    + "and as many counts as others, all at least 0.");
            }
        }

        return new(sorted);
    }

    /// <summary>What <see cref="ToJson"/> gave.</summary>
    /// <exception cref="FormatException">It did not.</exception>
    public static Roster Parse(string json)
    {
        try
        {
            return Of(JsonSerializer.Deserialize<Resident[]>(json) ?? []);
        }
        catch (Exception problem) when (problem is JsonException or ArgumentException)
        {
            throw new FormatException($"this is no roster: {problem.Message.TrimEnd('.')}", problem);
        }
    }

    public string ToJson() => _json;

    /// <summary>All students' label counts, row by row: shape [students * classes].</summary>
    public int[] Histograms() => [.. Residents.SelectMany(student => student.Labels)];

    /// <summary>All students' label counts added up: shape [classes].</summary>
    public long[] LabelTotals()
    {
        var totals = new long[Residents[0].Labels.Count];
        foreach (var student in Residents)
        {
            for (var label = 0; label < totals.Length; label++)
            {
                totals[label] += student.Labels[label];
            }
        }

        return totals;
    }
}

/// <summary>A student whose samples lie on its own device, as that tells of it.</summary>
/// <param name="Name">Unique in the cluster.</param>
/// <param name="Version">Of its samples: the same version always is the same samples. From 1 on.</param>
/// <param name="Samples">How many it trains on, where the plan needs to know; else what its label counts add up to.</param>
/// <param name="Labels">How many of each class, shape [classes]: with noise where the plan says so, and 0 where nobody needs to know.</param>
public sealed record Resident(string Name, long Version, int Samples, IReadOnlyList<int> Labels)
{
    public const string NameRule = "expected 1 to 100 ASCII letters, digits, '-', '_' and '.', and no '.' at the beginning";

    public static bool IsName(string name) => name is { Length: >= 1 and <= 100 } && name[0] != '.'
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
}
