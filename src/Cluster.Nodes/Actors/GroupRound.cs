using Cohort.Clustering;
using Cohort.Federation;
using Cohort.Federation.SecureAggregation;
using Cohort.Messages;
using Google.Protobuf;

namespace Cohort.Nodes.Actors;

/// <summary>One request of the coordinator and how far it has come.</summary>
internal sealed partial class GroupRound(TrainGroup request, IActorRef coordinator)
{
    private readonly HashSet<int> _participants = [];
    private readonly HashSet<int> _settled = [];
    private readonly Dictionary<int, string> _reportedBy = [];
    private readonly Dictionary<int, string> _acceptedBy = [];
    private readonly Dictionary<int, int> _askings = [];
    private readonly Dictionary<int, SingleUpdate> _singles = [];
    private float[] _start = [];
    private float[] _model = [];
    private string _earlier = "";
    private string _noSum = "";
    private double _trainSeconds;
    private long _samples;
    private long _updateBytes;
    private double _lossSum;

    public TrainGroup Request { get; } = request;

    /// <summary>Tells this try at the group apart from those of other leaders, and from earlier ones of this leader.</summary>
    public string Leader { get; } = Guid.NewGuid().ToString("N");

    public IActorRef Coordinator { get; } = coordinator;

    public RunContext? Context { get; private set; }

    public int IntraRound { get; private set; } = 1;

    /// <summary>How many the model has.</summary>
    public int Parameters => _model.Length;

    public string ModelName { get; private set; } = request.Model;

    /// <summary>Students asked in this intra-group round: who failed in an earlier one is not asked again.</summary>
    public IReadOnlyList<int> Asked { get; private set; } = [.. request.Students];

    public SortedDictionary<int, string> Failures { get; } = [];

    public ExactSum? Sum { get; private set; }

    /// <summary>Under secure aggregation: how far the intra-group round's sum has come.</summary>
    public SecureGroupSum? Secure { get; set; }

    /// <summary>
    /// Students whose updates the sum waits for: all that were asked, or, under secure aggregation, that have shared
    /// seeds.
    /// </summary>
    public IReadOnlyList<int> Awaited => Secure?.Sharers ?? Asked;

    public GroupUpdate? Answer { get; private set; }

    /// <summary>True once the leader waits for the sums of those who have reported, and for nobody else.</summary>
    public bool IsClosing { get; set; }

    /// <summary>Everybody who was asked is in the sum or has failed; when closing, everybody who has reported.</summary>
    public bool IsComplete => _settled.Count == Awaited.Count || (IsClosing && _reportedBy.Keys.All(_settled.Contains));

    /// <summary>Enough updates wait in the combiners.</summary>
    public bool HasQuota
        => _reportedBy.Keys.Count(student => !Failures.ContainsKey(student)) >= Math.Max(Request.Quota, Secure?.Setup.Threshold ?? 0);

    public bool Serves(RoundKey key, int intraRound, string leader)
        => key.Equals(Request.Key) && intraRound == IntraRound && string.Equals(leader, Leader, StringComparison.Ordinal);

    public void Start(RunContext context, float[] model)
    {
        Context = context;
        _start = _model = model;
        Sum = new ExactSum(context.UpdateLengthOf(model.Length));
    }

    /// <summary>A request to one student; each further one has a higher number.</summary>
    public TrainStudent Ask(int student)
    {
        var (model, staleness) = _starts.TryGetValue(student, out var own) ? own : (ModelName, 0);
        return new()
        {
            Key = Request.Key,
            Group = Request.Group,
            IntraRound = IntraRound,
            Student = student,
            Model = model,
            Staleness = staleness,
            Leader = Leader,
            Clip = Request.Clip,
            Release = Request.Release,
            Memory = _memories.GetValueOrDefault(student, ByteString.Empty),
            Version = Context!.Population.Roster?.Residents[student].Version ?? 0,
            Asking = _askings[student] = _askings.GetValueOrDefault(student) + 1,
        };
    }

    public void Note(StudentAccepted acceptance) => _acceptedBy[acceptance.Student] = acceptance.Member;

    public void Note(StudentReported report)
    {
        _reportedBy[report.Student] = report.Member;
        if (report.Failed)
        {
            Failures.TryAdd(report.Student, "it failed");
        }
    }

    /// <summary>Nobody can train this student now: it is not waited for, unless it has reported before.</summary>
    public void Miss(int student)
    {
        if (_reportedBy.ContainsKey(student) && !_settled.Contains(student))
        {
            return; // its sum is on its way, and this was asked too often
        }

        Secure?.GiveUpOn(student);
        if (Awaited.Contains(student))
        {
            _settled.Add(student);
        }
    }

