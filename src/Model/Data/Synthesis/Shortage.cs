namespace Cohort.Model.Data.Synthesis;

/// <summary>One cell of a balance: a class, or a class under one value of an attribute.</summary>
/// <param name="Label">The class.</param>
/// <param name="Value">The attribute's value; null where classes are balanced.</param>
/// <param name="Have">Training samples in the cell.</param>
/// <param name="Missing">How many more it takes.</param>
public sealed record Shortage(int Label, string? Value, int Have, int Missing);

/// <summary>What a set lacks to be balanced.</summary>
public static class Shortages
{
    /// <summary>What each class lacks.</summary>
    /// <param name="set">Training samples.</param>
    /// <param name="target">How many each class is to have; null for as many as the largest has.</param>
    public static IReadOnlyList<Shortage> OfClasses(ISampleSet set, int? target)
    {
        ArgumentNullException.ThrowIfNull(set);
        int[] counts = new int[set.Classes.Count];
        for (int i = 0; i < set.Count; i++)
            counts[set.LabelOf(i)]++;
        int wanted = target ?? counts.Max();
        return [.. counts.Select((have, label) => new Shortage(label, null, have, Math.Max(0, wanted - have)))];
    }

    /// <summary>
    /// What each value of an attribute lacks within each class, so that no value tells the class any more. Samples whose value is not
    /// among these, or unknown, count nowhere.
    /// </summary>
    /// <param name="set">Training samples.</param>
    /// <param name="values">The attribute's values.</param>
    /// <param name="valueOf">A sample's value; null where unknown.</param>
    /// <param name="target">How many each cell is to have; null for as many as the class's largest has.</param>
    public static IReadOnlyList<Shortage> OfValues(
        ISampleSet set, IReadOnlyList<string> values, Func<int, string?> valueOf, int? target)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(valueOf);
        int[,] counts = new int[set.Classes.Count, values.Count];
        Dictionary<string, int> columns = values.Index().ToDictionary(v => v.Item, v => v.Index, StringComparer.Ordinal);
        for (int i = 0; i < set.Count; i++)
        {
            if (valueOf(i) is { } value && columns.TryGetValue(value, out int column))
                counts[set.LabelOf(i), column]++;
        }

        var cells = new List<Shortage>();
        for (int label = 0; label < set.Classes.Count; label++)
        {
            int wanted = target ?? Enumerable.Range(0, values.Count).Max(column => counts[label, column]);
            for (int column = 0; column < values.Count; column++)
                cells.Add(new Shortage(label, values[column], counts[label, column], Math.Max(0, wanted - counts[label, column])));
        }

        return cells;
    }
}
