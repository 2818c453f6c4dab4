namespace Cohort.Federation;

/// <summary>
/// Groups formed again after students came, went or drifted, moving as few of those who stay as it can: first only as many as even
/// sizes force to move, the newcomers being placed where they suit best; then, while a group diverges by more than the bound, the
/// one exchange that gains most for each student moved; at last whoever can be put back is put back.
/// </summary>
/// <remarks>A local search: it may move more than the least number possible, which is hard to find (docs/groups.md has figures).</remarks>
public sealed class Regrouping
{
    // Partners tried for one exchange. With more students a random choice of them is as good.
    private const int MostPairs = 200_000;

    // Smaller gains may be roundings, by which a search could go round in circles.
    private const double Least = 1e-12;

    /// <summary>What an empty place holds, and where a newcomer comes from.</summary>
    public const int NoGroup = -1;

    private readonly StudentHistograms _students;
    private readonly int[] _before;
    private readonly double _bound;
    private readonly Random _random;
    private readonly DivergenceTable _divergence;
    private readonly int[] _nobody;
    private readonly int[] _groupOf;
    private readonly int[] _sizes;
    private readonly int[] _capacity;
    private readonly long[] _counts;
    private readonly double[] _divergences;

    private Regrouping(StudentHistograms students, int[] before, int groups, double bound, Random random)
    {
        (_students, _before, _bound, _random) = (students, before, bound, random);
        _divergence = new DivergenceTable(students.Population());
        _nobody = new int[students.Classes];
        _groupOf = [.. before];
        _sizes = new int[groups];
        _capacity = new int[groups];
        _counts = new long[groups * students.Classes];
        _divergences = new double[groups];
        foreach (var group in _groupOf.Where(group => group != NoGroup))
            _sizes[group]++;
        for (var student = 0; student < before.Length; student++)
        {
            if (before[student] != NoGroup)
                Count(before[student], _nobody, _students.Of(student));
        }

        for (var group = 0; group < groups; group++)
            _divergences[group] = Divergence(group, _nobody, _nobody);
    }

    /// <summary>Forms the groups again.</summary>
    /// <param name="students">All students as they are now; those who left are not among them.</param>
    /// <param name="before">Shape [students]: the group that each was in, or <see cref="NoGroup"/> for who came.</param>
    /// <param name="groups">Number of groups, as before.</param>
    /// <param name="bound">KL(group || population) in nats that no group should exceed; infinity where sizes alone matter.</param>
    /// <param name="random">Chooses which exchanges are tried where there are too many.</param>
    /// <exception cref="ArgumentException">There are fewer students than groups, or an unknown group.</exception>
    public static Regrouped Of(StudentHistograms students, int[] before, int groups, double bound, Random random)
    {
        ArgumentNullException.ThrowIfNull(students);
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(random);
        RandomGrouping.Require(students, groups);
        if (!(bound >= 0))
            throw new ArgumentException($"The bound on a group's divergence is {bound}; expected 0 or more nats.", nameof(bound));
        if (before.Length != students.Students)
            throw new ArgumentException(
                $"The groups before name {before.Length} students but there are {students.Students}.", nameof(before));
        var unknown = Array.FindIndex(before, group => group < NoGroup || group >= groups);
        if (unknown >= 0)
            throw new ArgumentException(
                $"Student {unknown} was in group {before[unknown]}; expected a group from 0 to {groups - 1}, or {NoGroup} for none.",
                nameof(before));

        var search = new Regrouping(students, before, groups, bound, random);
        search.EvenSizes();
        while (search.Excess() > 0 && search.Exchange(repair: true))
        {
        }

        while (search.Exchange(repair: false))
        {
        }

        return new Regrouped(
            search._groupOf,
            Enumerable.Range(0, before.Length).Count(student => before[student] is var group && group != NoGroup && group != search._groupOf[student]),
            search._divergences.Max() <= bound);
    }

    /// <summary>The least number of moves after which sizes are within one: groups that were large keep the larger size.</summary>
    private void EvenSizes()
    {
        var (size, larger) = Math.DivRem(_groupOf.Length, _sizes.Length);
        foreach (var (group, rank) in Enumerable.Range(0, _sizes.Length).OrderByDescending(group => _sizes[group]).Select((group, rank) => (group, rank)))
            _capacity[group] = size + (rank < larger ? 1 : 0);

        var unplaced = Enumerable.Range(0, _groupOf.Length).Where(student => _groupOf[student] == NoGroup).ToList();
        for (var group = 0; group < _sizes.Length; group++)
        {
            while (_sizes[group] > _capacity[group])
            {
                var leaver = MembersOf(group).MinBy(student => Divergence(group, _students.Of(student), _nobody));
                Put(leaver, NoGroup);
                unplaced.Add(leaver);
            }
        }

        // Those that hold most are placed first, while there is most to choose from.
        foreach (var student in unplaced.OrderByDescending(Samples))
            Put(student, Enumerable.Range(0, _sizes.Length).Where(group => _sizes[group] < _capacity[group])
                .MinBy(group => Divergence(group, _nobody, _students.Of(student)) - _divergences[group]));
    }

