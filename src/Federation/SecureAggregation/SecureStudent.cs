using System.Security.Cryptography;

namespace Cohort.Federation.SecureAggregation;

/// <summary>
/// A student's side of a secure sum (Bonawitz et al. 2017, figure 4): advertises keys, shares out the seeds of its masks, sends
/// its values masked, and helps to take the masks of the sum away. It does each once: a repeated question gets the repeated
/// answer, another question none, so that nobody learns two things which together would show a value.
/// </summary>
public sealed class SecureStudent : IDisposable
{
    private static readonly byte[] Nonce = new byte[12]; // each key seals one message

    private readonly SecureSession _session;
    private readonly SecureSetup _setup;
    private readonly int _me;
    private readonly RandomNumberGenerator _random;
    private readonly byte[] _selfSeed = new byte[SecureSizes.Seed];
    private readonly byte[] _maskKeySeed = new byte[SecureSizes.Seed];
    private readonly AgreementKey _maskKey;
    private readonly AgreementKey _channelKey;
    private Roster? _roster;
    private SealedShares? _shares;
    private byte[][] _incomingKeys = [];
    private byte[] _ownShares = [];
    private RelayedShares? _relayed;
    private bool _hasMasked;
    private (int[] Survivors, Unmasking Answer)? _revealed;

