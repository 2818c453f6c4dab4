using Cohort.Model.Data;

namespace Cohort.Model.Networks;

/// <summary>
/// The small fast one, for demos and tests: a strided 5x5 and a 3x3 convolution of 16 and 32 channels and one linear layer. Input
/// [N, C, H, W] with H and W at least 8, output logits [N, classes].
/// </summary>
public sealed class Cnn2Small : Module<Tensor, Tensor>
{
    private readonly Conv2d conv1;
    private readonly GroupNorm norm1;
    private readonly Conv2d conv2;
    private readonly GroupNorm norm2;
    private readonly Linear output;

    public Cnn2Small(ImageShape input, int classes)
        : base(nameof(Cnn2Small))
    {
        conv1 = Conv2d(input.Channels, 16, 5, stride: 2, padding: 2);
        norm1 = GroupNorm(4, 16);
        conv2 = Conv2d(16, 32, 3, padding: 1);
        norm2 = GroupNorm(4, 32);
        output = Linear(32 * (input.Height / 8) * (input.Width / 8), classes);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        var x = norm1.call(functional.relu(functional.max_pool2d(conv1.call(input), 2)));
        x = norm2.call(functional.relu(functional.max_pool2d(conv2.call(x), 2)));
        return output.call(x.flatten(1));
    }
}