    /// <summary>
    /// Does the best exchange of two students, or of a student and a vacancy: one that lowers what groups exceed the bound by, most for each student moved
    /// (repair); or one that puts students back and lets no group exceed it by more.
    /// </summary>
    /// <returns>False where there is none.</returns>
    private bool Exchange(bool repair)
    {
        var (best, bestGain, bestMoves) = ((Left: -1, Right: -1), 0.0, 0);
        foreach (var (left, right) in Pairs(repair))
        {
            var (group, other) = (_groupOf[left], GroupAt(right));
            if (group == other || (IsVacancy(right) && _sizes[other] >= _sizes[group]))
                continue;
            var moves = Moves(left, other) + Moves(right, group) - Moves(left, group) - Moves(right, other);
            if (!repair && moves >= 0)
                continue;
            var mine = _students.Of(left);
            var others = IsVacancy(right) ? _nobody : _students.Of(right);
            var gain = Over(_divergences[group]) + Over(_divergences[other])
                - Over(Divergence(group, mine, others)) - Over(Divergence(other, others, mine));
            if (repair ? gain > Least && gain / Math.Max(1, moves) > bestGain / Math.Max(1, bestMoves) : gain >= 0 && moves < bestMoves)
                (best, bestGain, bestMoves) = ((left, right), gain, moves);
        }

        if (best.Left < 0)
            return false;
        var (from, to) = (_groupOf[best.Left], GroupAt(best.Right));
        Put(best.Left, to);
        if (!IsVacancy(best.Right))
            Put(best.Right, from);
        return true;
    }

    private IEnumerable<(int Left, int Right)> Pairs(bool repair)
    {
        var worst = Array.IndexOf(_divergences, _divergences.Max());
        var left = Enumerable.Range(0, _groupOf.Length)
            .Where(student => repair ? _groupOf[student] == worst || Over(_divergences[_groupOf[student]]) > 0 : Moves(student, _groupOf[student]) > 0)
            .ToList();
        var partners = _groupOf.Length + _sizes.Length;
        var all = (long)left.Count * partners <= MostPairs;
        for (long i = 0; i < (all ? (long)left.Count * partners : MostPairs) && left.Count > 0; i++)
        {
            yield return all
                ? (left[(int)(i / partners)], (int)(i % partners))
                : (left[_random.Next(left.Count)], _random.Next(partners));
        }
    }

    // A partner beyond the students is the vacancy of a group, which is one where the group is smaller than the other.
    private bool IsVacancy(int partner) => partner >= _groupOf.Length;

    private int GroupAt(int partner) => IsVacancy(partner) ? partner - _groupOf.Length : _groupOf[partner];

    private IEnumerable<int> MembersOf(int group) => Enumerable.Range(0, _groupOf.Length).Where(student => _groupOf[student] == group);

    private int Moves(int partner, int group) =>
        !IsVacancy(partner) && _before[partner] != NoGroup && _before[partner] != group ? 1 : 0;

    private double Over(double divergence) => Math.Max(0, divergence - _bound);

    private double Excess() => _divergences.Sum(Over);

    private long Samples(int student)
    {
        long samples = 0;
        foreach (var count in _students.Of(student))
            samples += count;
        return samples;
    }

    private void Put(int student, int group)
    {
        var histogram = _students.Of(student);
        if (_groupOf[student] is var from && from != NoGroup)
        {
            _sizes[from]--;
            Count(from, histogram, _nobody);
            _divergences[from] = Divergence(from, _nobody, _nobody);
        }

        _groupOf[student] = group;
        if (group != NoGroup)
        {
            _sizes[group]++;
            Count(group, _nobody, histogram);
            _divergences[group] = Divergence(group, _nobody, _nobody);
        }
    }

    private void Count(int group, ReadOnlySpan<int> leaving, ReadOnlySpan<int> joining)
    {
        var counts = _counts.AsSpan(group * _students.Classes, _students.Classes);
        for (var c = 0; c < counts.Length; c++)
            counts[c] += joining[c] - leaving[c];
    }

    private double Divergence(int group, ReadOnlySpan<int> leaving, ReadOnlySpan<int> joining) =>
        _divergence.After(_counts.AsSpan(group * _students.Classes, _students.Classes), leaving, joining);
}

/// <summary>Groups that were formed again.</summary>
/// <param name="GroupOf">Shape [students]: each student's group.</param>
/// <param name="Moved">How many of those who stayed are in another group than before.</param>
/// <param name="WithinBound">True if no group exceeds the bound.</param>
public sealed record Regrouped(int[] GroupOf, int Moved, bool WithinBound);
