using System.Globalization;
using Cohort.Model.Data;
using Cohort.Model.Data.Synthesis;

namespace Cohort.Model.Validation;

/// <summary>How a sample is used in a cross-validation.</summary>
public enum FoldUse
{
    /// <summary>It is tested on in its fold, and trained on in all others.</summary>
    Tested,

    /// <summary>It was made of a sample that is tested on in this fold, and is trained on in all others; never tested on.</summary>
    Follows,

    /// <summary>It was made, and of nothing that is tested on: it is trained on in every fold, and never tested on.</summary>
    AlwaysTrained,

    /// <summary>The same picture stands earlier in the data: it is left out.</summary>
    Duplicate,
}

/// <summary>How a cross-validation cuts a data set.</summary>
/// <param name="Folds">k, at least 2.</param>
/// <param name="Seed">Another seed, other folds.</param>
public sealed record FoldRules(int Folds, ulong Seed)
{
    /// <summary>Whether nobody may be in two folds.</summary>
    public bool ByPerson { get; init; }

    /// <summary>Whether the test half is dealt too; else it plays no part, and stays for the last word.</summary>
    public bool WithTestHalf { get; init; }

    /// <summary>Whether pictures that stand more than once are dealt once.</summary>
    public bool DropDuplicates { get; init; } = true;
}

/// <summary>
/// A data set cut into k folds, stratified by class: each is tested on once, by a model that was trained on all others. Made samples
/// (<see cref="SampleOrigin"/>) are never tested on, and are not trained on where their source is tested on.
/// </summary>
public sealed class FoldedData
{
    private const int NoFold = -1;

    private readonly DataSet _data;
    private readonly ISampleSet _pool;
    private readonly FoldUse[] _use;
    private readonly int[] _foldOf;
    private readonly Lazy<string> _digest;

    private FoldedData(DataSet data, ISampleSet pool, FoldRules rules, FoldUse[] use, int[] foldOf)
    {
        (_data, _pool, Rules, _use, _foldOf) = (data, pool, rules, use, foldOf);
        _digest = new Lazy<string>(() => SampleDigest.Of(string.Create(
            CultureInfo.InvariantCulture,
            $"cohort-folds 1\n{pool.Digest}\n{rules.Folds}\n{string.Join(',', use.Select(each => (int)each))}\n{string.Join(',', foldOf)}")));
    }

    public FoldRules Rules { get; }

    /// <summary>SHA-256 in hex over the samples and the fold of each.</summary>
    public string Digest => _digest.Value;

    /// <summary>Samples that are tested on, each once.</summary>
    public int Tested => _use.Count(use => use == FoldUse.Tested);

    /// <summary>Samples that were made, and are only trained on.</summary>
    public int Made => _use.Count(use => use is FoldUse.Follows or FoldUse.AlwaysTrained);

    /// <summary>Samples left out because the same picture stands earlier.</summary>
    public int Duplicates => _use.Count(use => use == FoldUse.Duplicate);

    /// <summary>Cuts a data set.</summary>
    /// <exception cref="DataFormatException">It cannot be cut so: the message says what it lacks.</exception>
    public static FoldedData Create(DataSet data, FoldRules rules)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(rules);
        if (rules.Folds < 2)
            throw new DataFormatException($"{rules.Folds} folds leave nothing to train or to test on; give k of 2 or more.");
        ISampleSet pool = rules.WithTestHalf ? new JoinedSamples(data.Train, data.Test) : data.Train;
        string[] hashes = PictureHash.OfAll(pool);
        var use = new FoldUse[pool.Count];
        int[] foldOf = new int[pool.Count];
        Array.Fill(foldOf, NoFold);
        int[] tested = Sort(pool, data.IsSynthetic, rules.DropDuplicates, hashes, use);
        RequireEnough(data, pool, tested, rules);

