namespace Cohort.Model.Training.Algorithms;

/// <summary>What an algorithm carries into one student's training, and what comes out beside the update.</summary>
/// <param name="control">The server's control variate, shape [n]; empty where it keeps none.</param>
/// <param name="memory">
/// What the student remembers, as long as <see cref="IClientAlgorithm.MemoryLength"/> says; null in its first round.
/// </param>
public sealed class AlgorithmState(float[] control, float[]? memory)
{
    /// <summary>Of an algorithm that carries nothing.</summary>
    public static AlgorithmState None => new([], null);

    public float[] Control { get; } = control;

    public float[]? Memory { get; } = memory;

    /// <summary>What the student remembers from now on.</summary>
    public float[] NextMemory { get; set; } = [];

    /// <summary>By how much it moves its share of the control variate, shape [n]; the second half of its update.</summary>
    public float[] ControlChange { get; set; } = [];
}
