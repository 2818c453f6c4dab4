namespace Cohort.Federation;

/// <summary>
/// What a server remembers between rounds of a model of n parameters: its optimiser's moments, each of shape [n], the control variate
/// of an algorithm that has one, and a moving mean of models where a plan has one.
/// </summary>
/// <param name="optimizer">Whose moments they are.</param>
/// <param name="moments">In the order of <see cref="IServerOptimizer.Moments"/>; kept, not copied.</param>
/// <param name="control">c of Karimireddy et al. 2020, shape [n]; null where the algorithm has none. Kept, not copied.</param>
/// <param name="average">The mean of the models so far, shape [n]; null where none is made. Kept, not copied.</param>
public sealed class ServerState(
    Choice<IServerOptimizer> optimizer, IReadOnlyList<float[]> moments, float[]? control = null, float[]? average = null)
{
    private const int Block = 4096;

    public Choice<IServerOptimizer> Optimizer { get; } = optimizer;

    public IReadOnlyList<float[]> Moments { get; } = moments;

    public float[]? Control { get; } = control;

    public float[]? Average { get; } = average;

    /// <summary>True if there is nothing to remember.</summary>
    public bool IsEmpty => Moments.Count == 0 && Control is null && Average is null;

    /// <summary>Before the first round.</summary>
    public static ServerState Initial(
        Choice<IServerOptimizer> optimizer, int parameters, bool hasControl = false, bool hasAverage = false)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        var kind = optimizer.Kind;
        return new(
            optimizer,
            [.. kind.Moments.Select((_, moment) =>
            {
                var values = new float[parameters];
                values.AsSpan().Fill(kind.Initial(moment, optimizer.Settings));
                return values;
            })],
            hasControl ? new float[parameters] : null,
            hasAverage ? new float[parameters] : null);
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
        var next = new ServerState(Optimizer, [.. Moments.Select(moment => moment.ToArray())], Control, Average);
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

    /// <summary>
    /// c + (sum of w_i dc_i over the round's students) / (sum of w_i over all students): Karimireddy et al. 2020, Algorithm 1, line 17,
    /// c + |S| / N mean(dc_i), by weight. Whoever did not take part has not moved its share of c, and so counts in the divisor.
    /// </summary>
    /// <param name="sum">The weighted sum of the students' changes, shape [n], in steps of the grid.</param>
    /// <param name="everybody">The weights of all students there are, added up; above 0.</param>
    /// <param name="grid">The grid on which they were quantised.</param>
    /// <returns>The state after the round; this one stays as it is.</returns>
    /// <exception cref="InvalidOperationException">There is no control variate.</exception>
    /// <exception cref="ArithmeticException">A value of it is not a finite number.</exception>
    public ServerState MoveControl(ReadOnlySpan<long> sum, double everybody, FixedPointGrid grid)
    {
        ArgumentNullException.ThrowIfNull(grid);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(everybody);
        if (Control is null)
            throw new InvalidOperationException("The server keeps no control variate that could be moved.");
        if (sum.Length != Control.Length)
            throw new ArgumentException($"The sum has {sum.Length} values, and the control variate has {Control.Length}.");
        var next = new float[Control.Length];
        for (var i = 0; i < next.Length; i++)
            next[i] = (float)(Control[i] + (sum[i] / everybody * grid.Step));
        FederatedAveraging.RequireFinite(next);
        return new(Optimizer, Moments, next, Average);
    }

    /// <summary>
    /// The mean of models takes a round's model in (<see cref="ModelAverage"/>).
    /// </summary>
    /// <param name="model">w, what the round made, shape [n].</param>
    /// <param name="decay">d, from 0 to below 1.</param>
    /// <param name="round">t, 1-based.</param>
    /// <returns>The state after the round; this one stays as it is.</returns>
    /// <exception cref="InvalidOperationException">No mean is made.</exception>
    public ServerState MoveAverage(ReadOnlySpan<float> model, double decay, int round)
    {
        if (Average is null)
            throw new InvalidOperationException("The server makes no mean of models that could be moved.");
        return new(Optimizer, Moments, Control, ModelAverage.Next(Average, model, decay, round));
    }
}
