using System.Security.Cryptography;

namespace Cohort.Federation.SecureAggregation;

/// <summary>
/// A leader's side of a secure sum (Bonawitz et al. 2017, figure 4): relays what students say to each other, adds up their masked
/// inputs, and takes away the masks that are left in the sum: the self masks of those in it, and the pairwise masks with those
/// who fell silent after they had shared. It learns the sum and nothing else, and where fewer than the threshold are left, not
/// even that.
/// </summary>
public sealed class SecureLeader : IDisposable
{
    private readonly SecureSession _session;
    private readonly SecureSetup _setup;
    private readonly HashSet<int> _asked;
    private readonly SortedDictionary<int, KeyAdvert> _adverts = [];
    private readonly HashSet<string> _keys = new(StringComparer.Ordinal);
    private readonly SortedDictionary<int, SealedShares> _shares = [];
    private readonly SortedSet<int> _inputs = [];
    private readonly SortedDictionary<int, Unmasking> _unmaskings = [];
    private readonly SortedDictionary<int, string> _refusals = [];
    private readonly MaskedSum _sum;
    private Stage _stage = Stage.Keys;
    private KeyRoster? _rosterMessage;
    private Roster? _roster;
    private int[] _sharers = [];
    private int[] _survivors = [];

    /// <param name="session">Which sum.</param>
    /// <param name="setup">Its public numbers.</param>
    /// <param name="asked">The students asked, n of them.</param>
    public SecureLeader(SecureSession session, SecureSetup setup, IReadOnlyCollection<int> asked)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(setup);
        ArgumentNullException.ThrowIfNull(asked);
        _asked = [.. asked];
        if (_asked.Count != setup.Students)
            throw new ArgumentException($"{_asked.Count} students are asked, and the sum is set up for {setup.Students}.", nameof(asked));
        (_session, _setup) = (session, setup);
        _sum = new MaskedSum(setup.Length, setup.Bits);
    }

    private enum Stage
    {
        Keys,
        Shares,
        Inputs,
        Unmaskings,
        Open,
    }

    /// <summary>Whose messages or shares were refused, and why.</summary>
    public IReadOnlyDictionary<int, string> Refusals => _refusals;

    /// <summary>Who has advertised keys so far.</summary>
    public IReadOnlyCollection<int> Advertised => _adverts.Keys;

    /// <summary>Who has shared so far.</summary>
    public IReadOnlyCollection<int> Shared => _shares.Keys;

    /// <summary>Whose masked inputs are in the sum.</summary>
    public IReadOnlyCollection<int> Masked => _inputs;

    /// <summary>Who has revealed shares so far.</summary>
    public IReadOnlyCollection<int> Unmasked => _unmaskings.Keys;

    /// <summary>Round 0. A repeat, or what comes late, changes nothing.</summary>
    /// <returns>True if this was new.</returns>
    /// <exception cref="SecureMessageRefusedException">Its student was not asked, or its keys are none.</exception>
    public bool Add(KeyAdvert advert)
    {
        ArgumentNullException.ThrowIfNull(advert);
        if (_stage != Stage.Keys || _adverts.ContainsKey(advert.Student))
            return false;
        if (!_asked.Contains(advert.Student))
            throw Refuse(advert.Student, $"Student {advert.Student} advertises keys and was not asked.");
        RequireKey(advert.Student, advert.MaskKey, "mask");
        RequireKey(advert.Student, advert.ChannelKey, "channel");
        string[] keys = [Convert.ToHexString(advert.MaskKey), Convert.ToHexString(advert.ChannelKey)];
        if (string.Equals(keys[0], keys[1], StringComparison.Ordinal) || keys.Any(_keys.Contains))
            throw Refuse(advert.Student, $"Student {advert.Student} advertises a key twice, or one that another student has.");
        _keys.UnionWith(keys);
        _adverts.Add(advert.Student, advert);
        return true;
    }

    /// <summary>Ends round 0.</summary>
    /// <exception cref="SecureAggregationException">Fewer than the threshold have advertised keys.</exception>
    public KeyRoster CloseKeys()
    {
        Require(Stage.Keys);
        RequireThreshold(_adverts.Count, "have advertised keys");
        _stage = Stage.Shares;
        _rosterMessage = new([.. _adverts.Keys], [.. _adverts.Values.SelectMany(advert => advert.MaskKey.Concat(advert.ChannelKey))]);
        _roster = Roster.Read(_rosterMessage);
        return _rosterMessage;
    }

    /// <summary>Round 1. A repeat, or what comes late, changes nothing.</summary>
    /// <returns>True if this was new.</returns>
    /// <exception cref="SecureMessageRefusedException">Its student is not on the roster, or it has a wrong size.</exception>
    public bool Add(SealedShares shares)
    {
        ArgumentNullException.ThrowIfNull(shares);
        if (_stage != Stage.Shares || _shares.ContainsKey(shares.Student))
            return false;
        if (!_adverts.ContainsKey(shares.Student))
            throw Refuse(shares.Student, $"Student {shares.Student} shares out seeds and is not on the roster.");
        var expected = (_adverts.Count - 1) * SecureSizes.SealedShare;
        if (shares.Sealed.Length != expected || shares.SeedCommitment.Length != SecureSizes.Commitment)
            throw Refuse(
                shares.Student,
                $"Student {shares.Student} sends {shares.Sealed.Length} bytes of sealed shares and a commitment of "
                + $"{shares.SeedCommitment.Length}, expected {expected} and {SecureSizes.Commitment}.");
        _shares.Add(shares.Student, shares);
        return true;
    }

    /// <summary>Ends round 1.</summary>
    /// <returns>For each student that has shared, what the others have sealed for it.</returns>
    /// <exception cref="SecureAggregationException">Fewer than the threshold have shared.</exception>
    public IReadOnlyDictionary<int, RelayedShares> CloseShares()
    {
        Require(Stage.Shares);
        RequireThreshold(_shares.Count, "have shared out their seeds");
        _stage = Stage.Inputs;
        _sharers = [.. _shares.Keys];
        return _sharers.ToDictionary(receiver => receiver, Relay);
    }

    /// <summary>Round 2: one student's masked input, or the sum of several, which others have added up.</summary>
    /// <param name="students">Whose.</param>
    /// <param name="packed">As <see cref="MaskedSum.Pack"/> gives it.</param>
    /// <exception cref="SecureMessageRefusedException">
    /// It holds a student that has not shared, or one that is in the sum already, or has a wrong size.
    /// </exception>
    public void Add(IReadOnlyCollection<int> students, ReadOnlySpan<byte> packed)
    {
        ArgumentNullException.ThrowIfNull(students);
        Require(Stage.Inputs);
        var seen = new HashSet<int>();
        foreach (var student in students)
        {
            if (!_shares.ContainsKey(student))
                throw Refuse(student, $"A masked input holds student {student}, which has not shared out its seeds.");
            if (_inputs.Contains(student) || !seen.Add(student))
                throw new SecureMessageRefusedException(student, $"A masked input holds student {student}, which is in the sum already.");
        }

        try
        {
            _sum.AddPacked(packed);
        }
        catch (ArgumentException problem)
        {
            throw new SecureMessageRefusedException(students.FirstOrDefault(SecureMessageRefusedException.Leader), problem.Message);
        }

        _inputs.UnionWith(students);
    }

    /// <summary>Round 2, of one student.</summary>
    public void Add(MaskedInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        Add([input.Student], input.Packed);
    }

    /// <summary>Ends round 2.</summary>
    /// <exception cref="SecureAggregationException">Fewer than the threshold have sent masked inputs.</exception>
    public Survivors CloseInputs()
    {
        Require(Stage.Inputs);
        RequireThreshold(_inputs.Count, "have sent masked inputs");
        _stage = Stage.Unmaskings;
        _survivors = [.. _inputs];
        return new(_survivors);
    }

    /// <summary>Round 3. A repeat, or what comes late, changes nothing.</summary>
    /// <returns>True if this was new.</returns>
    /// <exception cref="SecureMessageRefusedException">Its student is no survivor, or it has a wrong size.</exception>
    public bool Add(Unmasking unmasking)
    {
        ArgumentNullException.ThrowIfNull(unmasking);
        if (_stage != Stage.Unmaskings || _unmaskings.ContainsKey(unmasking.Student))
            return false;
        if (!_inputs.Contains(unmasking.Student))
            throw Refuse(unmasking.Student, $"Student {unmasking.Student} reveals shares and is not in the sum.");
        var expected = (_sharers.Length - unmasking.Refused.Length) * SecureSizes.Share;
        if (unmasking.Shares.Length != expected || !unmasking.Refused.All(_shares.ContainsKey)
            || unmasking.Refused.Distinct().Count() != unmasking.Refused.Length)
            throw Refuse(
                unmasking.Student,
                $"Student {unmasking.Student} reveals {unmasking.Shares.Length} bytes of shares, expected {expected}: "
                + $"{SecureSizes.Share} of each student that has shared, but those whose shares it could not open.");
        foreach (var owner in unmasking.Refused)
            _refusals[owner] = $"Student {unmasking.Student} could not open the shares that student {owner} had sealed for it.";
        _unmaskings.Add(unmasking.Student, unmasking);
        return true;
    }

    /// <summary>Ends round 3, and takes the masks away.</summary>
    /// <returns>The sum of the survivors' values, shape [n], in steps.</returns>
    /// <exception cref="SecureAggregationException">
    /// Fewer than the threshold have revealed shares, or so few shares of one student are good that its mask cannot be taken
    /// away.
    /// </exception>
    public long[] Open()
    {
        Require(Stage.Unmaskings);
        RequireThreshold(_unmaskings.Count, "have revealed shares");
        var dropped = _sharers.Where(student => !_inputs.Contains(student)).ToArray();
        var selfSeeds = new byte[_survivors.Length][];
        var maskKeys = new AgreementKey[dropped.Length];
        try
        {
            var reconstruction = new SeedReconstruction(_setup.Threshold, _roster!, _sharers, [.. _unmaskings.Values], Note);
            for (var i = 0; i < _survivors.Length; i++)
                selfSeeds[i] = SelfSeed(reconstruction, _survivors[i]);
            for (var i = 0; i < dropped.Length; i++)
                maskKeys[i] = MaskKey(reconstruction, dropped[i]);
            TakeAway(selfSeeds, dropped, maskKeys);
        }
        finally
        {
            foreach (var seed in selfSeeds)
                CryptographicOperations.ZeroMemory(seed);
            foreach (var key in maskKeys)
                key?.Dispose();
        }

        _stage = Stage.Open;
        var values = _sum.Centred();
        RequirePossible(values);
        return values;
    }

    public void Dispose() => _roster?.Dispose();

    private RelayedShares Relay(int receiver)
    {
        var at = _roster!.IndexOf(receiver);
        var relayed = new byte[(_sharers.Length - 1) * SecureSizes.SealedShare];
        var rest = relayed.AsSpan();
        foreach (var sender in _sharers)
        {
            if (sender == receiver)
                continue;
            // A sender's list leaves out the sender itself.
            var position = at - (sender < receiver ? 1 : 0);
            _shares[sender].Sealed.AsSpan(position * SecureSizes.SealedShare, SecureSizes.SealedShare).CopyTo(rest);
            rest = rest[SecureSizes.SealedShare..];
        }

        return new(_sharers, relayed);
    }

    private byte[] SelfSeed(SeedReconstruction reconstruction, int survivor)
    {
        var commitment = _shares[survivor].SeedCommitment;
        return reconstruction.Seed(
            survivor,
            seed => SessionKeys.Commitment(_session, survivor, seed).AsSpan().SequenceEqual(commitment),
            "self mask's seed does not have the hash that the student committed to");
    }

    private AgreementKey MaskKey(SeedReconstruction reconstruction, int dropped)
    {
        var advertised = _adverts[dropped].MaskKey;
        var seed = reconstruction.Seed(
            dropped,
            seed =>
            {
                using var key = AgreementKey.FromSeed(seed);
                return key.PublicKey.AsSpan().SequenceEqual(advertised);
            },
            "mask key is not the one whose public part the student advertised");
        var key = AgreementKey.FromSeed(seed);
        CryptographicOperations.ZeroMemory(seed);
        return key;
    }

    /// <summary>
    /// On all processors: one piece of work is a dropped student's masks with all survivors, or some survivors' self masks. Which
    /// processor takes which changes no bit, since sums modulo 2^w do not depend on their order.
    /// </summary>
    private void TakeAway(byte[][] selfSeeds, int[] dropped, AgreementKey[] maskKeys)
    {
        if (dropped.Length > 0)
        {
            foreach (var survivor in _survivors)
                _roster!.MaskKey(_roster.IndexOf(survivor)); // read before several threads want them
        }

        Parallel.For(
            0,
            dropped.Length + _survivors.Length,
            () => new MaskedSum(_setup.Length, _setup.Bits),
            (i, _, part) =>
            {
                if (i < dropped.Length)
                    TakePairMasks(part, dropped[i], maskKeys[i]);
                else
                    TakeSelfMask(part, _survivors[i - dropped.Length], selfSeeds[i - dropped.Length]);
                return part;
            },
            part =>
            {
                lock (_sum)
                    _sum.Add(part);
            });
    }

    private void TakePairMasks(MaskedSum part, int dropped, AgreementKey key)
    {
        foreach (var survivor in _survivors)
        {
            var mask = SessionKeys.PairMask(_session, key, dropped, _roster!.MaskKey(_roster.IndexOf(survivor)), survivor);
            AddMask(part, mask, subtract: SessionKeys.Adds(survivor, dropped));
        }
    }

    private void TakeSelfMask(MaskedSum part, int survivor, byte[] seed) =>
        AddMask(part, SessionKeys.SelfMask(_session, survivor, seed), subtract: true);

    private static void AddMask(MaskedSum sum, byte[] key, bool subtract)
    {
        sum.AddMask(key, subtract);
        CryptographicOperations.ZeroMemory(key);
    }

    private void RequireKey(int student, byte[] key, string which)
    {
        using var point = PeerKey.Parse(key);
        if (point is null)
            throw Refuse(student, $"The {which} key of student {student} is no point of the curve P-256.");
    }

    private void RequirePossible(long[] values)
    {
        var largest = _setup.Bound * _survivors.Length;
        var index = Array.FindIndex(values, value => value > largest || value < -largest);
        if (index >= 0)
        {
            Array.Clear(values);
            throw new SecureAggregationException(
                $"The sum's value at index {index} is beyond what {_survivors.Length} students can have sent ({largest} steps): a mask "
                + "is left in it, so a student has not masked as agreed. Nothing was released.");
        }
    }

    private void RequireThreshold(int count, string what)
    {
        if (count < _setup.Threshold)
            throw new SecureAggregationException(
                $"Only {count} of {_setup.Students} students {what}, and the threshold is {_setup.Threshold}: nothing was released.");
    }

    private void Require(Stage stage)
    {
        if (_stage != stage)
            throw new InvalidOperationException($"The secure sum is at stage {_stage}, and this belongs to stage {stage}.");
    }

    private SecureMessageRefusedException Refuse(int student, string sentence)
    {
        Note(student, sentence);
        return new(student, sentence);
    }

    private void Note(int student, string sentence) => _refusals.TryAdd(student, sentence);
}
