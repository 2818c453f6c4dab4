using Cohort.Federation.SecureAggregation;
using Cohort.Messages;
using Google.Protobuf;

namespace Cohort.Nodes.Actors;

/// <summary>
/// A group's secure sum as its leader sees it: which student's session lives where, and how far the sum has come. A student that
/// is gone, because its node is lost or it refuses, counts as having fallen silent at that stage.
/// </summary>
internal sealed class SecureGroupSum : IDisposable
{
    private readonly GroupRound _round;
    private readonly SecureLeader _sum;
    private readonly TimeSpan _deadline;
    private readonly int _intraRound;
    private readonly int _noiseShares;
    private readonly Dictionary<int, (IActorRef Student, string Member)> _sessions = [];
    private readonly HashSet<int> _gone = [];

    /// <param name="round">Whose students are asked.</param>
    /// <param name="parameters">Of the model.</param>
    /// <param name="deadline">Of the intra-group round.</param>
    /// <exception cref="SecureAggregationException">No secure sum of so many students can be had.</exception>
    public SecureGroupSum(GroupRound round, int parameters, TimeSpan deadline)
    {
        (_round, _deadline, _intraRound) = (round, deadline, round.IntraRound);
        var request = round.Request;
        var context = round.Context!;
        Setup = context.SecureSetupOf(round.Asked.Count, parameters, request.Clip, request.Threshold, request.NoiseShares);
        _noiseShares = !context.Plan.Privacy.DrawsShares ? 0 : request.NoiseShares > 0 ? request.NoiseShares : Setup.Threshold;
        _sum = new SecureLeader(
            new SecureSession(request.Key.Run, request.Key.Round, request.Group, round.IntraRound, round.Leader), Setup, round.Asked);
    }

    public SecureSetup Setup { get; }

    /// <summary>Those who have shared their seeds; null until all that will have done so.</summary>
    public IReadOnlyList<int>? Sharers { get; private set; }

    /// <summary>Bytes of a masked vector.</summary>
    public int PackedLength => SecureSizes.Packed(Setup.Length, Setup.Bits);

    /// <summary>True while the masks are taken away on another thread.</summary>
    public bool IsOpening { get; private set; }

    /// <summary>True once it is said who has advertised keys.</summary>
    public bool HasRoster { get; private set; }

    /// <summary>True once it is said whose masked updates are in the sum.</summary>
    public bool IsClosed { get; private set; }

    public bool HasAllKeys => Have(_round.Asked, _sum.Advertised);

    public bool HasAllShares => Have(_sum.Advertised, _sum.Shared);

    public bool HasAllUnmaskings => Have(_sum.Masked, _sum.Unmasked);

    public IReadOnlyCollection<int> WithoutKeys => [.. _round.Asked.Except(_sum.Advertised)];

    public bool Serves(ISumMessage message) => _round.Serves(message.Key, message.IntraRound, message.Leader);

    /// <summary>The request to one student.</summary>
    public AdvertiseKeys Begin(int student) => new()
    {
        Key = _round.Request.Key,
        Group = _round.Request.Group,
        IntraRound = _intraRound,
        Leader = _round.Leader,
        Student = student,
        Students = Setup.Students,
        Threshold = Setup.Threshold,
        Values = Setup.Length,
        Bound = Setup.Bound,
        DeadlineMs = (long)_deadline.TotalMilliseconds,
    };

    public void Add(KeysAdvertised keys, IActorRef student)
    {
        if (_sum.Add(new KeyAdvert(keys.Student, keys.MaskKey.ToByteArray(), keys.ChannelKey.ToByteArray())))
        {
            _sessions[keys.Student] = (student, keys.Member);
        }
    }

    public void Add(SeedsShared shares)
        => _sum.Add(new SealedShares(shares.Student, shares.SeedCommitment.ToByteArray(), shares.Sealed.ToByteArray()));

    public void Add(PartialSum part) => _sum.Add([.. part.Participants], part.Masked.Span);

    public void Add(SharesRevealed revealed)
        => _sum.Add(new Unmasking(revealed.Student, revealed.Shares.ToByteArray(), [.. revealed.Refused]));

    /// <summary>Goes on with those who have advertised keys.</summary>
    /// <returns>What to tell whom.</returns>
    public IReadOnlyList<(IActorRef Student, ShareSeeds Message)> CloseKeys()
    {
        var roster = _sum.CloseKeys();
        HasRoster = true;
        var message = new ShareSeeds
        {
            Key = _round.Request.Key,
            Group = _round.Request.Group,
            IntraRound = _intraRound,
            Leader = _round.Leader,
            Keys = UnsafeByteOperations.UnsafeWrap(roster.Keys),
        };
        message.Students.AddRange(roster.Students);
        return [.. roster.Students.Select(student => (_sessions[student].Student, message))];
    }

    /// <summary>Goes on with those who have shared their seeds.</summary>
    /// <returns>What to ask whom to train.</returns>
    public IReadOnlyList<(IActorRef Student, TrainStudent Message)> CloseShares()
    {
        var relayed = _sum.CloseShares();
        Sharers = [.. relayed.Keys.Order()];
        return [.. Sharers.Select(student => (_sessions[student].Student, RequestWith(student, relayed[student])))];
    }

    /// <summary>Goes on with those whose masked updates have come.</summary>
    /// <returns>What to ask whom to reveal.</returns>
    public IReadOnlyList<(IActorRef Student, RevealShares Message)> CloseInputs()
    {
        var survivors = _sum.CloseInputs();
        IsClosed = true;
        var message = new RevealShares
        {
            Key = _round.Request.Key,
            Group = _round.Request.Group,
            IntraRound = _intraRound,
            Leader = _round.Leader,
        };
        message.Survivors.AddRange(survivors.Students);
        return [.. survivors.Students.Select(student => (_sessions[student].Student, message))];
    }

    /// <summary>Takes the masks away, on another thread: with dropouts it may take seconds.</summary>
    public Task<long[]> Open()
    {
        IsOpening = true;
        return Task.Run(_sum.Open);
    }

    /// <summary>This student says no more.</summary>
    public void GiveUpOn(int student) => _gone.Add(student);

    /// <summary>A member is out, and with it the sessions that it had.</summary>
    /// <returns>The students whose they were.</returns>
    public IReadOnlyList<int> Lose(string member)
    {
        var lost = _sessions
            .Where(each => string.Equals(each.Value.Member, member, StringComparison.Ordinal))
            .Select(each => each.Key)
            .ToList();
        _gone.UnionWith(lost);
        return lost;
    }

    public void Dispose() => _sum.Dispose();

    private TrainStudent RequestWith(int student, RelayedShares relayed)
    {
        var request = _round.Ask(student);
        request.Secure = new SealedForStudent { Sealed = UnsafeByteOperations.UnsafeWrap(relayed.Sealed) };
        request.Secure.Senders.AddRange(relayed.Senders);
        request.NoiseShares = _noiseShares;
        return request;
    }

    private bool Have(IEnumerable<int> expected, IReadOnlyCollection<int> come)
        => expected.All(student => _gone.Contains(student) || come.Contains(student));
}
