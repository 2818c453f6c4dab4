namespace Cohort.Model.Training.Records;

/// <summary>
/// A linear layer's: sample i's gradient is the outer product g_i a_iᵀ, whose norm is |g_i| |a_i| (Goodfellow 2015), so none is ever
/// written down.
/// </summary>
/// <param name="layer">W [out, in]</param>
/// <param name="name">Its name.</param>
/// <param name="input">a, [m, in]</param>
/// <param name="gradient">g, [m, out]</param>
internal sealed class LinearGradients(Linear layer, string name, Tensor input, Tensor gradient) : LayerGradients
{
    public override Tensor SquaredNorms()
    {
        var inputs = input.norm(1).pow(2);
        return gradient.norm(1).pow(2) * (layer.bias is null ? inputs : inputs + 1);
    }

    public override void AddTo(GradientSum sum, Tensor weights)
    {
        var weighted = gradient * weights.unsqueeze(1);
        sum[$"{name}.weight"].add_(weighted.t().mm(input));
        if (layer.bias is not null)
        {
            sum[$"{name}.bias"].add_(weighted.sum(0));
        }
    }
}
