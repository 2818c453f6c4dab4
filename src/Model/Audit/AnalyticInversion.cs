using Cohort.Model.Files;
using Cohort.Model.Networks;

namespace Cohort.Model.Audit;

/// <summary>
/// The input of a network that begins with a linear layer, solved from its update. For y = W x + b the gradients are dW = dy x^T
/// and db = dy, so every row of dW is the picture times a number that stands in db (Phong et al. 2017; Geiping et al. 2020,
/// proposition 3.1).
/// </summary>
public static class AnalyticInversion
{
    /// <summary>Whether the network's first layer sees pixels through a weight of their own each.</summary>
    public static bool CanInvert(NetworkSpec network, IReadOnlyList<TensorLayout> layout)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(layout);
        return layout is [{ Shape: [var units, var inputs] }, { Shape: [var biases] }, ..]
            && inputs == network.Input.Length && biases == units;
    }

    /// <returns>The network's layout.</returns>
    /// <exception cref="ArgumentException">The network does not begin with a linear layer.</exception>
    internal static IReadOnlyList<TensorLayout> RequireInvertible(NetworkSpec network)
    {
        var layout = network.Layout();
        return CanInvert(network, layout)
            ? layout
            : throw new ArgumentException(
                $"The network {network.Name} does not begin with a linear layer, so its updates cannot be solved for the picture; "
                + "choose another attack, such as cosine.");
    }

    /// <summary>
    /// The least-squares solution over all rows, x = sum(db_i dW_i) / sum(db_i^2): exact for one picture and one step, whatever
    /// the learning rate and whether or not the update was clipped; under noise, rows count by how much they move.
    /// </summary>
    /// <param name="known">The network and its input's scale.</param>
    /// <param name="update">float32, the update as it is seen.</param>
    /// <exception cref="ArgumentException">The network does not begin with a linear layer.</exception>
    public static Reconstruction Invert(AttackerKnowledge known, ReadOnlySpan<float> update)
    {
        ArgumentNullException.ThrowIfNull(known);
        var layout = RequireInvertible(known.Network);
        var inputs = known.Network.Input.Length;
        var weight = update[..layout[0].Length];
        var bias = update.Slice(layout[0].Length, layout[1].Length);
        var picture = new double[inputs];
        var square = 0.0;
        for (var unit = 0; unit < bias.Length; unit++)
        {
            double db = bias[unit];
            square += db * db;
            var row = weight.Slice(unit * inputs, inputs);
            for (var i = 0; i < inputs; i++)
            {
                picture[i] += db * row[i];
            }
        }

        var pixels = Array.ConvertAll(picture, sum => known.Scale.Brightness(square > 0 ? sum / square : 0));
        return new(pixels, LabelInference.LabelOf(layout, update), 0);
    }
}
