using System.Security.Cryptography;
using Cohort.Federation.SecureAggregation;
using Cohort.Messages;
using Google.Protobuf;

namespace Cohort.Nodes.Actors;

/// <summary>A student's part in one secure sum, for one life of the leader: keys, seeds, and what it has said.</summary>
internal sealed class StudentSession : IDisposable
{
    private static readonly RandomNumberGenerator Random = RandomNumberGenerator.Create();

    private readonly AdvertiseKeys _wish;
    private readonly SecureStudent _student;

    /// <exception cref="SecureAggregationException">No secure sum can be had with the leader's numbers.</exception>
    public StudentSession(AdvertiseKeys wish)
    {
        _wish = wish;
        Setup = new SecureSetup(wish.Students, wish.Threshold, wish.Values, wish.Bound);
        _student = new SecureStudent(
            new SecureSession(wish.Key.Run, wish.Key.Round, wish.Group, wish.IntraRound, wish.Leader), Setup, wish.Student, Random);
    }

    /// <summary>As the leader has it; whoever trains compares it with what the plan says.</summary>
    public SecureSetup Setup { get; }

    public RoundKey Key => _wish.Key;

    public int IntraRound => _wish.IntraRound;

    public bool Serves(ISumMessage message) => Serves(message.Key, message.Group, message.IntraRound, message.Leader);

    public bool Serves(TrainStudent request) => Serves(request.Key, request.Group, request.IntraRound, request.Leader);

    /// <param name="member">Where the student lives.</param>
    public KeysAdvertised Advertise(string member)
    {
        var advert = _student.Advertise();
        return new()
        {
            Key = _wish.Key,
            Group = _wish.Group,
            IntraRound = _wish.IntraRound,
            Leader = _wish.Leader,
            Student = advert.Student,
            Member = member,
            MaskKey = UnsafeByteOperations.UnsafeWrap(advert.MaskKey),
            ChannelKey = UnsafeByteOperations.UnsafeWrap(advert.ChannelKey),
        };
    }

    /// <exception cref="SecureMessageRefusedException">The roster cannot be.</exception>
    public SeedsShared Share(ShareSeeds roster)
    {
        var shares = _student.Share(new KeyRoster([.. roster.Students], roster.Keys.ToByteArray()));
        return new()
        {
            Key = _wish.Key,
            Group = _wish.Group,
            IntraRound = _wish.IntraRound,
            Leader = _wish.Leader,
            Student = shares.Student,
            SeedCommitment = UnsafeByteOperations.UnsafeWrap(shares.SeedCommitment),
            Sealed = UnsafeByteOperations.UnsafeWrap(shares.Sealed),
        };
    }

    /// <exception cref="SecureMessageRefusedException">The shares cannot be, or an update was masked before.</exception>
    /// <exception cref="Federation.UpdateRejectedException">A value is out of bounds.</exception>
    public MaskedUpdate Mask(StudentUpdate update, TrainStudent asked)
    {
        var relayed = new RelayedShares([.. asked.Secure.Senders], asked.Secure.Sealed.ToByteArray());
        return new(asked, _student.Mask(relayed, update.Quantised).Packed, Setup, update.Trained);
    }

    /// <exception cref="SecureMessageRefusedException">The survivors cannot be, or are others than before.</exception>
    public SharesRevealed Reveal(RevealShares wish)
    {
        var unmasking = _student.Unmask(new Survivors([.. wish.Survivors]));
        var revealed = new SharesRevealed
        {
            Key = _wish.Key,
            Group = _wish.Group,
            IntraRound = _wish.IntraRound,
            Leader = _wish.Leader,
            Student = unmasking.Student,
            Shares = UnsafeByteOperations.UnsafeWrap(unmasking.Shares),
        };
        revealed.Refused.AddRange(unmasking.Refused);
        return revealed;
    }

    public void Dispose() => _student.Dispose();

    private bool Serves(RoundKey key, int group, int intraRound, string leader)
        => key.Equals(_wish.Key)
            && group == _wish.Group
            && intraRound == _wish.IntraRound
            && string.Equals(leader, _wish.Leader, StringComparison.Ordinal);
}
