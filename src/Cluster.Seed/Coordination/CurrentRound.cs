using System.Globalization;
using Cohort.Clustering;
using Cohort.Federation.SecureAggregation;
using Cohort.Messages;
using Cohort.Seed.Ledger;

namespace Cohort.Seed.Coordination;

/// <summary>The round under way: whom each leader was asked to train, and what has come back.</summary>
internal sealed class CurrentRound
{
    private readonly SortedDictionary<int, GroupUpdate> _updates = [];
    private readonly HashSet<int> _givenUp = [];
    private readonly long _started;
    private readonly TimeProvider _time;

    private CurrentRound(
        RoundKey key, SortedDictionary<int, TrainGroup> requests, IReadOnlyList<int> groups, TimeProvider time)
    {
        Key = key;
        Requests = requests;
        Groups = groups;
        _time = time;
        _started = time.GetTimestamp();
    }

    public RoundKey Key { get; }

    public int Number => Key.Round;

    public int Attempt => Key.Attempt;

    /// <summary>By group; a group nobody of which was sampled has none.</summary>
    public SortedDictionary<int, TrainGroup> Requests { get; }

    /// <summary>The groups among which the round's noise is divided: all that were asked, in a replay those of the recorded round.</summary>
    public IReadOnlyList<int> Groups { get; }

    public IReadOnlyDictionary<int, GroupUpdate> Updates => _updates;

    /// <summary>Groups whose share of the noise is in no update, as nobody of them took part or their leader was lost.</summary>
    public IEnumerable<int> GroupsWithoutSum
        => Groups.Where(group => !_updates.TryGetValue(group, out var update) || update.Weight == 0);

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

    /// <summary>What each participant remembers from now on, in ascending order.</summary>
    /// <param name="length">Bytes of one.</param>
    public SortedDictionary<int, ReadOnlyMemory<byte>> Memories(int length)
        => new(_updates.Values
            .SelectMany(update => update.Participants.Select(
                (student, place) => (Student: student, Memory: update.Memories.Memory.Slice(place * length, length))))
            .ToDictionary(each => each.Student, each => each.Memory));

    public TimeSpan Elapsed => _time.GetElapsedTime(_started);

    /// <summary>Samples the round's students (fraction C of all) and asks them by group.</summary>
    public static CurrentRound Begin(TrainingRun run, int attempt, RoundKeys keys, TimeProvider time)
    {
        var key = keys.Next(run.Id, run.RoundsDone + 1, attempt);
        var requests = Requested(run, run.CohortOf(key.Round), key, run.NextRelease(key.Round), run.Plan.Rounds.OverSelection);
        return Divided(key, requests, [.. requests.Keys], time);
    }

    /// <summary>
    /// Asks those who took part in a recorded round, and nobody else. The noise is divided as it was then, when perhaps more groups
    /// were asked.
    /// </summary>
    public static CurrentRound Again(TrainingRun run, RoundRecord record, RoundKeys keys, TimeProvider time)
    {
        var key = keys.Next(run.Id, record.Round, attempt: 1);
        var requests = Requested(run, record.Participants, key, run.LastRelease(record.Round), overSelection: 0);
        var asked = record.Participants.Concat(record.Failed.Select(failure => failure.Student)).Concat(record.Missing)
            .ToLookup(student => run.GroupOf[student]);
        if (run.Plan.Privacy.DrawsShares)
        {
            foreach (var request in requests.Values)
            {
                // Shares as large as then, and all of them: no sum of fewer students is to be had under the same noise.
                request.NoiseShares = SecureSetup.ThresholdOf(asked[request.Group].Count(), run.Plan.Privacy.SecureAggregationThreshold);
                request.Threshold = request.Students.Count;
            }
        }

        return Divided(key, requests, [.. asked.Select(group => group.Key).Order()], time);
    }

    /// <summary>False if the update is of another round, of a group that was not asked, or a repeat.</summary>
    public bool Awaits(GroupUpdate update)
        => Requests.TryGetValue(update.Group, out var request)
            && request.Key.Equals(update.Key)
            && !_givenUp.Contains(update.Group)
            && !_updates.ContainsKey(update.Group);

    public void Add(GroupUpdate update) => _updates.Add(update.Group, update);

    /// <returns>Why this cannot be the answer to what its group was asked; null if it can.</returns>
    public Refusal? WhyNot(GroupUpdate update, TrainingRun run)
    {
        var what = $"The update of group {update.Group} in round {Number} of {run.Id}";
        var failed = update.Failures.Select(failure => failure.Student);
        var students = update.Participants.Concat(failed).Concat(update.Missing).Order();
        if (!students.SequenceEqual(Requests[update.Group].Students.Order()))
        {
            return new("students", $"{what} does not tell of each student that was asked, once");
        }

        var weight = update.Participants.Sum(student => (long)run.Population.WeightOf(student, run.Plan));
        var bytes = weight > 0 ? sizeof(long) * (long)run.UpdateLength : 0;
        var memories = (long)update.Participants.Count * run.Memory.Bytes;
        return update.Memories.Length != memories
            ? new("size", $"{what} has {update.Memories.Length} bytes of what its students remember, expected {memories}")
            : update.Weight != weight ? new("weight", $"{what} has weight {update.Weight}, where its students have {weight}")
            : update.Sum.Length != bytes ? new("size", $"{what} has a sum of {update.Sum.Length} bytes, expected {bytes}")
            : null;
    }

    public void GiveUpOn(TrainGroup request) => _givenUp.Add(request.Group);

    /// <summary>
    /// The first failure's reason as a sentence, and the first reason why a group has no sum, to say why a round could not close; empty
    /// if nobody gave one.
    /// </summary>
    public string FirstReason()
        => string.Concat(
            Failed
                .Select(failure => string.Create(CultureInfo.InvariantCulture, $" Student {failure.Key} failed: {failure.Value}."))
                .Take(1)
                .Concat(_updates.Values
                    .Where(update => update.NoSum.Length > 0)
                    .Select(update => string.Create(CultureInfo.InvariantCulture, $" Group {update.Group} has no sum: {update.NoSum}"))
                    .Take(1)));

    private static CurrentRound Divided(
        RoundKey key, SortedDictionary<int, TrainGroup> requests, IReadOnlyList<int> groups, TimeProvider time)
    {
        foreach (var request in requests.Values)
        {
            request.Groups = groups.Count;
        }

        return new(key, requests, groups, time);
    }

    private static SortedDictionary<int, TrainGroup> Requested(
        TrainingRun run, IReadOnlyList<int> students, RoundKey key, int release, double overSelection)
    {
        var requests = new SortedDictionary<int, TrainGroup>();
        foreach (var group in students.GroupBy(student => run.GroupOf[student]))
        {
            var request = new TrainGroup
            {
                Key = key,
                Group = group.Key,
                Model = run.Model.ToString(),
                Clip = run.Plan.Privacy.AdaptiveClip.Enabled ? run.Clip!.Value : 0,
                IntraGroupRounds = run.Plan.Groups.IntraGroupRounds,
                DeadlineMs = (long)run.Plan.Rounds.Deadline.TotalMilliseconds,
                Release = release,
            };
            request.Students.AddRange(group);
            if (run.Plan.StudentsRemember)
            {
                var (remembering, memories) = run.Memories.Of(request.Students);
                request.Remembering.AddRange(remembering);
                request.Memories = memories;
            }

            request.Quota = (int)Math.Ceiling(request.Students.Count / (1 + overSelection));
            requests.Add(group.Key, request);
        }

        return requests;
    }
}
