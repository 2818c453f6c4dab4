using Cohort.Model.Data;

namespace Cohort.Model.Networks;

/// <summary>
/// A deeper variant of <see cref="Cnn4"/>: six 3x3 convolutions in three pairs of 32, 64 and 128 channels, pooled after each
/// pair. Input [N, C, H, W] with H and W at least 8, output logits [N, classes].
/// </summary>
public sealed class Cnn6 : Module<Tensor, Tensor>
{
    private readonly Module<Tensor, Tensor> features;
    private readonly Linear output;

    public Cnn6(ImageShape input, int classes)
        : base(nameof(Cnn6))
    {
        features = Sequential(
            ("conv1", Conv2d(input.Channels, 32, 3, padding: 1)), ("relu1", ReLU()), ("norm1", GroupNorm(8, 32)),
            ("conv2", Conv2d(32, 32, 3, padding: 1)), ("pool1", MaxPool2d(2)), ("relu2", ReLU()), ("norm2", GroupNorm(8, 32)),
            ("conv3", Conv2d(32, 64, 3, padding: 1)), ("relu3", ReLU()), ("norm3", GroupNorm(8, 64)),
            ("conv4", Conv2d(64, 64, 3, padding: 1)), ("pool2", MaxPool2d(2)), ("relu4", ReLU()), ("norm4", GroupNorm(8, 64)),
            ("conv5", Conv2d(64, 128, 3, padding: 1)), ("relu5", ReLU()), ("norm5", GroupNorm(8, 128)),
            ("conv6", Conv2d(128, 128, 3, padding: 1)), ("pool3", MaxPool2d(2)), ("relu6", ReLU()), ("norm6", GroupNorm(8, 128)));
        output = Linear(128 * (input.Height / 8) * (input.Width / 8), classes);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
        => output.call(features.call(input).flatten(1));
}
