namespace Cohort.Federation.Tests;

/// <summary>The rules as their papers write them, in doubles, coordinate by coordinate and without a thought of speed.</summary>
internal static class NaiveRules
{
    public static double[] Combine(string rule, IReadOnlyList<SingleUpdate> updates, int f, FixedPointGrid grid, double bound = 1)
    {
        var x = updates.Select(update => update.Values.Select(value => (double)value).ToArray()).ToList();
        return rule switch
        {
            "mean" => WeightedMean(x, updates),
            "coordinateMedian" => Columns(x, Median),
            "trimmedMean" => Columns(x, column => column.Order().Skip(f).Take(column.Length - (2 * f)).Average()),
            "krum" => BestByKrum(x, f, 1)[0],
            "multiKrum" => Columns(BestByKrum(x, f, x.Count - f - 2), column => column.Average()),
            "bulyan" => Bulyan(x, f),
            "geometricMedian" => GeometricMedian(x),
            "normBounding" => WeightedMean(
                [.. x.Select(update => update.Select(value => value * Math.Min(1, bound / grid.Step / Norm(update))).ToArray())],
                updates),
            _ => throw new ArgumentException($"There is no naive {rule}; write it."),
        };
    }

    public static double Distance(double[] a, double[] b) => Norm([.. a.Zip(b, (p, q) => p - q)]);

    private static double Norm(double[] x) => Math.Sqrt(x.Sum(value => value * value));

    private static double[] WeightedMean(List<double[]> x, IReadOnlyList<SingleUpdate> updates)
    {
        var total = updates.Sum(update => (double)update.Weight);
        return [.. Enumerable.Range(0, x[0].Length).Select(i => x.Select((values, n) => values[i] * updates[n].Weight).Sum() / total)];
    }

    private static double[] Columns(List<double[]> x, Func<double[], double> of) =>
        [.. Enumerable.Range(0, x[0].Length).Select(i => of([.. x.Select(values => values[i])]))];

    private static double Median(double[] column)
    {
        var sorted = column.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private static List<double[]> BestByKrum(List<double[]> x, int f, int count)
    {
        double Score(double[] one) => x.Where(other => other != one)
            .Select(other => Math.Pow(Distance(one, other), 2)).Order().Take(Math.Max(1, x.Count - f - 2)).Sum();
        return [.. x.OrderBy(Score).Take(count)];
    }

    private static double[] Bulyan(List<double[]> x, int f)
    {
        var (left, chosen) = (x.ToList(), new List<double[]>());
        while (chosen.Count < x.Count - (2 * f))
        {
            chosen.Add(BestByKrum(left, f, 1)[0]);
            left.Remove(chosen[^1]);
        }

        return Columns(chosen, column =>
        {
            var median = Median(column);
            return column.OrderBy(value => Math.Abs(value - median)).ThenBy(value => value).Take(column.Length - (2 * f)).Average();
        });
    }

    private static double[] GeometricMedian(List<double[]> x)
    {
        // To the end, from another start than ours.
        var v = Columns(x, column => column.Average());
        for (var step = 0; step < 200; step++)
        {
            var weights = x.Select(values => 1 / Math.Max(1e-6, Distance(values, v))).ToArray();
            var total = weights.Sum();
            v = [.. Enumerable.Range(0, v.Length).Select(i => x.Select((values, n) => values[i] * weights[n]).Sum() / total)];
        }

        return v;
    }
}
