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
public readonly record struct NoiseKey(string Run, int Round, int Group, int IntraRound)
{
    /// <summary>An encoding in which no two keys share bytes: numbers of fixed width first, then the run to the end.</summary>
    internal byte[] Encode()
    {
        ArgumentException.ThrowIfNullOrEmpty(Run);
        var purpose = "cohort/gaussian-noise/1"u8;
        var run = Encoding.UTF8.GetBytes(Run);
        var bytes = new byte[purpose.Length + (3 * sizeof(int)) + run.Length];
        purpose.CopyTo(bytes);
        var rest = bytes.AsSpan(purpose.Length);
        BinaryPrimitives.WriteInt32LittleEndian(rest, Round);
        BinaryPrimitives.WriteInt32LittleEndian(rest[4..], Group);
        BinaryPrimitives.WriteInt32LittleEndian(rest[8..], IntraRound);
        run.CopyTo(rest[12..]);
        return bytes;
    }
}
