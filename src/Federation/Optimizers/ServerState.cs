namespace Cohort.Federation;

/// <summary>What a server optimiser remembers between rounds: its moments, each of shape [n] for a model of n parameters.</summary>
/// <param name="optimizer">Whose moments they are.</param>
/// <param name="moments">In the order of <see cref="IServerOptimizer.Moments"/>; kept, not copied.</param>
public sealed class ServerState(Choice<IServerOptimizer> optimizer, IReadOnlyList<float[]> moments)
{
    private const int Block = 4096;

    public Choice<IServerOptimizer> Optimizer { get; } = optimizer;

    public IReadOnlyList<float[]> Moments { get; } = moments;

    /// <summary>Before the first round.</summary>
    public static ServerState Initial(Choice<IServerOptimizer> optimizer, int parameters)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        var kind = optimizer.Kind;
        return new(optimizer, [.. kind.Moments.Select((_, moment) =>
        {
            var values = new float[parameters];
            values.AsSpan().Fill(kind.Initial(moment, optimizer.Settings));
            return values;
        })]);
    }

    /// <summary>
    /// result = model + eta * step(sum / divisor), computed in double and rounded once per parameter: the server's part of a round.
    /// With fedAvg and eta = 1 this is federated averaging.
    /// </summary>
    /// <param name="model">Shape [n].</param>
    /// <param name="sum">The updates' weighted sum, shape [n], in steps of the grid.</param>
    /// <param name="divisor">The sum of all weights, or what was expected of them; above 0.</param>
    /// <param name="grid">The grid on which the updates were quantised.</param>
    /// <param name="learningRate">eta of Reddi et al., a finite positive number.</param>
    /// <param name="result">Shape [n]. Undefined when this throws.</param>
    /// <returns>The state after the round; this one stays as it is.</returns>
    /// <exception cref="InvalidOperationException">The divisor is 0: nobody took part.</exception>
    /// <exception cref="ArithmeticException">A value of the result, or of a moment, is not a finite number.</exception>
    public ServerState Step(
        ReadOnlySpan<float> model,
        ReadOnlySpan<long> sum,
        double divisor,
        FixedPointGrid grid,
        double learningRate,
        Span<float> result)
    {
        FederatedAveraging.Require(model.Length, sum.Length, divisor, grid, learningRate, result.Length);
        var next = new ServerState(Optimizer, [.. Moments.Select(moment => moment.ToArray())]);
        var (kind, settings) = (Optimizer.Kind, Optimizer.Settings);
        var blocks = new Memory<float>[next.Moments.Count];
        var (update, step) = (new double[Block], new double[Block]);
        for (var first = 0; first < model.Length; first += Block)
        {
            var count = Math.Min(Block, model.Length - first);
            for (var i = 0; i < count; i++)
                update[i] = sum[first + i] / divisor * grid.Step;
            for (var moment = 0; moment < blocks.Length; moment++)
                blocks[moment] = next.Moments[moment].AsMemory(first, count);
            kind.Step(update.AsSpan(0, count), blocks, settings, step.AsSpan(0, count));
            for (var i = 0; i < count; i++)
                result[first + i] = (float)(model[first + i] + (learningRate * step[i]));
        }

        FederatedAveraging.RequireFinite(result);
        foreach (var moment in next.Moments)
            FederatedAveraging.RequireFinite(moment);
        return next;
    }
}
