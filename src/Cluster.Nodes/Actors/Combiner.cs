using System.Globalization;
using Cohort.Clustering;
using Cohort.Federation;
using Cohort.Messages;

namespace Cohort.Nodes.Actors;

/// <summary>
/// Adds up, for each group, the updates of the students that this node trained, and sends the leader one sum when all that were
/// asked here have reported, or when the leader wants to go on without the rest. The sum is exact, so it does not matter how many
/// combiners share a group, or how often one of them sends.
/// </summary>
internal sealed class Combiner : ReceiveActor
{
    private readonly ICluster _cluster;
    private readonly Dictionary<int, Gathering> _groups = [];

    public Combiner(ICluster cluster)
    {
        _cluster = cluster;
        Receive<StudentAsked>(asked => Of(asked.Request)?.Expect(asked.Request.Student));
        Receive<StudentUpdate>(Add);
        Receive<StudentFailed>(Note);
        Receive<CollectSums>(Collect);
    }

    protected override void PreStart() => _cluster.Subscribe(Topics.Collect, Self);

    private void Add(StudentUpdate update)
    {
        if (Of(update.Request) is { } gathering && gathering.Add(update))
        {
            Reported(gathering, update.Request, failed: false);
        }
    }

    private void Note(StudentFailed failed)
    {
        if (Of(failed.Request) is { } gathering && gathering.Note(failed))
        {
            Reported(gathering, failed.Request, failed: true);
        }
    }

    private void Reported(Gathering gathering, TrainStudent request, bool failed)
    {
        var report = new StudentReported
        {
            Key = request.Key,
            Group = request.Group,
            IntraRound = request.IntraRound,
            Student = request.Student,
            Failed = failed,
        };
        _cluster.Publish(Topics.Progress, report);
        TellLeader(request.Group, report);
        if (gathering.IsComplete)
        {
            TellLeader(request.Group, gathering.Take());
        }
    }

    private void Collect(CollectSums wish)
    {
        if (_groups.TryGetValue(wish.Group, out var gathering)
            && gathering.Serves(wish.Key, wish.IntraRound)
            && gathering.HasReports)
        {
            TellLeader(wish.Group, gathering.Take());
        }
    }

    private void TellLeader(int group, object message)
        => _cluster.Region(Regions.Leaders)
            .Tell(new ShardingEnvelope(group.ToString(CultureInfo.InvariantCulture), message), Self);

    /// <summary>The group's current gathering; a newer key replaces it, an older one has none.</summary>
    private Gathering? Of(TrainStudent request)
    {
        if (!_groups.TryGetValue(request.Group, out var gathering) || gathering.IsOlderThan(request))
        {
            _groups[request.Group] = gathering = new Gathering(request);
        }

        return gathering.Serves(request.Key, request.IntraRound) ? gathering : null;
    }

    /// <summary>What one group's students of one intra-group round have reported since the last sum.</summary>
    private sealed class Gathering(TrainStudent first)
    {
        private readonly HashSet<int> _outstanding = [];
        private readonly HashSet<int> _reported = [];
        private PartialSum _part = Empty(first);
        private ExactSum? _sum;

        public bool IsComplete => _outstanding.Count == 0;

        public bool HasReports => _part.Participants.Count + _part.Failures.Count > 0;

        public bool Serves(RoundKey key, int intraRound) => key.Equals(first.Key) && intraRound == first.IntraRound;

        public bool IsOlderThan(TrainStudent request)
            => !string.Equals(request.Key.Run, first.Key.Run, StringComparison.Ordinal)
                || (first.Key.Round, first.Key.Attempt, first.IntraRound)
                    .CompareTo((request.Key.Round, request.Key.Attempt, request.IntraRound)) < 0;

        public void Expect(int student)
        {
            if (!_reported.Contains(student))
            {
                _outstanding.Add(student);
            }
        }

        /// <summary>False if this student has reported already.</summary>
        public bool Add(StudentUpdate update)
        {
            if (!Settle(update.Request.Student))
            {
                return false;
            }

            _sum ??= new ExactSum(update.Quantised.Length);
            _sum.Add(update.Quantised, update.Weight);
            _part.Participants.Add(update.Request.Student);
            _part.TrainSeconds += update.Trained.Duration.TotalSeconds;
            _part.Samples += update.Trained.SamplesSeen;
            _part.LossSum += update.Trained.Loss;
            return true;
        }

        /// <summary>False if this student has reported already.</summary>
        public bool Note(StudentFailed failed)
        {
            if (!Settle(failed.Request.Student))
            {
                return false;
            }

            _part.Failures.Add(StudentFailures.Of(failed.Request.Student, failed.Reason));
            return true;
        }

        public PartialSum Take()
        {
            var part = _part;
            if (_sum is not null)
            {
                part.Weight = _sum.Weight;
                part.Sum = Tensors.Wrap(_sum.Values.ToArray());
            }

            (_part, _sum) = (Empty(first), null);
            return part;
        }

        private bool Settle(int student)
        {
            _outstanding.Remove(student);
            return _reported.Add(student);
        }

        private static PartialSum Empty(TrainStudent first)
            => new() { Key = first.Key, Group = first.Group, IntraRound = first.IntraRound };
    }
}
