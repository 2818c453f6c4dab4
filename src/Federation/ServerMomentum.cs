namespace Cohort.Federation;

/// <summary>
/// The velocity v of FedAvgM (Hsu et al. 2019, "Measuring the Effects of Non-Identical Data Distribution", section 4.3).
/// It belongs to the run's state: who continues a run restores it.
/// </summary>
public sealed class ServerMomentum
{
    private readonly float[] _velocity;

    /// <param name="length">Number of values n in the model.</param>
    /// <param name="beta">The momentum, 0 to below 1; the paper uses 0.9.</param>
    public ServerMomentum(int length, double beta)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        if (beta is not (>= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(beta), beta, "Server momentum is a number from 0 to below 1.");
        Beta = beta;
        _velocity = new float[length];
    }

    public double Beta { get; }

    /// <summary>Shape [n], in the unit of the model; zero at the start of a run.</summary>
    public Span<float> Velocity => _velocity;
}
