using Cohort.Federation;
using Cohort.Model.Files;
using Cohort.Model.Plans;
using Cohort.Model.Randomness;

namespace Cohort.Seed.Coordination;

/// <summary>
/// Whom the rounds of a plan in mode fedBuff ask, and which models they begin with. A function of the plan, its seed and the models made so
/// far, so that a run that is continued, or a round that is replayed, asks for the same.
/// </summary>
internal sealed class Asynchrony
{
    private readonly Plan _plan;

    /// <summary>By how many rounds were done when they were the newest; those that nobody needs any more are left out.</summary>
    private readonly SortedDictionary<int, ModelHash> _models = [];
    private BufferedSchedule _schedule;
    private IReadOnlyList<Arrival> _arrivals = [];

    /// <param name="plan">In mode fedBuff.</param>
    /// <param name="first">The run's first model.</param>
    public Asynchrony(Plan plan, ModelHash first)
    {
        _plan = plan;
        _schedule = ScheduleOf(plan);
        _models.Add(0, first);
    }

    /// <summary>From the beginning.</summary>
    public static BufferedSchedule ScheduleOf(Plan plan) => new(
        plan.Students.Count,
        plan.Rounds.Concurrency,
        plan.Rounds.Participants(plan.Students.Count),
        KeyedRandom.For((ulong)plan.Seed, Purpose.Asynchrony));

    /// <summary>A round is done.</summary>
    public void Note(int round, ModelHash model) => _models[round] = model;

    /// <summary>The students of a round; rounds are best asked for in their order.</summary>
    public IReadOnlyList<Arrival> Of(int round)
    {
        if (round < _schedule.Steps)
        {
            _schedule = ScheduleOf(_plan);
        }

        while (_schedule.Steps < round)
        {
            _arrivals = _schedule.Next();
        }

        return _arrivals;
    }

    /// <summary>The model that somebody begins with.</summary>
    public ModelHash StartOf(Arrival arrival) => _models[arrival.Start];

    /// <summary>True if somebody of the newest round, or of one to come, begins with it.</summary>
    public bool Needs(ModelHash model)
    {
        while (_models.Count > 0 && _models.First() is var oldest && oldest.Key < _schedule.Oldest)
        {
            _models.Remove(oldest.Key);
        }

        return _models.ContainsValue(model);
    }
}
