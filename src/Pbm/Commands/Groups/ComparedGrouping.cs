using System.Diagnostics;
using System.Text.Json.Serialization;
using Cohort.Federation;
using Cohort.Model.Randomness;

namespace Cohort.Pbm.Commands;

/// <summary>How one algorithm groups the students: what <c>pbm groups compare --json</c> prints for it.</summary>
/// <param name="Algorithm">Its name in plans; equalSamples for balanced groups that are made equal in samples.</param>
/// <param name="MeanKl">KL(group || population) in nats, the mean over groups.</param>
/// <param name="MaxKl">The worst group's.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="MeanTotalVariation">Half the L1 distance to the population, the mean over groups.</param>
/// <param name="MaxTotalVariation">The worst group's.</param>
/// <param name="LeastStudents">Of the smallest group.</param>
/// <param name="MostStudents">Of the largest group.</param>
/// <param name="LeastSamples">Of the group with the fewest.</param>
/// <param name="MostSamples">Of the group with the most.</param>
/// <param name="Epsilon">Of the reports by which groups were formed; absent where students reported the truth.</param>
internal sealed record ComparedGrouping(
    string Algorithm,
    double MeanKl,
    double MaxKl,
    double Seconds,
    double MeanTotalVariation,
    double MaxTotalVariation,
    int LeastStudents,
    int MostStudents,
    long LeastSamples,
    long MostSamples,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Epsilon)
{
    [JsonIgnore]
    public IReadOnlyList<GroupBalance> Groups { get; private init; } = [];

    /// <summary>Forms groups by what students report, and measures them by what students hold.</summary>
    /// <param name="grouping">The algorithm.</param>
    /// <param name="held">What students hold.</param>
    /// <param name="reported">What they report.</param>
    /// <param name="groups">How many groups.</param>
    /// <param name="seed">Keys all choices.</param>
    /// <param name="epsilon">Of the reports.</param>
    public static ComparedGrouping Of(
        IGrouping grouping, StudentHistograms held, StudentHistograms reported, int groups, long seed, double? epsilon = null)
    {
        var watch = Stopwatch.StartNew();
        var groupOf = grouping.Assign(reported, groups, KeyedRandom.For((ulong)seed, Purpose.Group));
        var seconds = watch.Elapsed.TotalSeconds;
        var balance = GroupBalance.Of(held, groupOf, groups);
        return new(
            grouping.Name,
            balance.Average(group => group.KullbackLeibler),
            balance.Max(group => group.KullbackLeibler),
            seconds,
            balance.Average(group => group.TotalVariation),
            balance.Max(group => group.TotalVariation),
            balance.Min(group => group.Size),
            balance.Max(group => group.Size),
            balance.Min(group => group.Samples),
            balance.Max(group => group.Samples),
            epsilon)
        {
            Groups = balance,
        };
    }
}