    /// <summary>Begins a session with fresh keys.</summary>
    /// <param name="session">Which sum.</param>
    /// <param name="setup">Its public numbers.</param>
    /// <param name="student">Who this is.</param>
    /// <param name="random">Whence the secrets come: the system's generator, but in tests.</param>
    public SecureStudent(SecureSession session, SecureSetup setup, int student, RandomNumberGenerator random)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(setup);
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfNegative(student);
        (_session, _setup, _me, _random) = (session, setup, student, random);
        random.GetBytes(_selfSeed);
        random.GetBytes(_maskKeySeed);
        _maskKey = AgreementKey.FromSeed(_maskKeySeed);
        var channelSeed = new byte[32];
        random.GetBytes(channelSeed);
        _channelKey = AgreementKey.FromSeed(channelSeed);
        CryptographicOperations.ZeroMemory(channelSeed);
    }

    /// <summary>Round 0: two public keys.</summary>
    public KeyAdvert Advertise() => new(_me, _maskKey.PublicKey, _channelKey.PublicKey);

    /// <summary>Round 1: shares of both seeds, sealed for each other student.</summary>
    /// <param name="roster">U1.</param>
    /// <exception cref="SecureMessageRefusedException">It cannot be the roster of this session, or is another one than
    /// before.</exception>
    public SealedShares Share(KeyRoster roster)
    {
        ArgumentNullException.ThrowIfNull(roster);
        if (_roster is not null)
        {
            return _roster.IsSame(roster)
                ? _shares!
                : throw Refused("A second roster was sent; seeds are shared out once in a session.");
        }

        var read = Accept(roster);
        try
        {
            _shares = Seal(read);
            _roster = read;
            return _shares;
        }
        catch
        {
            read.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Round 2: y = x + PRG(b_u) + sum over v above u of PRG(s_uv) - sum over v below u of PRG(s_uv), modulo
    /// 2^w.
    /// </summary>
    /// <param name="relayed">Others' shares, and with them who has shared (U2).</param>
    /// <param name="values">x, shape [n], in steps, each at most B from 0; its noise, if it has any, is in it.</param>
    /// <exception cref="SecureMessageRefusedException">The shares cannot be those of this session, or values were masked
    /// before.</exception>
    /// <exception cref="UpdateRejectedException">A value is out of bounds.</exception>
    public MaskedInput Mask(RelayedShares relayed, ReadOnlySpan<int> values)
    {
        ArgumentNullException.ThrowIfNull(relayed);
        if (_roster is null)
            throw Refused("Shares came before the roster.");
        if (_hasMasked)
            throw Refused("Values were masked in this session already; a second vector under the same masks would show the difference.");
        Accept(relayed);
        RequireBounded(values);

        var sum = new MaskedSum(_setup.Length, _setup.Bits);
        sum.Add(values);
        AddMask(sum, SessionKeys.SelfMask(_session, _me, _selfSeed), subtract: false);
        foreach (var other in relayed.Senders)
        {
            if (other != _me)
            {
                var key = SessionKeys.PairMask(_session, _maskKey, _me, _roster.MaskKey(_roster.IndexOf(other)), other);
                AddMask(sum, key, subtract: !SessionKeys.Adds(_me, other));
            }
        }

        (_relayed, _hasMasked) = (relayed, true);
        return new(_me, sum.Pack());
    }

    /// <summary>
    /// Round 3: of each student that has shared, one share: of the self mask's seed if it is among the survivors, else of the
    /// mask key's. Never both, whatever the leader asks.
    /// </summary>
    /// <param name="survivors">U3.</param>
    /// <exception cref="SecureMessageRefusedException">They cannot be this session's survivors, or are others than
    /// before.</exception>
    public Unmasking Unmask(Survivors survivors)
    {
        ArgumentNullException.ThrowIfNull(survivors);
        if (_revealed is { } revealed)
        {
            return revealed.Survivors.AsSpan().SequenceEqual(survivors.Students)
                ? revealed.Answer
                : throw Refused(
                    "A second list of survivors was sent; with shares for both, the leader could unmask a single student's values.");
        }

        if (_relayed is not { } relayed)
            throw Refused("Shares were asked for before values were masked.");
        Accept(survivors, relayed);
        var answer = Reveal(survivors, relayed);
        _revealed = ([.. survivors.Students], answer);
        return answer;
    }

    public void Dispose()
    {
        _maskKey.Dispose();
        _channelKey.Dispose();
        _roster?.Dispose();
        CryptographicOperations.ZeroMemory(_selfSeed);
        CryptographicOperations.ZeroMemory(_maskKeySeed);
        CryptographicOperations.ZeroMemory(_ownShares);
        foreach (var key in _incomingKeys)
            CryptographicOperations.ZeroMemory(key);
    }

    private Roster Accept(KeyRoster roster)
    {
        var read = Roster.Read(roster);
        var me = read.IndexOf(_me);
        if (me < 0
            || !read.MaskKeyBytes(me).Span.SequenceEqual(_maskKey.PublicKey)
            || !read.ChannelKeyBytes(me).Span.SequenceEqual(_channelKey.PublicKey))
            throw Refused($"The roster does not hold student {_me} with the keys that it advertised.");
        if (roster.Students.Length < _setup.Threshold || roster.Students.Length > _setup.Students)
            throw Refused(
                $"The roster holds {roster.Students.Length} students, expected {_setup.Threshold} (the threshold) to "
                + $"{_setup.Students} (those asked).");
        return read;
    }

    private SealedShares Seal(Roster roster)
    {
        var count = roster.Students.Length;
        var ofSelfSeed = SecretSharing.Split(_selfSeed, _setup.Threshold, count, _random);
        var ofMaskKey = SecretSharing.Split(_maskKeySeed, _setup.Threshold, count, _random);
        var sealedShares = new byte[(count - 1) * SecureSizes.SealedShare];
        var rest = sealedShares.AsSpan();
        var incoming = new byte[count][];
        Span<byte> plain = stackalloc byte[2 * SecureSizes.Share];
        for (var i = 0; i < count; i++)
        {
            ofSelfSeed.AsSpan(i * SecureSizes.Share, SecureSizes.Share).CopyTo(plain);
            ofMaskKey.AsSpan(i * SecureSizes.Share, SecureSizes.Share).CopyTo(plain[SecureSizes.Share..]);
            var other = roster.Students[i];
            if (other == _me)
            {
                _ownShares = plain.ToArray();
                incoming[i] = [];
                continue;
            }

            using var peer = roster.ChannelKey(i);
            (var outgoing, incoming[i]) = SessionKeys.Channel(_session, _channelKey, _me, peer, other);
            using var cipher = new AesGcm(outgoing, SecureSizes.Tag);
            cipher.Encrypt(
                Nonce,
                plain,
                rest[..plain.Length],
                rest.Slice(plain.Length, SecureSizes.Tag),
                SessionKeys.AssociatedData(_session, _me, other, i + 1));
            CryptographicOperations.ZeroMemory(outgoing);
            rest = rest[SecureSizes.SealedShare..];
        }

        CryptographicOperations.ZeroMemory(plain);
        CryptographicOperations.ZeroMemory(ofSelfSeed);
        CryptographicOperations.ZeroMemory(ofMaskKey);
        _incomingKeys = incoming;
        return new(_me, SessionKeys.Commitment(_session, _me, _selfSeed), sealedShares);
    }

    private void Accept(RelayedShares relayed)
    {
        Roster.RequireAscending(relayed.Senders, "the list of those who have shared");
        RequireAmong(relayed.Senders, _roster!.Students, "has shared", "is not on the roster");
        if (relayed.Sealed.Length != (relayed.Senders.Length - 1L) * SecureSizes.SealedShare)
            throw Refused(
                $"There are {relayed.Sealed.Length} bytes of sealed shares, expected {SecureSizes.SealedShare} from each of the "
                + $"{relayed.Senders.Length - 1} others.");
    }

    private void Accept(Survivors survivors, RelayedShares relayed)
    {
        Roster.RequireAscending(survivors.Students, "the list of survivors");
        RequireAmong(survivors.Students, relayed.Senders, "is a survivor", "had not shared");
    }

    /// <summary>
    /// A list from the leader: of at least t students, this one among them, and all of them from an earlier
    /// list.
    /// </summary>
    private void RequireAmong(ReadOnlySpan<int> students, ReadOnlySpan<int> earlier, string isIn, string isNotIn)
    {
        if (students.Length < _setup.Threshold)
            throw Refused($"Only {students.Length} students are left, and the threshold is {_setup.Threshold}: nothing more is revealed.");
        if (students.BinarySearch(_me) < 0)
            throw Refused($"The leader's list of those of whom each {isIn} does not hold student {_me}, whom it was sent to.");
        foreach (var student in students)
        {
            if (earlier.BinarySearch(student) < 0)
                throw new SecureMessageRefusedException(
                    student, $"The leader's list says that student {student} {isIn}, which {isNotIn}.");
        }
    }

    private void RequireBounded(ReadOnlySpan<int> values)
    {
        if (values.Length != _setup.Length)
            throw new UpdateRejectedException($"The update has {values.Length} values, expected {_setup.Length}.");
        for (var i = 0; i < values.Length; i++)
        {
            if (Math.Abs((long)values[i]) > _setup.Bound)
                throw new UpdateRejectedException(
                    $"The update's value {values[i]} at index {i} is beyond the {_setup.Bound} steps that the sum has room for; "
                    + "clip it before it is masked.");
        }
    }

    private Unmasking Reveal(Survivors survivors, RelayedShares relayed)
    {
        var shares = new List<byte>(relayed.Senders.Length * SecureSizes.Share);
        var refused = new List<int>();
        var rest = relayed.Sealed.AsSpan();
        var myPoint = _roster!.IndexOf(_me) + 1;
        Span<byte> plain = stackalloc byte[2 * SecureSizes.Share];
        foreach (var owner in relayed.Senders)
        {
            if (owner == _me)
            {
                _ownShares.CopyTo(plain);
            }
            else
            {
                var opened = Open(owner, rest[..SecureSizes.SealedShare], myPoint, plain);
                rest = rest[SecureSizes.SealedShare..];
                if (!opened)
                {
                    refused.Add(owner);
                    continue;
                }
            }

            var survived = survivors.Students.AsSpan().BinarySearch(owner) >= 0;
            shares.AddRange(survived ? plain[..SecureSizes.Share] : plain[SecureSizes.Share..]);
        }

        CryptographicOperations.ZeroMemory(plain);
        return new(_me, [.. shares], [.. refused]);
    }

    private bool Open(int sender, ReadOnlySpan<byte> sealedShare, int myPoint, Span<byte> plain)
    {
        using var cipher = new AesGcm(_incomingKeys[_roster!.IndexOf(sender)], SecureSizes.Tag);
        try
        {
            cipher.Decrypt(
                Nonce,
                sealedShare[..plain.Length],
                sealedShare[plain.Length..],
                plain,
                SessionKeys.AssociatedData(_session, sender, _me, myPoint));
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    private static void AddMask(MaskedSum sum, byte[] key, bool subtract)
    {
        sum.AddMask(key, subtract);
        CryptographicOperations.ZeroMemory(key);
    }

    private static SecureMessageRefusedException Refused(string sentence) => new(SecureMessageRefusedException.Leader, sentence);
}
