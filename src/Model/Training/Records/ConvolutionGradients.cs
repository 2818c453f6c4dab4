namespace Cohort.Model.Training.Records;

/// <summary>
/// A convolution's: the product of the gradient at each place with the window that the place sees, summed over places (Rochette et al.
/// 2019, "Efficient per-example gradient computations in convolutional neural networks"). They are written down, a few samples at a
/// time: the norm by Gram matrices over places (Bu et al. 2022) costs more than this where images are large and kernels small.
/// </summary>
internal sealed class ConvolutionGradients : LayerGradients
{
    // Windows of so many floats stay in a core's cache between being copied together and being multiplied.
    private const long WindowFloats = 1 << 18;

    private readonly string _name;
    private readonly List<Tensor> _weights = [];
    private readonly Tensor? _bias;

    /// <param name="layer">W [out, in / groups, kernel, kernel]</param>
    /// <param name="name">Its name.</param>
    /// <param name="input">[m, in, H, W]</param>
    /// <param name="gradient">[m, out, places down, places across]</param>
    public ConvolutionGradients(Conv2d layer, string name, Tensor input, Tensor gradient)
    {
        _name = name;
        var (shape, count) = (layer.weight.shape, input.shape[0]);
        var (outputs, inputs) = (shape[0], shape[1] * shape[2] * shape[3]);
        var flat = gradient.reshape(count * layer.groups, outputs / layer.groups, -1);
        var places = flat.shape[2];
        var together = Math.Clamp(WindowFloats / (inputs * layer.groups * places), 1, count);
        for (var first = 0L; first < count; first += together)
        {
            var samples = Math.Min(together, count - first);
            using var some = input.narrow(0, first, samples);
            using var windows = functional.unfold(some, (shape[2], shape[3]), Pair(layer.dilation), Pair(layer.padding!), Pair(layer.stride));
            using var byGroup = windows.view(samples * layer.groups, inputs, places);
            using var seen = byGroup.transpose(1, 2);
            using var given = flat.narrow(0, first * layer.groups, samples * layer.groups);
            _weights.Add(given.matmul(seen).view(samples, outputs * inputs));
        }

        _bias = layer.bias is null ? null : flat.sum(2).view(count, outputs);
    }

    public override Tensor SquaredNorms()
    {
        var weights = cat(_weights.ConvertAll(some => some.norm(1))).pow(2);
        return _bias is null ? weights : weights + _bias.norm(1).pow(2);
    }

    public override void AddTo(GradientSum sum, Tensor weights)
    {
        var target = sum[$"{_name}.weight"];
        var first = 0L;
        foreach (var some in _weights)
        {
            var factors = weights.narrow(0, first, some.shape[0]).unsqueeze(0);
            target.add_(factors.mm(some).view(target.shape));
            first += some.shape[0];
        }

        if (_bias is not null)
        {
            sum[$"{_name}.bias"].add_(weights.unsqueeze(0).mm(_bias).squeeze(0));
        }
    }

    private static (long Height, long Width) Pair(long[] values) => (values[0], values[1]);
}
