namespace Cohort.Federation.SecureAggregation;

/// <summary>
/// Puts seeds together from revealed shares, and checks them against what their owners had said in public. Where the first t
/// shares give a wrong seed, others are tried: a share that does not fit is refused by name, and the seed is still had if enough
/// are good.
/// </summary>
internal sealed class SeedReconstruction
{
    private readonly int _threshold;
    private readonly Roster _roster;
    private readonly Unmasking[] _answers;
    private readonly Dictionary<int, int>[] _positions;
    private readonly Action<int, string> _refuse;
    private (int[] Points, ushort[] Coefficients) _last = ([], []);

    /// <param name="threshold">t.</param>
    /// <param name="roster">Gives each student its point.</param>
    /// <param name="sharers">U2: of whom shares were revealed.</param>
    /// <param name="answers">At least t.</param>
    /// <param name="refuse">Told of whoever's share does not fit.</param>
    public SeedReconstruction(int threshold, Roster roster, int[] sharers, Unmasking[] answers, Action<int, string> refuse)
    {
        (_threshold, _roster, _answers, _refuse) = (threshold, roster, answers, refuse);
        // Nearly always nobody refused anything, and all answers have one order.
        var all = PositionsIn(sharers, []);
        _positions = Array.ConvertAll(answers, answer => answer.Refused.Length == 0 ? all : PositionsIn(sharers, answer.Refused));
    }

    /// <summary>The seed of one student.</summary>
    /// <param name="owner">Whose.</param>
    /// <param name="isRight">Checks it.</param>
    /// <param name="otherwise">What a wrong one is, for people.</param>
    /// <exception cref="SecureAggregationException">No t of the shares give the right seed.</exception>
    public byte[] Seed(int owner, Func<byte[], bool> isRight, string otherwise)
    {
        var (points, shares, holders) = SharesOf(owner);
        if (points.Length < _threshold)
            throw new SecureAggregationException(
                $"Only {points.Length} students could open their shares of student {owner}'s seed, and the threshold is {_threshold}: "
                + "nothing was released.");

        // Cyclic windows of t: one of them is free of up to m - t bad shares that are neighbours, so always of a single one.
        for (var start = 0; start == 0 || (start < points.Length && points.Length > _threshold); start++)
        {
            var window = Enumerable.Range(start, _threshold).Select(i => i % points.Length).ToArray();
            var seed = SecretSharing.Combine(CoefficientsOf(Pick(points, window)), Pick(shares, window));
            if (!isRight(seed))
                continue;
            if (start > 0)
                Blame(owner, points, shares, holders, window);
            return seed;
        }

        var what = $"What the shares of student {owner} give as its {otherwise}";
        _refuse(owner, $"{what}.");
        throw new SecureAggregationException(
            $"{what}: nothing was released. Its shares were bad, or several students revealed wrong ones.");
    }

    private static Dictionary<int, int> PositionsIn(int[] sharers, int[] refused)
        => sharers.Except(refused)
            .Select((student, position) => (student, position))
            .ToDictionary(each => each.student, each => each.position);

    private (int[] Points, ReadOnlyMemory<byte>[] Shares, int[] Holders) SharesOf(int owner)
    {
        var points = new List<int>(_answers.Length);
        var shares = new List<ReadOnlyMemory<byte>>(_answers.Length);
        var holders = new List<int>(_answers.Length);
        for (var i = 0; i < _answers.Length; i++)
        {
            if (_positions[i].TryGetValue(owner, out var position))
            {
                points.Add(_roster.IndexOf(_answers[i].Student) + 1);
                shares.Add(_answers[i].Shares.AsMemory(position * SecureSizes.Share, SecureSizes.Share));
                holders.Add(_answers[i].Student);
            }
        }

        return ([.. points], [.. shares], [.. holders]);
    }

    /// <summary>Names those whose shares do not lie on the polynomial that the good ones give.</summary>
    private void Blame(int owner, int[] points, ReadOnlyMemory<byte>[] shares, int[] holders, int[] good)
    {
        for (var i = 0; i < points.Length; i++)
        {
            if (good.Contains(i))
                continue;
            var expected = SecretSharing.Combine(SecretSharing.Coefficients(Pick(points, good), points[i]), Pick(shares, good));
            if (!expected.AsSpan().SequenceEqual(shares[i].Span))
                _refuse(holders[i], $"Student {holders[i]} revealed a wrong share of student {owner}'s seed, or was given one.");
        }
    }

    private ushort[] CoefficientsOf(int[] points)
    {
        if (!_last.Points.AsSpan().SequenceEqual(points))
            _last = (points, SecretSharing.Coefficients(points, 0));
        return _last.Coefficients;
    }

    private static T[] Pick<T>(T[] from, int[] which) => Array.ConvertAll(which, i => from[i]);
}
