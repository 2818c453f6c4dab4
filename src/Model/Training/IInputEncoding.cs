using Cohort.Model.Data;

namespace Cohort.Model.Training;

/// <summary>
/// From a sample's bytes to the floats that a network is shown. Which one a plan's data needs, <see cref="Population.EncodingOf(Plans.Plan)"/> says,
/// and nothing else in training, evaluation and prediction asks whether samples are pictures or texts.
/// </summary>
public interface IInputEncoding
{
    /// <summary>The shape in which a network sees such samples; null where this reads no such samples.</summary>
    SampleShape? InputOf(SampleShape samples);

    /// <summary>Writes what a network sees of one sample.</summary>
    /// <param name="sample">Its bytes, as a set has them.</param>
    /// <param name="values">As many as <see cref="InputOf"/> says; all are written.</param>
    void Apply(ReadOnlySpan<byte> sample, Span<float> values);

    /// <summary>Writes what a network sees of a set's sample.</summary>
    /// <param name="samples">The set.</param>
    /// <param name="index">Which of its samples.</param>
    /// <param name="bytes">Scratch, of the set's shape.</param>
    /// <param name="values">As in <see cref="Apply(ReadOnlySpan{byte}, Span{float})"/>.</param>
    void Apply(ISampleSet samples, int index, Span<byte> bytes, Span<float> values)
    {
        ArgumentNullException.ThrowIfNull(samples);
        samples.CopySample(index, bytes);
        Apply(bytes, values);
    }
}
