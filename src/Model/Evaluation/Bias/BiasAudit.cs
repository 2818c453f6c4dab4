using Cohort.Model.Data;
using Cohort.Model.Randomness;

namespace Cohort.Model.Evaluation.Bias;

/// <summary>
/// Whether a model does as well for one value of an attribute as for another. Gaps are the largest differences between two groups: in
/// accuracy, in macro F1, in the share of samples that are taken for a class (demographic parity), and in a class's true or false positive
/// rate (equalised odds; Hardt, Price and Srebro 2016, definition 2.1), each class against all others, the worst class counting.
/// Intervals are percentile intervals of a bootstrap that is stratified by group: as many samples of each group are drawn as it has. Where
/// it is known who is in which picture, persons are drawn in place of samples, as pictures of one person are alike, and many pictures of few
/// persons say little about others (cluster bootstrap; Field and Welsh 2007).
/// </summary>
public sealed class BiasAudit
{
    public const string Accuracy = "accuracy";
    public const string MacroF1 = "macro F1";
    public const string DemographicParity = "demographic parity";
    public const string EqualisedOdds = "equalised odds";
    public const string UnknownValue = "(unknown)";

    /// <summary>With so few samples, one of them moves a share by a tenth.</summary>
    public const int DefaultLeastSamples = 10;

    /// <summary>An attribute of more values is shown as a distribution.</summary>
    public const int MostGroups = 20;

    private const ulong Seed = 1;
    private const string Recall = "recall";
    private const string FalsePositives = "false positive rate";

    private readonly LabelledPredictions _predictions;
    private readonly IReadOnlyList<string> _classes;
    private readonly int _least;
    private readonly int _resamples;
    private readonly bool _unknownCounts;

