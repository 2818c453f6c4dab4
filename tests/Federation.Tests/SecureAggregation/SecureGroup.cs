using Cohort.Federation.SecureAggregation;

namespace Cohort.Federation.Tests.SecureAggregation;

/// <summary>A leader and its students, who fall silent or lie where a test wants it so.</summary>
internal sealed class SecureGroup
{
    private readonly Dictionary<int, SecureStudent> _students = [];
    private readonly Dictionary<int, RelayedShares> _relayed = [];
    private readonly Dictionary<int, int> _seeds = [];

    /// <param name="count">Students, who are not numbered one after the other.</param>
    /// <param name="threshold">t.</param>
    /// <param name="length">Values each.</param>
    /// <param name="bound">B.</param>
    /// <param name="seed">Of all secrets and values.</param>
    public SecureGroup(int count, int threshold, int length = 33, long bound = 1000, int seed = 1)
    {
        Session = new("run", Round: 3, Group: 2, IntraRound: 1, Leader: "first");
        Setup = new(count, threshold, length, bound);
        Numbers = [.. Enumerable.Range(0, count).Select(i => (7 * i) + 4)];
        Leader = new(Session, Setup, Numbers);
        var random = new Random(seed);
        foreach (var number in Numbers)
        {
            _seeds[number] = random.Next();
            _students[number] = new(Session, Setup, number, new SeededGenerator(_seeds[number]));
            Values[number] = [.. Enumerable.Range(0, length).Select(_ => (int)random.NextInt64(-bound, bound + 1))];
        }
    }

    public SecureSession Session { get; }

    public SecureSetup Setup { get; }

    public int[] Numbers { get; }

    public SecureLeader Leader { get; }

    public Dictionary<int, int[]> Values { get; } = [];

    public Dictionary<int, MaskedInput> Masked { get; } = [];

    public KeyRoster Roster { get; private set; } = new([], []);

    /// <summary>May change what a student sends; null for nothing.</summary>
    public Func<KeyAdvert, KeyAdvert?> OnAdvert { get; set; } = advert => advert;

    public Func<SealedShares, SealedShares?> OnShares { get; set; } = shares => shares;

    public Func<RelayedShares, int, RelayedShares> OnRelay { get; set; } = (relayed, _) => relayed;

    public Func<MaskedInput, MaskedInput?> OnInput { get; set; } = input => input;

    public Func<Unmasking, Unmasking?> OnUnmasking { get; set; } = unmasking => unmasking;

    public SecureStudent this[int number] => _students[number];

    /// <summary>What the student draws first.</summary>
    public byte[] SelfSeedOf(int number)
    {
        var seed = new byte[SecureSizes.Seed];
        new SeededGenerator(_seeds[number]).GetBytes(seed);
        return seed;
    }

    /// <summary>The plain sum of some students' values.</summary>
    public long[] Plain(IEnumerable<int> students)
    {
        var sum = new long[Setup.Length];
        foreach (var student in students)
        {
            for (var i = 0; i < sum.Length; i++)
                sum[i] += Values[student][i];
        }

        return sum;
    }

    public SecureGroup Keys()
    {
        foreach (var number in Numbers)
            Send(OnAdvert(_students[number].Advertise()), advert => Leader.Add(advert));
        Roster = Leader.CloseKeys();
        return this;
    }

    public SecureGroup Shares()
    {
        foreach (var number in Roster.Students)
            Send(OnShares(_students[number].Share(Roster)), shares => Leader.Add(shares));
        foreach (var (receiver, relayed) in Leader.CloseShares())
            _relayed[receiver] = OnRelay(relayed, receiver);
        return this;
    }

    public SecureGroup Inputs()
    {
        foreach (var (receiver, relayed) in _relayed)
        {
            var input = _students[receiver].Mask(relayed, Values[receiver]);
            Masked[receiver] = input;
            Send(OnInput(input), Leader.Add);
        }

        return this;
    }

    public SecureGroup Unmaskings()
    {
        var survivors = Leader.CloseInputs();
        foreach (var number in survivors.Students)
            Send(OnUnmasking(_students[number].Unmask(survivors)), unmasking => Leader.Add(unmasking));
        return this;
    }

    /// <summary>All four rounds.</summary>
    public long[] Sum() => Keys().Shares().Inputs().Unmaskings().Leader.Open();

    private static void Send<T>(T? message, Action<T> to) where T : class
    {
        try
        {
            if (message is not null)
                to(message);
        }
        catch (SecureMessageRefusedException)
        {
            // As if it had sent nothing.
        }
    }
}
