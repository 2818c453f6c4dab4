using Cohort.Model.Data;
using Cohort.Model.Randomness;

namespace Cohort.Model.Tuning;

/// <summary>
/// A part of the training samples that no trial trains on and by which all are judged. Test samples play no part: a plan chosen by them
/// would have seen them.
/// </summary>
public static class ValidationSplit
{
    /// <summary>
    /// The data with the smaller part of its training half for its test half. Of each class the same share, as nearly as whole samples allow;
    /// of a class of two or more at least one on either side.
    /// </summary>
    /// <param name="data">What there is.</param>
    /// <param name="share">Of the training samples, above 0 and below 1.</param>
    /// <param name="seed">Decides which.</param>
    /// <exception cref="DataFormatException">One of the parts would be empty.</exception>
    public static DataSet Of(DataSet data, double share, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (!(share > 0 && share < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(share), share, "The share to judge by must lie between 0 and 1.");
        }

        var judged = new HashSet<int>();
        var classes = Enumerable.Range(0, data.Train.Count).GroupBy(data.Train.LabelOf).OrderBy(group => group.Key);
        foreach (var group in classes)
        {
            int[] samples = [.. group];
            KeyedRandom.For(seed, Purpose.Validate, group.Key).Permute<int>(samples);
            var wanted = (int)Math.Round(share * samples.Length);
            judged.UnionWith(samples.Take(samples.Length < 2 ? 0 : Math.Clamp(wanted, 1, samples.Length - 1)));
        }

        if (judged.Count == 0)
        {
            throw new DataFormatException(
                $"'{data.Name}' has {data.Train.Count} training samples, none of which can be kept to judge by; give more data.");
        }

        var all = Enumerable.Range(0, data.Train.Count).ToLookup(judged.Contains);
        return data with { Train = new SampleSubset(data.Train, [.. all[false]]), Test = new SampleSubset(data.Train, [.. all[true]]) };
    }
}
