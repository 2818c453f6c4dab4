using Cohort.Clustering;
using Cohort.Federation;
using Cohort.Federation.SecureAggregation;
using Cohort.Messages;
using Cohort.Model.Training;
using Google.Protobuf;

namespace Cohort.Nodes.Actors;

/// <summary>
/// Adds up, for each leader, the updates of the students that this node trained, and sends the leader one sum when all that were
/// asked here have reported, or when the leader wants to go on without the rest. The sum is exact, so it does not matter how many
/// combiners share a group, or how often one of them sends. Under secure aggregation it adds up masked updates, modulo 2^w. Where the
/// leader needs single updates it adds up nothing, and sends each as it comes.
/// </summary>
internal sealed class Combiner : ReceiveActor
{
    private readonly ICluster _cluster;
    private readonly Dictionary<(int Group, string Leader), Gathering> _gatherings = [];

    public Combiner(ICluster cluster)
    {
        _cluster = cluster;
        Receive<StudentAsked>(Expect);
        Receive<StudentUpdate>(Add);
        Receive<MaskedUpdate>(Add);
        Receive<StudentFailed>(Note);
        Receive<CollectSums>(Collect);
    }

    protected override void PreStart() => _cluster.Subscribe(Topics.Collect, Self);

    private void Expect(StudentAsked asked)
    {
        var request = asked.Request;
        if (Of(request, asked.Leader) is { } gathering)
        {
            gathering.Expect(request.Student, request.Asking);
            gathering.Leader.Tell(
                new StudentAccepted
                {
                    Key = request.Key,
                    Group = request.Group,
                    IntraRound = request.IntraRound,
                    Student = request.Student,
                    Leader = request.Leader,
                    Member = _cluster.Self.Name,
                });
        }
    }

    private void Add(StudentUpdate update)
    {
        if (Of(update.Request) is { } gathering && gathering.Add(update))
        {
            Reported(gathering, update.Request, failed: false, single: update.IsSingle);
        }
    }

    private void Add(MaskedUpdate update)
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

    private void Reported(Gathering gathering, TrainStudent request, bool failed, bool single = false)
    {
        var report = new StudentReported
        {
            Key = request.Key,
            Group = request.Group,
            IntraRound = request.IntraRound,
            Student = request.Student,
            Failed = failed,
            Leader = request.Leader,
            Member = _cluster.Self.Name,
        };
        _cluster.Publish(Topics.Progress, report);
        gathering.Leader.Tell(report);
        if (gathering.IsComplete || single)
        {
            gathering.Leader.Tell(gathering.Take());
        }
    }

    private void Collect(CollectSums wish)
    {
        if (_gatherings.TryGetValue((wish.Group, wish.Leader), out var gathering)
            && gathering.Serves(wish.Key, wish.IntraRound)
            && gathering.HasReports)
        {
            gathering.Leader.Tell(gathering.Take());
        }
    }

    /// <summary>What is gathered for the leader that made this request; null if it has gone on to a later round.</summary>
    private Gathering? Of(TrainStudent request)
        => _gatherings.TryGetValue((request.Group, request.Leader), out var gathering)
            && gathering.Serves(request.Key, request.IntraRound)
                ? gathering
                : null;

    private Gathering? Of(TrainStudent request, IActorRef leader)
    {
        var known = (request.Group, request.Leader);
        if (!_gatherings.TryGetValue(known, out var gathering) || gathering.IsOlderThan(request))
        {
            foreach (var (other, _) in _gatherings.Where(each => each.Value.IsOfEarlierRoundThan(request)).ToList())
            {
                _gatherings.Remove(other); // its leader has its answer or is gone
            }

            _gatherings[known] = gathering = new Gathering(request, leader);
        }

        return gathering.Serves(request.Key, request.IntraRound) ? gathering : null;
    }

    /// <summary>What one leader's students of one intra-group round have reported since the last sum.</summary>
    private sealed class Gathering(TrainStudent first, IActorRef leader)
    {
        private readonly HashSet<int> _outstanding = [];

        /// <summary>Who has reported, and to which asking: whom the leader asks again, it has not got.</summary>
        private readonly Dictionary<int, int> _reported = [];
        private readonly HashSet<int> _unsent = [];
        private readonly MemoryStream _memories = new();
        private PartialSum _part = Empty(first);
        private ExactSum? _sum;
        private MaskedSum? _masked;

        public IActorRef Leader => leader;

        public bool IsComplete => _outstanding.Count == 0;

        public bool HasReports => _unsent.Count > 0;

        public bool Serves(RoundKey key, int intraRound) => key.Equals(first.Key) && intraRound == first.IntraRound;

        public bool IsOlderThan(TrainStudent request)
            => IsOfEarlierRoundThan(request) || (first.Key.Equals(request.Key) && first.IntraRound < request.IntraRound);

        public bool IsOfEarlierRoundThan(TrainStudent request) => first.Key.IsOlderThan(request.Key);

        public void Expect(int student, int asking)
        {
            if (!_unsent.Contains(student) && _reported.GetValueOrDefault(student) < asking)
            {
                _outstanding.Add(student);
            }
        }

        /// <summary>False if this student has reported already.</summary>
        public bool Add(StudentUpdate update)
        {
            if (!Settle(update.Request))
            {
                return false;
            }

            _sum ??= new ExactSum(update.Quantised.Length);
            _sum.Add(update.Quantised, update.Weight);
            _memories.Write(update.Memory);
            Count(update.Request, update.Trained, update.Bytes);
            return true;
        }

        /// <summary>False if this student has reported already.</summary>
        public bool Add(MaskedUpdate update)
        {
            if (!Settle(update.Request))
            {
                return false;
            }

            _masked ??= new MaskedSum(update.Setup.Length, update.Setup.Bits);
            _masked.AddPacked(update.Packed);
            Count(update.Request, update.Trained, update.Packed.Length);
            return true;
        }

        /// <summary>False if this student has reported already.</summary>
        public bool Note(StudentFailed failed)
        {
            if (!Settle(failed.Request))
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
                NodeMeter.UpdateBytes.Add(part.Sum.Length);
            }
            else if (_masked is not null)
            {
                part.Weight = part.Participants.Count;
                part.Masked = Tensors.Wrap(_masked.Pack());
                NodeMeter.UpdateBytes.Add(part.Masked.Length);
            }

            if (_memories.Length > 0)
            {
                part.Memories = UnsafeByteOperations.UnsafeWrap(_memories.ToArray());
                _memories.SetLength(0);
            }

            (_part, _sum, _masked) = (Empty(first), null, null);
            _unsent.Clear();
            return part;
        }

        private void Count(TrainStudent request, LocalTraining trained, int bytes)
        {
            NodeMeter.StudentBytes.Add(bytes);
            _part.UpdateBytes += bytes;
            _part.Participants.Add(request.Student);
            _part.TrainSeconds += trained.Duration.TotalSeconds;
            _part.Samples += trained.SamplesSeen;
            _part.LossSum += trained.Loss ?? 0; // none leaves its student where records or updates are protected
        }

        private bool Settle(TrainStudent request)
        {
            var student = request.Student;
            _outstanding.Remove(student);
            if (_reported.GetValueOrDefault(student) >= request.Asking || !_unsent.Add(student))
            {
                return false;
            }

            _reported[student] = request.Asking;
            return true;
        }

        private static PartialSum Empty(TrainStudent first)
            => new() { Key = first.Key, Group = first.Group, IntraRound = first.IntraRound, Leader = first.Leader };
    }
}
