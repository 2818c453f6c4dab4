namespace Cohort.Federation;

/// <summary>Groups that are to resemble the population in their labels and each other in their samples, while students change them.</summary>
internal sealed class LoadedGroups
{
    // A group that holds a tenth more than the mean costs as much as a divergence of 0.04 nats.
    private const double Lambda = 4;
    private const int Nobody = -1;

    private readonly StudentHistograms _students;
    private readonly long[] _sizes;
    private readonly long[] _loads;
    private readonly int[] _groupOf;
    private readonly int[] _members;
    private readonly long[] _counts;
    private readonly double[] _costs;
    private readonly int[] _none;
    private readonly DivergenceTable _divergence;
    private readonly double _mean;
    private readonly long _floor;
    private readonly long _ceiling;

    /// <param name="students">The students.</param>
    /// <param name="sizes">Shape [students]: their samples.</param>
    /// <param name="loads">Shape [groups]: the groups' samples; kept up to date.</param>
    /// <param name="groupOf">Shape [students]: their groups; changed.</param>
    public LoadedGroups(StudentHistograms students, long[] sizes, long[] loads, int[] groupOf)
    {
        (_students, _sizes, _loads, _groupOf) = (students, sizes, loads, groupOf);
        _members = new int[loads.Length];
        _counts = new long[loads.Length * students.Classes];
        _costs = new double[loads.Length];
        _none = new int[students.Classes];
        _divergence = new DivergenceTable(students.Population());
        _mean = Math.Max(1, loads.Sum() / (double)loads.Length);
        var (least, most) = (loads.Min(), loads.Max());
        var room = Math.Max(0, sizes.Max() - (most - least)) / 2;
        (_floor, _ceiling) = (least - room, most + room);
        for (var student = 0; student < groupOf.Length; student++)
        {
            _members[groupOf[student]]++;
            Count(groupOf[student], _none, students.Of(student));
        }

        for (var group = 0; group < loads.Length; group++)
            _costs[group] = Cost(group, Nobody, Nobody);
    }

    /// <summary>By how much a swap changes the sum of costs; 0 within one group.</summary>
    public double Change(int student, int other) => _groupOf[student] == _groupOf[other]
        ? 0
        : Cost(_groupOf[student], student, other) + Cost(_groupOf[other], other, student)
            - _costs[_groupOf[student]] - _costs[_groupOf[other]];

    /// <summary>Swaps two students if that raises the sum of costs by less than the threshold.</summary>
    public void TrySwap(int student, int other, double threshold)
    {
        var (group, otherGroup) = (_groupOf[student], _groupOf[other]);
        var heavier = _sizes[student] - _sizes[other];
        if (group == otherGroup || !MayHold(_loads[group] - heavier) || !MayHold(_loads[otherGroup] + heavier)
            || Change(student, other) >= threshold)
            return;
        Exchange(group, student, other);
        Exchange(otherGroup, other, student);
        (_groupOf[student], _groupOf[other]) = (otherGroup, group);
    }

    /// <summary>
    /// Moves a student if there is room, and that raises the sum of costs by less than the threshold. Who holds nothing stays: moving
    /// gains nothing, and makes sizes uneven.
    /// </summary>
    public void TryMove(int student, int to, int most, double threshold)
    {
        var from = _groupOf[student];
        if (from == to || _sizes[student] == 0 || _members[from] == 1 || _members[to] >= most
            || !MayHold(_loads[from] - _sizes[student]) || !MayHold(_loads[to] + _sizes[student])
            || Cost(from, student, Nobody) + Cost(to, Nobody, student) - _costs[from] - _costs[to] >= threshold)
            return;
        Exchange(from, student, Nobody);
        Exchange(to, Nobody, student);
        _members[from]--;
        _members[to]++;
        _groupOf[student] = to;
    }

    private bool MayHold(long load) => load >= _floor && load <= _ceiling;

    private double Cost(int group, int leaving, int joining)
    {
        var unequal = ((_loads[group] - SizeOf(leaving) + SizeOf(joining)) / _mean) - 1;
        return _divergence.After(CountsOf(group), HistogramOf(leaving), HistogramOf(joining)) + (Lambda * unequal * unequal);
    }

    private void Exchange(int group, int leaving, int joining)
    {
        _costs[group] = Cost(group, leaving, joining);
        _loads[group] += SizeOf(joining) - SizeOf(leaving);
        Count(group, HistogramOf(leaving), HistogramOf(joining));
    }

    private void Count(int group, ReadOnlySpan<int> leaving, ReadOnlySpan<int> joining)
    {
        var counts = CountsOf(group);
        for (var c = 0; c < counts.Length; c++)
            counts[c] += joining[c] - leaving[c];
    }

    private long SizeOf(int student) => student == Nobody ? 0 : _sizes[student];

    private ReadOnlySpan<int> HistogramOf(int student) => student == Nobody ? _none : _students.Of(student);

    private Span<long> CountsOf(int group) => _counts.AsSpan(group * _students.Classes, _students.Classes);
}
