namespace Cohort.Federation;

/// <summary>
/// Who sits in which group. All groups have as many seats as the largest; where a group is one student smaller its last seat is
/// vacant, and swapping a student with a vacancy moves the difference to another group. Sizes stay within one of each other.
/// </summary>
internal sealed class GroupSeats
{
    private const int Vacant = -1;

    private readonly StudentHistograms _students;
    private readonly int _classes;
    private readonly int _perGroup;
    private readonly int[] _occupants;
    private readonly bool[] _hasVacancy;
    private readonly long[] _counts;
    private readonly double[] _divergences;
    private readonly DivergenceTable _divergence;
    private readonly int[] _nobody;

    public GroupSeats(StudentHistograms students, int groups)
    {
        _students = students;
        _classes = students.Classes;
        Groups = groups;
        _perGroup = ((students.Students - 1) / groups) + 1;
        _occupants = new int[groups * _perGroup];
        Array.Fill(_occupants, Vacant);
        _hasVacancy = new bool[groups];
        Array.Fill(_hasVacancy, true);
        _counts = new long[groups * _classes];
        _divergence = new DivergenceTable(students.Population());
        _divergences = new double[groups];
        Array.Fill(_divergences, _divergence.Worst);
        _nobody = new int[_classes];
    }

    public int Groups { get; }

    /// <summary>Seats in all groups, vacant ones included.</summary>
    public int Count => _occupants.Length;

    public void Sit(int student, int group, int layer)
    {
        _occupants[(group * _perGroup) + layer] = student;
        _hasVacancy[group] = layer < _perGroup - 1;
        Move(group, _nobody, _students.Of(student));
    }

    /// <summary>By how much swapping two seats' occupants changes the sum of divergences; 0 when it may not be done.</summary>
    public double Change(int seat, int otherSeat)
    {
        var (group, otherGroup) = (seat / _perGroup, otherSeat / _perGroup);
        if (!MaySwap(seat, otherSeat))
            return 0;
        var histogram = HistogramAt(seat);
        var otherHistogram = HistogramAt(otherSeat);
        return Divergence(group, histogram, otherHistogram) + Divergence(otherGroup, otherHistogram, histogram)
            - _divergences[group] - _divergences[otherGroup];
    }

    /// <summary>Swaps two seats' occupants if that raises the sum of divergences by less than the threshold.</summary>
    public void TrySwap(int seat, int otherSeat, double threshold)
    {
        if (!MaySwap(seat, otherSeat) || Change(seat, otherSeat) >= threshold)
            return;
        var (group, otherGroup) = (seat / _perGroup, otherSeat / _perGroup);
        var histogram = HistogramAt(seat);
        var otherHistogram = HistogramAt(otherSeat);
        Move(group, histogram, otherHistogram);
        Move(otherGroup, otherHistogram, histogram);
        if (_occupants[seat] == Vacant || _occupants[otherSeat] == Vacant)
            (_hasVacancy[group], _hasVacancy[otherGroup]) = (_hasVacancy[otherGroup], _hasVacancy[group]);
        (_occupants[seat], _occupants[otherSeat]) = (_occupants[otherSeat], _occupants[seat]);
    }

    public int[] Assignment()
    {
        var assignment = new int[_students.Students];
        for (var seat = 0; seat < _occupants.Length; seat++)
        {
            if (_occupants[seat] != Vacant)
                assignment[_occupants[seat]] = seat / _perGroup;
        }

        return assignment;
    }

    // A group may have one vacancy, so a vacancy moves only into a group without one.
    private bool MaySwap(int seat, int otherSeat)
    {
        var (group, otherGroup) = (seat / _perGroup, otherSeat / _perGroup);
        if (group == otherGroup)
            return false;
        return (_occupants[seat] == Vacant, _occupants[otherSeat] == Vacant) switch
        {
            (true, true) => false,
            (true, false) => !_hasVacancy[otherGroup],
            (false, true) => !_hasVacancy[group],
            _ => true,
        };
    }

    private ReadOnlySpan<int> HistogramAt(int seat) =>
        _occupants[seat] == Vacant ? _nobody : _students.Of(_occupants[seat]);

    private void Move(int group, ReadOnlySpan<int> leaving, ReadOnlySpan<int> joining)
    {
        _divergences[group] = Divergence(group, leaving, joining);
        var counts = _counts.AsSpan(group * _classes, _classes);
        for (var c = 0; c < counts.Length; c++)
            counts[c] += joining[c] - leaving[c];
    }

    private double Divergence(int group, ReadOnlySpan<int> leaving, ReadOnlySpan<int> joining) =>
        _divergence.After(_counts.AsSpan(group * _classes, _classes), leaving, joining);
}