    /// <summary>A member is out, and with it the sums it had not sent.</summary>
    /// <returns>Whom it leaves undone: those it had accepted, and those whom nobody has.</returns>
    public IReadOnlyList<int> Lose(string member)
    {
        if (Secure is not null)
        {
            // Their masks are lost with them: they cannot be asked again in this session.
            _settled.UnionWith(Secure.Lose(member).Intersect(Awaited));
            return [];
        }

        var undone = Asked
            .Where(student => !_settled.Contains(student))
            .Where(student => !_acceptedBy.TryGetValue(student, out var by) || string.Equals(by, member, StringComparison.Ordinal))
            .ToList();
        undone.ForEach(Unreport);
        return undone;
    }

    /// <returns>Why this cannot be the sum of some of the students that were asked; null if it can.</returns>
    public Refusal? WhyNot(PartialSum part)
    {
        var what = $"A sum of group {Request.Group} in round {Request.Key.Round} of {Request.Key.Run}";
        var students = part.Participants.Concat(part.Failures.Select(failure => failure.Student)).ToList();
        if (students.Except(Awaited).Cast<int?>().FirstOrDefault() is { } stranger)
        {
            return new("student", $"{what} holds student {stranger}, who was not asked");
        }

        var weight = part.Participants.Sum(student => (long)Context!.WeightOf(student));
        var bytes = Secure is null ? SumWithMemories.LengthOf(Sum!.Values.Length, part.Participants.Count, Context!.Memory.Bytes) : 0;
        var masked = part.Participants.Count > 0 && Secure is not null ? Secure.PackedLength : 0;
        if (Context!.NeedsSingleUpdates && part.Participants.Count > 1)
        {
            return new("single", $"{what} holds {part.Participants.Count} updates added up, where the plan needs them one by one");
        }

        return students.Distinct().Count() != students.Count ? new("student twice", $"{what} holds a student twice")
            : part.Weight != weight ? new("weight", $"{what} has weight {part.Weight}, where its students have {weight}")
            : part.Sum.Length != bytes ? new("size", $"{what} has {part.Sum.Length} bytes, expected {bytes}")
            : part.Masked.Length != masked ? new("size", $"{what} has {part.Masked.Length} masked bytes, expected {masked}")
            : Context.NeedsSingleUpdates && bytes > 0 && SingleOf(part) is null
                ? new("single", $"{what} is no update of student {part.Participants[0]} times its weight")
            : null;
    }

    /// <summary>Adds the sum of one combiner.</summary>
    /// <returns>
    /// Whom the sum leaves undone: with one student in it that is counted already (two nodes have trained it) it cannot be added,
    /// and its other students have to be asked again.
    /// </returns>
    public IReadOnlyList<int> Add(PartialSum part)
    {
        if (Secure is not null)
        {
            AddMasked(Secure, part);
            return [];
        }

        if (part.Participants.Any(_settled.Contains))
        {
            var undone = part.Participants.Where(student => !_settled.Contains(student)).ToList();
            undone.ForEach(Unreport);
            return undone;
        }

        foreach (var failure in part.Failures)
        {
            _settled.Add(failure.Student);
            Failures[failure.Student] = failure.Reason;
        }

        if (part.Participants.Count > 0)
        {
            if (Context!.NeedsSingleUpdates)
            {
                _singles.Add(part.Participants[0], SingleOf(part)!);
            }
            else
            {
                Sum!.Add(SumWithMemories.SumIn(part.Sum, Sum.Values.Length), part.Weight, part.Participants.Count);
            }

            _participants.UnionWith(part.Participants);
            _settled.UnionWith(part.Participants);
            Remember(part);
        }

        AddReport(part);
        return [];
    }

    /// <summary>The secure sum is open: what it holds is the sum of those who take part.</summary>
    public void Open(long[] values) => Sum!.Add(values, _participants.Count, _participants.Count);

    /// <summary>Where the leader has single updates: makes the group's sum of them, by the plan's rule.</summary>
    /// <returns>Why they give none, as a sentence; null if they do, or if nobody has taken part.</returns>
    public string? Combine()
    {
        if (_singles.Count == 0)
        {
            return null;
        }

        var rule = Context!.Plan.Aggregation.Rule;
        if (RobustAggregation.WhyNot(rule, _singles.Count) is { } reason)
        {
            return reason;
        }

        Sum = RobustAggregation.Combine(rule, Context.Attackers.Collude([.. _singles.Values]), Context.Grid);
        _singles.Clear();
        return null;
    }

    /// <summary>There is no sum, and nobody has taken part; why goes into the answer.</summary>
    public void FailClosed(string reason)
    {
        _participants.Clear();
        _singles.Clear();
        Sum = Sum is null ? null : new ExactSum(Sum.Values.Length);
        _noSum = Sentence.Cut(reason);
    }

