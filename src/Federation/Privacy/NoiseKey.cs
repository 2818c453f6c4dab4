using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Cohort.Federation;

/// <summary>
/// Names one release of a noised sum. The same secret and key give the same noise, so a replaced leader releases no second noise.
/// </summary>
/// <param name="Run">The run's identifier.</param>
/// <param name="Round">The global round.</param>
/// <param name="Group">The group whose leader adds the noise.</param>
/// <param name="IntraRound">The round inside the group, within the global round.</param>
/// <param name="Participants">
/// A digest of who is in the sum. Two sums under one noise would show their difference, which may be a single student's update; so
/// another set of participants draws other noise.
/// </param>
public readonly record struct NoiseKey(string Run, int Round, int Group, int IntraRound, string Participants)
{
    /// <summary>The key of a sum that holds exactly these participants, in whatever order they are named.</summary>
    public static NoiseKey Of(string run, int round, int group, int intraRound, IEnumerable<int> participants)
    {
        var ordered = participants.Order().ToArray();
        var bytes = new byte[ordered.Length * sizeof(int)];
        for (var i = 0; i < ordered.Length; i++)
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(i * sizeof(int)), ordered[i]);
        return new(run, round, group, intraRound, Convert.ToHexString(SHA256.HashData(bytes)));
    }

    /// <summary>
    /// An encoding in which no two keys, or parts of a sum, share bytes: numbers of fixed width first, then two texts, the first with
    /// its length.
    /// </summary>
    /// <param name="first">Index of the first value of the part that gets the noise.</param>
    internal byte[] Encode(int first)
    {
        ArgumentException.ThrowIfNullOrEmpty(Run);
        var purpose = "cohort/discrete-gaussian/2"u8;
        var run = Encoding.UTF8.GetBytes(Run);
        var participants = Encoding.UTF8.GetBytes(Participants);
        var bytes = new byte[purpose.Length + (5 * sizeof(int)) + run.Length + participants.Length];
        purpose.CopyTo(bytes);
        var rest = bytes.AsSpan(purpose.Length);
        BinaryPrimitives.WriteInt32LittleEndian(rest, Round);
        BinaryPrimitives.WriteInt32LittleEndian(rest[4..], Group);
        BinaryPrimitives.WriteInt32LittleEndian(rest[8..], IntraRound);
        BinaryPrimitives.WriteInt32LittleEndian(rest[12..], first);
        BinaryPrimitives.WriteInt32LittleEndian(rest[16..], run.Length);
        run.CopyTo(rest[20..]);
        participants.CopyTo(rest[(20 + run.Length)..]);
        return bytes;
    }
}
