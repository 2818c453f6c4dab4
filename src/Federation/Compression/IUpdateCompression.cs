namespace Cohort.Federation;

/// <summary>
/// How a student's update is made smaller before it leaves its student: the last link of the student's chain, after clipping and the
/// grid. What is decoded lies on the grid again and is what is added up, so that sums stay exact, whoever adds them.
/// </summary>
public interface IUpdateCompression : IChoice
{
    /// <summary>
    /// True if no value of what is decoded is farther from 0 than the update's. A bound on the update's norm then still holds, and the
    /// privacy that rests on it.
    /// </summary>
    bool OnlyShrinks { get; }

    /// <summary>The update as it would travel.</summary>
    /// <param name="update">Shape [n], in steps of the grid.</param>
    /// <param name="settings">The numbers given.</param>
    /// <param name="random">Keyed by seed, round and student, so that the same update always gives the same bytes.</param>
    /// <exception cref="UpdateRejectedException">A value is too close to the edge of the 32-bit grid.</exception>
    byte[] Encode(ReadOnlySpan<int> update, Settings settings, Random random);

    /// <summary>What the bytes say.</summary>
    /// <param name="encoded">Of <see cref="Encode"/>, with the same settings.</param>
    /// <param name="settings">The numbers given.</param>
    /// <param name="update">Shape [n], in steps of the grid; undefined when this throws.</param>
    /// <exception cref="UpdateRejectedException">These are not the bytes of an update of n values.</exception>
    void Decode(ReadOnlySpan<byte> encoded, Settings settings, Span<int> update);
}
