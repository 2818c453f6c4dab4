namespace Cohort.Model.Training.Records;

/// <summary>
/// Where the randomness of one student's DP-SGD comes from. Privacy holds against everybody who cannot repeat it, so a run draws both
/// from its secret.
/// </summary>
public interface IRecordNoise
{
    /// <summary>Draws which samples are in a batch: who knew them would lose nothing to the noise of the other steps.</summary>
    Random Sampling { get; }

    /// <summary>
    /// Rounds every value to a multiple of <paramref name="resolution"/> and adds Gaussian noise, independent for each value and call.
    /// </summary>
    /// <param name="sum">float32 [parameters]: a sum of clipped gradients.</param>
    /// <param name="deviation">The noise's standard deviation, in the unit of the sum.</param>
    /// <param name="resolution">A power of two, in the unit of the sum.</param>
    void AddTo(Span<float> sum, double deviation, double resolution);
}
