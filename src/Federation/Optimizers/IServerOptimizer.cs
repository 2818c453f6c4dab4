namespace Cohort.Federation;

/// <summary>
/// The server's optimiser: it takes the mean of a round's updates for a gradient that was turned round, and makes the next model of
/// it (Reddi et al. 2021, "Adaptive Federated Optimization", Algorithm 2; the update is its Delta_t). All its memory are moments, one
/// number of each for every parameter of the model, which <see cref="ServerState"/> keeps from round to round.
/// </summary>
public interface IServerOptimizer : IChoice
{
    /// <summary>Names of the moments that it keeps, such as "m" and "v"; none for an optimiser without memory.</summary>
    IReadOnlyList<string> Moments { get; }

    /// <summary>What a moment is before the first round.</summary>
    /// <param name="moment">Its place in <see cref="Moments"/>.</param>
    /// <param name="settings">The numbers given.</param>
    float Initial(int moment, Settings settings);

    /// <summary>One step for some of the parameters, of IEEE's exactly rounded operations alone: the same on every machine.</summary>
    /// <param name="update">Shape [n]: Delta_t, the mean update.</param>
    /// <param name="moments">Of shape [n] each, which it moves on.</param>
    /// <param name="settings">The numbers given.</param>
    /// <param name="step">Shape [n]: what is added to the model, before the server's learning rate.</param>
    void Step(ReadOnlySpan<double> update, ReadOnlySpan<Memory<float>> moments, Settings settings, Span<double> step);
}
