using Cohort.Model.Files;

namespace Cohort.Model.Audit;

/// <summary>
/// The label of a single picture, read off its update (iDLG, Zhao et al. 2020, section 3.2): the loss falls by raising the bias
/// of the right class and lowering all others, so the right one is where the update is positive.
/// </summary>
public static class LabelInference
{
    /// <param name="layout">The network's tensors; the last is the bias of the output layer.</param>
    /// <param name="update">float32, trained minus given parameters.</param>
    public static int LabelOf(IReadOnlyList<TensorLayout> layout, ReadOnlySpan<float> update)
    {
        var bias = update[^layout[^1].Length..];
        var best = 0;
        for (var label = 1; label < bias.Length; label++)
        {
            if (bias[label] > bias[best])
            {
                best = label;
            }
        }

        return best;
    }
}
