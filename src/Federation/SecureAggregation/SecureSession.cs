using System.Buffers.Binary;
using System.Text;

namespace Cohort.Federation.SecureAggregation;

/// <summary>
/// Names one secure sum: whatever is derived for it (keys, masks, sealed shares) is worth nothing in another.
/// </summary>
/// <param name="Run">The run's identifier.</param>
/// <param name="Round">The global round.</param>
/// <param name="Group">The group whose sum it is.</param>
/// <param name="IntraRound">The round inside the group, within the global round.</param>
/// <param name="Leader">This life of the leader: another one begins another session, with fresh keys.</param>
public sealed record SecureSession(string Run, int Round, int Group, int IntraRound, string Leader)
{
    /// <summary>
    /// An encoding in which no two contexts share bytes: numbers of fixed width first, then three texts, the first two with their
    /// lengths.
    /// </summary>
    internal byte[] Encode(string purpose, params ReadOnlySpan<int> numbers)
    {
        ArgumentException.ThrowIfNullOrEmpty(Run);
        var run = Encoding.UTF8.GetBytes(Run);
        var leader = Encoding.UTF8.GetBytes(Leader);
        var what = Encoding.UTF8.GetBytes(purpose);
        var bytes = new byte[((6 + numbers.Length) * sizeof(int)) + run.Length + leader.Length + what.Length];
        var rest = bytes.AsSpan();
        foreach (var number in (ReadOnlySpan<int>)[Round, Group, IntraRound, numbers.Length, .. numbers, run.Length, leader.Length])
        {
            BinaryPrimitives.WriteInt32LittleEndian(rest, number);
            rest = rest[sizeof(int)..];
        }

        run.CopyTo(rest);
        leader.CopyTo(rest[run.Length..]);
        what.CopyTo(rest[(run.Length + leader.Length)..]);
        return bytes;
    }
}
