namespace Cohort.Federation.SecureAggregation;

/// <summary>A roster as it was read: every key on the curve, none used twice, every student once.</summary>
internal sealed class Roster : IDisposable
{
    private readonly PeerKey?[] _maskKeys;
    private readonly KeyRoster _roster;

    private Roster(KeyRoster roster)
    {
        _roster = roster;
        _maskKeys = new PeerKey?[roster.Students.Length];
    }

    public ReadOnlySpan<int> Students => _roster.Students;

    /// <exception cref="SecureMessageRefusedException">It is none.</exception>
    public static Roster Read(KeyRoster roster)
    {
        RequireAscending(roster.Students, "the roster");
        if (roster.Keys.Length != (long)roster.Students.Length * SecureSizes.BothKeys)
            throw new SecureMessageRefusedException(
                SecureMessageRefusedException.Leader,
                $"The roster has {roster.Keys.Length} bytes of keys, expected {SecureSizes.BothKeys} for each of its "
                + $"{roster.Students.Length} students.");
        var read = new Roster(roster);
        var keys = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < roster.Students.Length; i++)
        {
            if (!keys.Add(Convert.ToHexString(read.MaskKeyBytes(i).Span))
                || !keys.Add(Convert.ToHexString(read.ChannelKeyBytes(i).Span)))
                throw new SecureMessageRefusedException(
                    roster.Students[i],
                    $"A key of student {roster.Students[i]} stands in the roster twice; every key has one owner and one use.");
        }

        return read;
    }

    /// <returns>The student's position, or -1.</returns>
    public int IndexOf(int student) => Math.Max(-1, Array.BinarySearch(_roster.Students, student));

    public ReadOnlyMemory<byte> MaskKeyBytes(int index) =>
        _roster.Keys.AsMemory(index * SecureSizes.BothKeys, SecureSizes.PublicKey);

    public ReadOnlyMemory<byte> ChannelKeyBytes(int index) =>
        _roster.Keys.AsMemory((index * SecureSizes.BothKeys) + SecureSizes.PublicKey, SecureSizes.PublicKey);

    /// <summary>Read once, and kept.</summary>
    /// <exception cref="SecureMessageRefusedException">It is no point of the curve.</exception>
    public PeerKey MaskKey(int index) => _maskKeys[index] ??= Point(index, MaskKeyBytes(index), "mask");

    /// <summary>Read anew: the caller disposes of it.</summary>
    /// <exception cref="SecureMessageRefusedException">It is no point of the curve.</exception>
    public PeerKey ChannelKey(int index) => Point(index, ChannelKeyBytes(index), "channel");

    public bool IsSame(KeyRoster other) =>
        _roster.Students.AsSpan().SequenceEqual(other.Students) && _roster.Keys.AsSpan().SequenceEqual(other.Keys);

    public void Dispose()
    {
        foreach (var key in _maskKeys)
            key?.Dispose();
    }

    /// <exception cref="SecureMessageRefusedException">They are not.</exception>
    public static void RequireAscending(ReadOnlySpan<int> students, string what)
    {
        for (var i = 1; i < students.Length; i++)
        {
            if (students[i] <= students[i - 1])
                throw new SecureMessageRefusedException(
                    SecureMessageRefusedException.Leader,
                    $"In {what} student {students[i]} comes after {students[i - 1]}; every student stands there once, "
                    + "in ascending order.");
        }
    }

    private PeerKey Point(int index, ReadOnlyMemory<byte> bytes, string which) => PeerKey.Parse(bytes.Span)
        ?? throw new SecureMessageRefusedException(
            Students[index], $"The {which} key of student {Students[index]} is no point of the curve P-256.");
}
