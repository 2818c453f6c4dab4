using System.Buffers.Binary;
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
    /// <summary>An encoding in which no two keys share bytes: numbers of fixed width first, then two texts, the first with its length.</summary>
    internal byte[] Encode()
    {
        ArgumentException.ThrowIfNullOrEmpty(Run);
        var purpose = "cohort/gaussian-noise/1"u8;
        var run = Encoding.UTF8.GetBytes(Run);
        var participants = Encoding.UTF8.GetBytes(Participants);
        var bytes = new byte[purpose.Length + (4 * sizeof(int)) + run.Length + participants.Length];
        purpose.CopyTo(bytes);
        var rest = bytes.AsSpan(purpose.Length);
        BinaryPrimitives.WriteInt32LittleEndian(rest, Round);
        BinaryPrimitives.WriteInt32LittleEndian(rest[4..], Group);
        BinaryPrimitives.WriteInt32LittleEndian(rest[8..], IntraRound);
        BinaryPrimitives.WriteInt32LittleEndian(rest[12..], run.Length);
        run.CopyTo(rest[16..]);
        participants.CopyTo(rest[(16 + run.Length)..]);
        return bytes;
    }
}
