namespace Cohort.Model.Training.Records;

/// <summary>
/// One layer's part of the gradients of the m samples of a batch, from what the layer took and the gradient of what it gave: no sample
/// goes through the network on its own (Goodfellow 2015, "Efficient per-example gradient computations").
/// </summary>
internal abstract class LayerGradients
{
    /// <summary>The squared L2 norm of each sample's part. float32 [m].</summary>
    public abstract Tensor SquaredNorms();

    /// <summary>Adds the samples' parts, each times its weight, to the sums of the layer's parameters.</summary>
    /// <param name="weights">float32 [m]</param>
    /// <param name="sum">Where to.</param>
    public abstract void AddTo(GradientSum sum, Tensor weights);

    /// <summary>True if the layer's samples can be told apart, or if it has nothing to learn and keeps them apart.</summary>
    public static bool Knows(torch.nn.Module layer) => layer is Linear _ or Conv2d _ or GroupNorm _
        or ReLU _ or MaxPool2d _ or AvgPool2d _ or AdaptiveAvgPool2d _ or Flatten _ or Dropout _;

    /// <param name="layer">One that learns.</param>
    /// <param name="name">Its name in the network.</param>
    /// <param name="input">What it took, [m, ...].</param>
    /// <param name="gradient">Of each sample's loss with respect to what it gave, [m, ...].</param>
    public static LayerGradients Of(torch.nn.Module layer, string name, Tensor input, Tensor gradient) => layer switch
    {
        Linear linear => new LinearGradients(linear, name, input, gradient),
        Conv2d convolution => new ConvolutionGradients(convolution, name, input, gradient),
        GroupNorm norm => new GroupNormGradients(norm, name, input, gradient),
        _ => throw new ArgumentException($"{layer.GetType().Name} learns nothing that is known."),
    };
}