    /// <summary>Ends an intra-group round before the last: the group's own model is averaged and trained further.</summary>
    public ModelVersion StepInside(Action<GroupRound, ExactSum> addNoise)
    {
        addNoise(this, Sum!);
        _earlier = NoiseKey().Participants;
        var averaged = new float[_model.Length];
        FederatedAveraging.Apply(_model, Sum!, Context!.Grid, 1.0, averaged);
        ModelName = new GroupModel(Request.Model, Request.Group, IntraRound).ToString();
        IntraRound++;
        _model = averaged;
        Asked = [.. Asked.Where(student => !Failures.ContainsKey(student))];
        Sum = new ExactSum(_model.Length);
        _settled.Clear();
        _reportedBy.Clear();
        _acceptedBy.Clear();
        _askings.Clear();
        _participants.Clear();
        Secure?.Dispose();
        Secure = null;
        IsClosing = false;
        return Version();
    }

    /// <summary>The model that is being trained.</summary>
    public ModelVersion Version()
        => new() { Run = Request.Key.Run, Model = ModelName, Parameters = Tensors.Wrap(_model) };

    public GroupUpdate Close(Action<GroupRound, ExactSum> addNoise)
    {
        Answer = new GroupUpdate
        {
            Key = Request.Key,
            Group = Request.Group,
            TrainSeconds = _trainSeconds,
            Samples = _samples,
            UpdateBytes = _updateBytes,
            LossSum = _lossSum,
            NoSum = _noSum,
        };
        Answer.Participants.AddRange(_participants.Order());
        Answer.Failures.AddRange(
            Failures.Where(f => !_participants.Contains(f.Key)).Select(f => StudentFailures.Of(f.Key, f.Value)));
        Answer.Missing.AddRange(Request.Students.Where(s => !_participants.Contains(s) && !Failures.ContainsKey(s)));
        if (Sum is { Weight: > 0 } sum)
        {
            addNoise(this, sum);
            Answer.Weight = sum.Weight;
            Answer.Sum = SumWithMemories.Join(
                IntraRound == 1 ? sum.Values.ToArray() : ChangeSinceStart(sum), MemoriesOf(Answer.Participants));
        }

        return Answer;
    }

    /// <summary>
    /// The key of this sum's noise. Who took part belongs to it: the same sum is always released under the same noise, and
    /// another sum never is, since the difference of two sums under one noise would show a single student.
    /// </summary>
    public NoiseKey NoiseKey()
    {
        var key = Federation.NoiseKey.Of(Context!.NoiseName, Request.Key.Round, Request.Group, IntraRound, _participants);
        return _earlier.Length == 0 ? key : key with { Participants = $"{key.Participants} after {_earlier}" };
    }

    /// <summary>
    /// A masked sum that holds somebody who is counted already is refused, and cannot be taken apart: then its other students are
    /// missing, as their updates are nowhere else.
    /// </summary>
    /// <exception cref="SecureMessageRefusedException">It holds one.</exception>
    private void AddMasked(SecureGroupSum secure, PartialSum part)
    {
        foreach (var failure in part.Failures.Where(failure => !_participants.Contains(failure.Student)))
        {
            _settled.Add(failure.Student);
            Failures[failure.Student] = failure.Reason;
        }

        _settled.UnionWith(part.Participants);
        if (part.Participants.Count == 0)
        {
            return;
        }

        secure.Add(part);
        _participants.UnionWith(part.Participants);
        foreach (var student in part.Participants)
        {
            Failures.Remove(student); // another node has no session of it, and said so
        }

        AddReport(part);
    }

    /// <returns>Null if the sum is not what one student's update gives, times its weight.</returns>
    private SingleUpdate? SingleOf(PartialSum part)
    {
        var weighted = SumWithMemories.SumIn(part.Sum, Sum!.Values.Length);
        var values = new int[weighted.Length];
        for (var i = 0; i < values.Length; i++)
        {
            var (value, rest) = Math.DivRem(weighted[i], part.Weight);
            if (rest != 0 || value is < int.MinValue or > int.MaxValue)
            {
                return null;
            }

            values[i] = (int)value;
        }

        return new(part.Participants[0], (int)part.Weight, values);
    }

    private void AddReport(PartialSum part)
    {
        _trainSeconds += part.TrainSeconds;
        _samples += part.Samples;
        _updateBytes += part.UpdateBytes;
        _lossSum = part.LossSum + (IntraRound == Request.IntraGroupRounds ? _lossSum : 0);
    }

    private void Unreport(int student)
    {
        _reportedBy.Remove(student);
        _acceptedBy.Remove(student);
        Failures.Remove(student);
    }

    /// <summary>After several intra-group rounds, what leaves is the whole way from the global model, back on the grid.</summary>
    private long[] ChangeSinceStart(ExactSum last)
    {
        var end = new float[_model.Length];
        FederatedAveraging.Apply(_model, last, Context!.Grid, 1.0, end);
        for (var i = 0; i < end.Length; i++)
        {
            end[i] -= _start[i];
        }

        var quantised = new int[end.Length];
        Context.Grid.Quantise(end, quantised);
        return Array.ConvertAll(quantised, value => value * last.Weight);
    }
}