    /// <param name="predictions">What the model says of the samples.</param>
    /// <param name="classes">The classes' names.</param>
    /// <param name="leastSamples">Groups, and a group's classes, of fewer samples give no gap.</param>
    /// <param name="resamples">B; 0 for no intervals.</param>
    /// <param name="unknownCounts">Samples whose value is not known are a group too.</param>
    public BiasAudit(
        LabelledPredictions predictions,
        IReadOnlyList<string> classes,
        int leastSamples = DefaultLeastSamples,
        int resamples = BootstrapIntervals.DefaultResamples,
        bool unknownCounts = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(leastSamples, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(resamples);
        (_predictions, _classes, _least, _resamples, _unknownCounts) = (predictions, classes, leastSamples, resamples, unknownCounts);
    }

    /// <param name="attribute">Of the same samples, in the same order.</param>
    /// <param name="persons">Who is in which sample; null where that is not known.</param>
    /// <exception cref="ArgumentException">One of them is of another number of samples.</exception>
    public AttributeBias Of(SampleAttribute attribute, SampleAttribute? persons = null)
    {
        ArgumentNullException.ThrowIfNull(attribute);
        foreach (var each in new[] { attribute, persons })
        {
            if (each is not null && each.Count != _predictions.Count)
            {
                throw new ArgumentException($"There are {_predictions.Count} predictions and {each.Count} values of {each.Name}.");
            }
        }

        var members = Enumerable.Range(0, attribute.Count)
            .Where(sample => _unknownCounts || attribute[sample] is not null)
            .GroupBy(sample => attribute[sample] ?? UnknownValue, StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => (Value: group.Key, Samples: group.ToArray()))
            .ToList();
        var unknown = Enumerable.Range(0, attribute.Count).Count(sample => attribute[sample] is null);
        var bias = new AttributeBias(
            attribute.Name, members.Sum(group => group.Samples.Length), unknown, _unknownCounts, _least, _resamples, false, members.Count, [], [], null);
        return members.Count switch
        {
            0 => bias,
            > MostGroups => bias with
            {
                Distribution = AccuracyDistribution.Of([.. members.Select(group => (group.Samples.Count(_predictions.IsCorrect), group.Samples.Length))]),
            },
            _ => Compared(
                bias, [.. members.Select(group => group.Value)], [.. members.Select(group => group.Samples)], new(members.ConvertAll(group => group.Samples), persons)),
        };
    }

    private AttributeBias Compared(AttributeBias bias, string[] values, int[][] members, PersonsOfGroups persons)
    {
        GroupRates[] rates = [.. members.Select(RatesOf)];
        var counting = new Counting(this, members);
        var differences = counting.Differences().ToList();
        var drawn = Drawn(members, persons, counting, differences);
        AttributeGroup[] groups = [.. values.Select((value, group) => new AttributeGroup(
            value,
            members[group].Length,
            persons.AreKnown ? persons.CountOf(group) : null,
            members[group].Length < _least,
            rates[group].Accuracy ?? 0,
            drawn.Of(group, new(FigureKind.Accuracy)),
            rates[group].MacroF1(counting.CommonClasses) ?? 0,
            drawn.Of(group, new(FigureKind.MacroF1)),
            [.. _classes.Select((name, label) => new GroupClass(
                name,
                counting.SamplesOf(group, label),
                counting.SamplesOf(group, label) < _least,
                rates[group].Recall(label),
                drawn.Of(group, new(FigureKind.Recall, label)),
                rates[group].Precision(label),
                rates[group].FalsePositiveRate(label),
                rates[group].PredictedShare(label) ?? 0))]))];
        var gaps = from kind in differences.GroupBy(difference => difference.Kind, StringComparer.Ordinal)
                   let widest = Widest(kind, rates)
                   where widest is not null
                   let of = widest.Value.Of
                   select new Gap(
                       of.Kind,
                       widest.Value.Size,
                       of.Label is { } label ? _classes[label] : null,
                       of.Rate,
                       values[widest.Value.Most],
                       values[widest.Value.Least],
                       drawn.Between(widest.Value.Most, widest.Value.Least, of.Figure),
                       drawn.ByChance(of.Kind));
        return bias with { Groups = groups, Gaps = [.. gaps], ByPerson = persons.AreKnown };
    }

    private GroupRates RatesOf(int[] samples)
    {
        var confusion = new ConfusionMatrix(_predictions.Classes);
        foreach (var sample in samples)
        {
            confusion.Add(_predictions.Actual[sample], _predictions.Predicted[sample]);
        }

        return new(confusion);
    }

    private static double? ValueOf(GroupRates rates, Figure figure, IReadOnlyCollection<int> common) => figure.Kind switch
    {
        FigureKind.Accuracy => rates.Accuracy,
        FigureKind.MacroF1 => rates.MacroF1(common),
        FigureKind.Recall => rates.Recall(figure.Label),
        FigureKind.FalsePositiveRate => rates.FalsePositiveRate(figure.Label),
        _ => rates.PredictedShare(figure.Label),
    };

    private static (Difference Of, double Size, int Most, int Least)? Widest(IEnumerable<Difference> kind, GroupRates[] rates)
    {
        (Difference Of, double Size, int Most, int Least)? widest = null;
        foreach (var difference in kind)
        {
            var valued = difference.Groups.Select(group => (Group: group, Value: ValueOf(rates[group], difference.Figure, difference.Common)))
                .Where(each => each.Value is not null).Select(each => (each.Group, Value: each.Value!.Value)).ToList();
            if (valued.Count < 2)
            {
                continue;
            }

            var (most, least) = (valued.MaxBy(each => each.Value), valued.MinBy(each => each.Value));
            if (widest is null || most.Value - least.Value > widest.Value.Size + 1e-12)
            {
                widest = (difference, most.Value - least.Value, most.Group, least.Group);
            }
        }

        return widest;
    }

    /// <summary>
    /// Draws each group's samples again, and deals the groups anew; B times each. For equalised odds, which speaks of each class by itself,
    /// groups keep how many samples of each class they have, if persons are not known.
    /// </summary>
    private Resampled Drawn(int[][] members, PersonsOfGroups persons, Counting counting, IReadOnlyList<Difference> differences)
    {
        var figures = Figure.All(_classes.Count);
        var drawn = new Dictionary<Figure, double?>[_resamples][];
        var chance = differences.Select(difference => difference.Kind).Distinct(StringComparer.Ordinal)
            .ToDictionary(kind => kind, _ => new List<double>(_resamples), StringComparer.Ordinal);
        var (draws, deals) = (KeyedRandom.For(Seed, Purpose.Bootstrap, 1), KeyedRandom.For(Seed, Purpose.Bootstrap, 2));
        var pool = members.SelectMany(samples => samples).ToArray();
        for (var resample = 0; resample < _resamples; resample++)
        {
            drawn[resample] = [.. Enumerable.Range(0, members.Length).Select(group =>
            {
                var rates = RatesOf(persons.DrawnOf(group, draws));
                return figures.ToDictionary(figure => figure, figure => ValueOf(rates, figure, counting.CommonClasses));
            })];

            GroupRates[] dealt, dealtByClass;
            if (persons.AreKnown)
            {
                dealt = dealtByClass = [.. persons.Dealt(deals).Select(RatesOf)];
            }
            else
            {
                deals.Permute(pool.AsSpan());
                (dealt, dealtByClass) = (Dealt(members, pool), DealtByClass(members, pool, counting));
            }

            foreach (var kind in differences.GroupBy(difference => difference.Kind, StringComparer.Ordinal))
            {
                var byClass = string.Equals(kind.Key, EqualisedOdds, StringComparison.Ordinal);
                if (Widest(kind, byClass ? dealtByClass : dealt) is { } widest)
                {
                    chance[kind.Key].Add(widest.Size);
                }
            }
        }

        return new(drawn, chance);
    }

    private GroupRates[] Dealt(int[][] members, int[] pool)
    {
        var first = 0;
        return [.. members.Select(samples =>
        {
            var from = first;
            first += samples.Length;
            return RatesOf(pool[from..first]);
        })];
    }

    private GroupRates[] DealtByClass(int[][] members, int[] pool, Counting counting)
    {
        var byClass = pool.ToLookup(sample => _predictions.Actual[sample]);
        var first = new int[_classes.Count];
        return [.. members.Select((_, group) => RatesOf([.. Enumerable.Range(0, _classes.Count).SelectMany(label =>
        {
            var (from, count) = (first[label], counting.SamplesOf(group, label));
            first[label] += count;
            return byClass[label].Skip(from).Take(count);
        })]))];
    }

    private enum FigureKind
    {
        Accuracy,
        MacroF1,
        Recall,
        FalsePositiveRate,
        PredictedShare,
    }

    /// <summary>A figure of a group; of one class where the kind is.</summary>
    private readonly record struct Figure(FigureKind Kind, int Label = -1)
    {
        public static IReadOnlyList<Figure> All(int classes) =>
        [
            new(FigureKind.Accuracy),
            new(FigureKind.MacroF1),
            .. Enumerable.Range(0, classes).SelectMany(label => new Figure[]
                { new(FigureKind.Recall, label), new(FigureKind.FalsePositiveRate, label), new(FigureKind.PredictedShare, label) }),
        ];
    }

    /// <summary>One figure in which groups may differ, and the groups that have enough samples to be compared in it.</summary>
    private sealed record Difference(string Kind, Figure Figure, int? Label, string? Rate, IReadOnlyList<int> Groups, IReadOnlyList<int> Common);

    /// <summary>Which groups and classes have enough samples.</summary>
    private sealed class Counting
    {
        private readonly int _least;
        private readonly int[][] _samples;
        private readonly int[] _large;

        public Counting(BiasAudit audit, int[][] members)
        {
            _least = audit._least;
            _samples = [.. members.Select(samples =>
            {
                var counts = new int[audit._classes.Count];
                foreach (var sample in samples)
                {
                    counts[audit._predictions.Actual[sample]]++;
                }

                return counts;
            })];
            _large = [.. Enumerable.Range(0, members.Length).Where(group => members[group].Length >= _least)];
            CommonClasses = [.. Enumerable.Range(0, audit._classes.Count).Where(label => _large.All(group => _samples[group][label] > 0))];
        }

        /// <summary>Classes of which all groups that count have samples.</summary>
        public IReadOnlyList<int> CommonClasses { get; }

        public int SamplesOf(int group, int label) => _samples[group][label];

        public IEnumerable<Difference> Differences()
        {
            yield return new(Accuracy, new(FigureKind.Accuracy), null, null, _large, CommonClasses);
            yield return new(MacroF1, new(FigureKind.MacroF1), null, null, _large, CommonClasses);
            for (var label = 0; label < _samples[0].Length; label++)
            {
                yield return new(DemographicParity, new(FigureKind.PredictedShare, label), label, null, _large, CommonClasses);
                var of = label;
                yield return new(
                    EqualisedOdds, new(FigureKind.Recall, label), label, Recall, [.. _large.Where(group => _samples[group][of] >= _least)], CommonClasses);
            }

            // After the recalls: of two classes, the false alarms of one are the misses of the other.
            for (var label = 0; label < _samples[0].Length; label++)
            {
                var of = label;
                yield return new(
                    EqualisedOdds,
                    new(FigureKind.FalsePositiveRate, label),
                    label,
                    FalsePositives,
                    [.. _large.Where(group => _samples[group].Sum() - _samples[group][of] >= _least)],
                    CommonClasses);
            }
        }
    }

    /// <summary>What came of drawing again: figures by resample and group, and the gaps of groups dealt anew.</summary>
    private sealed class Resampled(Dictionary<Figure, double?>[][] drawn, Dictionary<string, List<double>> chance)
    {
        public Interval? Of(int group, Figure figure) => Middle(drawn.Select(groups => groups[group][figure]));

        public Interval? Between(int most, int least, Figure figure)
            => Middle(drawn.Select(groups => groups[most][figure] - groups[least][figure]));

        public double? ByChance(string kind)
        {
            var sizes = chance[kind].ToArray();
            Array.Sort(sizes);
            return sizes.Length == 0 ? null : BootstrapIntervals.Quantile(sizes, 0.95);
        }

        // A class that no drawn sample is of has no recall: that resample tells nothing of it.
        private static Interval? Middle(IEnumerable<double?> figures)
        {
            var known = figures.OfType<double>().ToArray();
            return known.Length == 0 ? null : BootstrapIntervals.Middle95(known);
        }
    }
}
