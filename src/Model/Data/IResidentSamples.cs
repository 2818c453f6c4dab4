namespace Cohort.Model.Data;

/// <summary>
/// What one student's own device holds of it. Nothing else in the cluster sees the samples: a device tells a version's number and its
/// label counts, and trains on it. May be used by several threads.
/// </summary>
public interface IResidentSamples
{
    /// <summary>The student's, unique in the cluster (<see cref="Training.Resident.IsName"/>).</summary>
    string Name { get; }

    /// <summary>The newest version of what can be trained on, from 1 on; null while there is nothing.</summary>
    /// <param name="form">What the plan trains on.</param>
    /// <exception cref="ResidentSamplesException">There are samples, but not of this form, or they cannot be read.</exception>
    long? Newest(SampleForm form);

    /// <summary>The samples of a version, always the same and in the same order.</summary>
    /// <param name="version">One that <see cref="Newest"/> has told, in this life of the device or in an earlier one.</param>
    /// <param name="form">What the plan trains on.</param>
    /// <exception cref="ResidentSamplesException">They are not all there any more.</exception>
    ISampleSet Samples(long version, SampleForm form);
}

/// <summary>What samples have to be like for a plan to train on them.</summary>
/// <param name="Shape">Of a picture, or a text.</param>
/// <param name="Classes">A label is an index into them.</param>
public sealed record SampleForm(SampleShape Shape, IReadOnlyList<string> Classes);

/// <summary>
/// A device cannot train on what is asked. The message leaves the device as the reason: it is a clause of our own words, and never names
/// what a student has.
/// </summary>
public sealed class ResidentSamplesException(string message, Exception? cause = null) : Exception(message, cause);
