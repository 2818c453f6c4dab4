using System.Globalization;
using Cohort.Messages;

namespace Cohort.Seed.Coordination;

/// <summary>The round under way: whom each leader was asked to train, and what has come back.</summary>
internal sealed class CurrentRound
{
    private readonly SortedDictionary<int, GroupUpdate> _updates = [];
    private readonly HashSet<int> _givenUp = [];
    private readonly long _started;
    private readonly TimeProvider _time;

    private CurrentRound(int number, int attempt, SortedDictionary<int, TrainGroup> requests, TimeProvider time)
    {
        Number = number;
        Attempt = attempt;
        Requests = requests;
        _time = time;
        _started = time.GetTimestamp();
    }

    public int Number { get; }

    public int Attempt { get; }

    /// <summary>By group; a group nobody of which was sampled has none.</summary>
    public SortedDictionary<int, TrainGroup> Requests { get; }

    public IReadOnlyDictionary<int, GroupUpdate> Updates => _updates;

    public bool LeadersAskedAgain { get; set; }

    public bool IsComplete => _updates.Count + _givenUp.Count == Requests.Count;

    public IEnumerable<TrainGroup> Silent
        => Requests.Values.Where(request => !_updates.ContainsKey(request.Group) && !_givenUp.Contains(request.Group));

    public IReadOnlyList<int> Participants => [.. _updates.Values.SelectMany(update => update.Participants).Order()];

    public SortedDictionary<int, string> Failed
        => new(_updates.Values.SelectMany(update => update.Failures).ToDictionary(f => f.Student, f => f.Reason));

    public IReadOnlyList<int> Missing
        => [.. _updates.Values.SelectMany(update => update.Missing)
            .Concat(_givenUp.SelectMany(group => Requests[group].Students)).Order()];

    public TimeSpan Elapsed => _time.GetElapsedTime(_started);

    /// <summary>Samples the round's students (fraction C of all) and asks them by group.</summary>
    public static CurrentRound Begin(TrainingRun run, int attempt, RoundKeys keys, TimeProvider time)
    {
        var number = run.RoundsDone + 1;
        var rounds = run.Plan.Rounds;
        var sampled = run.CohortOf(number);
        var key = keys.Next(run.Id, number, attempt);
        var requests = new SortedDictionary<int, TrainGroup>();
        foreach (var group in sampled.GroupBy(student => run.GroupOf[student]))
        {
            var request = new TrainGroup
            {
                Key = key,
                Group = group.Key,
                Model = run.Model.ToString(),
                IntraGroupRounds = run.Plan.Groups.IntraGroupRounds,
                DeadlineMs = (long)rounds.Deadline.TotalMilliseconds,
            };
            request.Students.AddRange(group);
            request.Quota = (int)Math.Ceiling(request.Students.Count / (1 + rounds.OverSelection));
            requests.Add(group.Key, request);
        }

        foreach (var request in requests.Values)
        {
            request.Groups = requests.Count;
        }

        return new(number, attempt, requests, time);
    }

    /// <summary>False if the update is of another round, of a group that was not asked, or a repeat.</summary>
    public bool Add(GroupUpdate update)
        => Requests.TryGetValue(update.Group, out var request)
            && request.Key.Equals(update.Key)
            && !_givenUp.Contains(update.Group)
            && _updates.TryAdd(update.Group, update);

    public void GiveUpOn(TrainGroup request) => _givenUp.Add(request.Group);

    /// <summary>
    /// The first failure's reason as a sentence, to say why a round could not close; empty if nobody reported one.
    /// </summary>
    public string FirstReason()
        => Failed
            .Select(failure => string.Create(CultureInfo.InvariantCulture, $" Student {failure.Key} failed: {failure.Value}."))
            .FirstOrDefault("");
}
