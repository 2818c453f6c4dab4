using Cohort.Federation;
using Cohort.Model.Plans;
using Cohort.Model.Randomness;

namespace Cohort.Model.Training;

/// <summary>
/// The students that attack, where a plan simulates attackers: a share of all, drawn by the seed, the same all run long and on every
/// node.
/// </summary>
public sealed class Attackers
{
    private readonly HashSet<int> _students;
    private readonly Plan _plan;
    private readonly Population _deceived;

    private Attackers(Plan plan, Population population, HashSet<int> students)
    {
        (_plan, _students) = (plan, students);
        var attack = plan.Attack.Kind.Kind;
        var classes = population.Data.Classes.Count;
        _deceived = Enumerable.Range(0, classes).All(label => attack.LabelOf(label, classes) == label)
            ? population
            : population.WithLabels(label => attack.LabelOf(label, classes));
    }

    /// <summary>How many they are: the share of all students, rounded.</summary>
    public int Count => _students.Count;

    /// <summary>Draws them.</summary>
    public static Attackers Of(Plan plan, Population population)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(population);
        var count = (int)Math.Round(plan.Attack.Share * population.Students, MidpointRounding.AwayFromZero);
        if (count == 0)
        {
            return new(plan, population, []);
        }

        var students = Enumerable.Range(0, population.Students).ToArray();
        KeyedRandom.For((ulong)plan.Seed, Purpose.Attackers).Permute(students.AsSpan());
        return new(plan, population, [.. students.AsSpan(0, count)]);
    }

    public bool Include(int student) => _students.Contains(student);

    /// <summary>The samples as a student sees them that trains on false labels; the honest ones see them as they are.</summary>
    public Population SeenBy(int student, Population population) => Include(student) ? _deceived : population;

    /// <summary>Makes of what a student has trained what it sends; an honest one's stays as it is.</summary>
    /// <param name="turn">Which training it was.</param>
    /// <param name="update">Shape [parameters], in steps of the grid.</param>
    /// <param name="grid">The grid.</param>
    public void Poison(TrainingTurn turn, Span<int> update, FixedPointGrid grid)
    {
        if (Include(turn.Student))
        {
            var random = KeyedRandom.For(turn.Seed, Purpose.Poison, turn.Round, turn.IntraRound, turn.Student);
            _plan.Attack.Kind.Kind.Poison(update, grid, _plan.Attack.Kind.Settings, random);
        }
    }

    /// <summary>What a group's leader gets of its students where attackers collude; else what they sent.</summary>
    /// <param name="updates">Of the group's students, honest ones all.</param>
    public IReadOnlyList<SingleUpdate> Collude(IReadOnlyList<SingleUpdate> updates)
    {
        var attack = _plan.Attack.Kind;
        var attackers = updates.Where(update => Include(update.Student)).OrderBy(update => update.Student).ToList();
        if (!attack.Kind.IsColluding || attackers.Count == 0)
        {
            return updates;
        }

        var poisoned = new int[attackers[0].Values.Length];
        attack.Kind.Collude([.. attackers.Select(update => update.Values)], attack.Settings, poisoned);
        return [.. updates.Select(update => Include(update.Student) ? update with { Values = poisoned } : update)];
    }
}