        int[] labels = [.. tested.Select(pool.LabelOf)];
        int[] dealt = rules.ByPerson
            ? DealPersons(pool, tested, labels, rules)
            : StratifiedFolds.Deal(labels, pool.Classes.Count, rules.Folds, rules.Seed);
        for (int i = 0; i < tested.Length; i++)
            foldOf[tested[i]] = dealt[i];
        Follow(pool, hashes, rules.ByPerson, use, foldOf);
        return new FoldedData(data, pool, rules, use, foldOf);
    }

    /// <summary>What one fold is trained and tested on.</summary>
    /// <param name="fold">In [0, k).</param>
    public DataSet Fold(int fold)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(fold);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(fold, Rules.Folds);
        int[] train = [.. Samples(i => _use[i] != FoldUse.Duplicate && _foldOf[i] != fold)];
        int[] test = [.. Samples(i => _use[i] == FoldUse.Tested && _foldOf[i] == fold)];
        return new DataSet(
            string.Create(CultureInfo.InvariantCulture, $"{_data.Name}, fold {fold + 1} of {Rules.Folds}"),
            new SampleSubset(_pool, train),
            new SampleSubset(_pool, test),
            _data.IsSynthetic);
    }

    /// <summary>How many samples of each class a fold is tested on.</summary>
    public int[] CountsOf(int fold)
    {
        int[] counts = new int[_pool.Classes.Count];
        foreach (int i in Samples(i => _use[i] == FoldUse.Tested && _foldOf[i] == fold))
            counts[_pool.LabelOf(i)]++;
        return counts;
    }

    /// <summary>Classes that some fold has no sample of, with how many samples there are in all.</summary>
    public IReadOnlyList<(string Class, int Samples)> RareClasses()
    {
        int[][] counts = [.. Enumerable.Range(0, Rules.Folds).Select(CountsOf)];
        return [.. _pool.Classes.Index().Where(c => counts.Any(fold => fold[c.Index] == 0)).Select(c => (c.Item, counts.Sum(fold => fold[c.Index])))];
    }

    /// <summary>
    /// The folds as a table: half and index (from 0) of each sample, class, person (-1 where unknown), use, and fold (from 1; 0 for none).
    /// </summary>
    public void WriteCsv(TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write("half,index,class,person,use,fold\n");
        for (int i = 0; i < _pool.Count; i++)
        {
            bool isTrain = i < _data.Train.Count;
            string use = System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(_use[i].ToString());
            writer.Write(string.Create(
                CultureInfo.InvariantCulture,
                $"{(isTrain ? "train" : "test")},{(isTrain ? i : i - _data.Train.Count)},{_pool.Classes[_pool.LabelOf(i)]},{_pool.PersonOf(i)},{use},{_foldOf[i] + 1}\n"));
        }
    }

    private IEnumerable<int> Samples(Func<int, bool> which) => Enumerable.Range(0, _pool.Count).Where(which);

    // Says of every sample how it is used, as far as that follows from itself; those tested on are returned.
    private static int[] Sort(ISampleSet pool, bool isSynthetic, bool dropDuplicates, string[] hashes, FoldUse[] use)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var tested = new List<int>();
        bool tellsOrigin = !isSynthetic && SampleOrigin.IsToldBy(pool);
        for (int i = 0; i < pool.Count; i++)
        {
            if (dropDuplicates && !seen.Add(hashes[i]))
                use[i] = FoldUse.Duplicate;
            else if (tellsOrigin && SampleOrigin.Of(pool, i).IsMade)
                use[i] = FoldUse.AlwaysTrained;
            else
                tested.Add(i);
        }

        return [.. tested];
    }

    private static void RequireEnough(DataSet data, ISampleSet pool, int[] tested, FoldRules rules)
    {
        int[] counts = new int[pool.Classes.Count];
        foreach (int i in tested)
            counts[pool.LabelOf(i)]++;
        int most = counts.Max();
        if (rules.Folds > tested.Length)
        {
            throw new DataFormatException(
                $"{rules.Folds} folds cannot be cut of {tested.Length} samples of '{data.Name}' that may be tested on; give k of at most {tested.Length}.");
        }

        if (rules.Folds > most)
        {
            throw new DataFormatException(
                $"{rules.Folds} folds are more than any class of '{data.Name}' has samples (the largest, {pool.Classes[Array.IndexOf(counts, most)]}, "
                + $"has {most}), so that no fold could resemble the data; give k of at most {most}.");
        }
    }

    private static int[] DealPersons(ISampleSet pool, int[] tested, int[] labels, FoldRules rules)
    {
        int unknown = tested.Count(i => pool.PersonOf(i) < 0);
        if (unknown > 0)
        {
            throw new DataFormatException(
                $"{unknown} of {tested.Length} samples do not say who is in them, so that folds cannot be kept apart by person; leave --by person "
                + "out, or give data whose labels.csv has a column person.");
        }

        var numbers = new Dictionary<int, int>();
        int[] groups = [.. tested.Select(i => NumberOf(pool.PersonOf(i)))];
        return numbers.Count >= rules.Folds
            ? StratifiedFolds.DealGroups(labels, groups, pool.Classes.Count, numbers.Count, rules.Folds, rules.Seed)
            : throw new DataFormatException(
                $"{rules.Folds} folds cannot be kept apart by person where there are {numbers.Count} persons; give k of at most {numbers.Count}.");

        int NumberOf(int person)
        {
            if (!numbers.TryGetValue(person, out int number))
                numbers.Add(person, number = numbers.Count);
            return number;
        }
    }

    // A made sample goes with its source; by person also with whoever it shows.
    private static void Follow(ISampleSet pool, string[] hashes, bool byPerson, FoldUse[] use, int[] foldOf)
    {
        var sources = new Dictionary<string, int>(StringComparer.Ordinal);
        var persons = new Dictionary<int, int>();
        for (int i = 0; i < pool.Count; i++)
        {
            if (use[i] != FoldUse.Tested)
                continue;
            sources.TryAdd(hashes[i], foldOf[i]);
            if (byPerson)
                persons.TryAdd(pool.PersonOf(i), foldOf[i]);
        }

        for (int i = 0; i < pool.Count; i++)
        {
            if (use[i] != FoldUse.AlwaysTrained)
                continue;
            if ((SampleOrigin.Of(pool, i).Source is { } source && sources.TryGetValue(source, out int fold))
                || persons.TryGetValue(pool.PersonOf(i), out fold))
            {
                (use[i], foldOf[i]) = (FoldUse.Follows, fold);
            }
        }
    }
}
