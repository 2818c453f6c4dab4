namespace Cohort.Federation;

/// <summary>
/// By how many samples each group is above or below the population's share of every class. It is linear in students, so the
/// second-order form of the divergence, the sum over classes of surplus^2 / p, is cheap to lower one student at a time.
/// </summary>
internal sealed class GroupSurplus
{
    private readonly StudentHistograms _students;
    private readonly double[] _population;
    private readonly double[] _surplus;
    private readonly double[] _direction;

    public GroupSurplus(StudentHistograms students, int groups)
    {
        _students = students;
        _population = students.Population();
        _surplus = new double[groups * students.Classes];
        _direction = new double[students.Classes];
    }

    /// <summary>The position in <paramref name="open"/> of the group that the student suits best.</summary>
    public int Choose(int student, ReadOnlySpan<int> open, int candidates, Random random)
    {
        Residual(student, _direction);
        for (var c = 0; c < _direction.Length; c++)
            _direction[c] = _population[c] > 0 ? _direction[c] / _population[c] : 0;

        var sampled = open.Length > candidates;
        var best = 0;
        var least = double.PositiveInfinity;
        for (var i = 0; i < Math.Min(candidates, open.Length); i++)
        {
            var position = sampled ? random.Next(open.Length) : i;
            var surplus = _surplus.AsSpan(open[position] * _direction.Length, _direction.Length);
            double cost = 0;
            for (var c = 0; c < surplus.Length; c++)
                cost += surplus[c] * _direction[c];
            if (cost < least)
                (least, best) = (cost, position);
        }

        return best;
    }

    /// <summary>How much the student alone unbalances: the sum over classes of residual^2 / p.</summary>
    public double Weight(int student)
    {
        Residual(student, _direction);
        double weight = 0;
        for (var c = 0; c < _direction.Length; c++)
            weight += _population[c] > 0 ? _direction[c] * _direction[c] / _population[c] : 0;
        return weight;
    }

    public void Add(int student, int group)
    {
        Residual(student, _direction);
        var surplus = _surplus.AsSpan(group * _direction.Length, _direction.Length);
        for (var c = 0; c < surplus.Length; c++)
            surplus[c] += _direction[c];
    }

    private void Residual(int student, Span<double> residual)
    {
        var histogram = _students.Of(student);
        long samples = 0;
        foreach (var count in histogram)
            samples += count;
        for (var c = 0; c < residual.Length; c++)
            residual[c] = histogram[c] - (samples * _population[c]);
    }
}
