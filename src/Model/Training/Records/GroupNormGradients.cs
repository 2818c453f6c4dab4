namespace Cohort.Model.Training.Records;

/// <summary>
/// A group norm's scale and shift: the gradient times the normalised input, and the gradient, summed over places. Its statistics are
/// each sample's own, so samples do not meet in it.
/// </summary>
internal sealed class GroupNormGradients : LayerGradients
{
    private readonly string _name;
    private readonly Tensor _scale;
    private readonly Tensor _shift;

    /// <param name="layer">Scale and shift [C].</param>
    /// <param name="name">Its name.</param>
    /// <param name="input">[m, C, ...]</param>
    /// <param name="gradient">[m, C, ...]</param>
    public GroupNormGradients(GroupNorm layer, string name, Tensor input, Tensor gradient)
    {
        _name = name;
        var (samples, channels) = (input.shape[0], input.shape[1]);
        using var normalised = functional.group_norm(input, layer.num_groups, null, null, layer.eps);
        _scale = (gradient * normalised).reshape(samples, channels, -1).sum(2);
        _shift = gradient.reshape(samples, channels, -1).sum(2);
    }

    public override Tensor SquaredNorms() => _scale.norm(1).pow(2) + _shift.norm(1).pow(2);

    public override void AddTo(GradientSum sum, Tensor weights)
    {
        var factors = weights.unsqueeze(0);
        sum[$"{_name}.weight"].add_(factors.mm(_scale).squeeze(0));
        sum[$"{_name}.bias"].add_(factors.mm(_shift).squeeze(0));
    }
}
