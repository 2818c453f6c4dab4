using Cohort.Model.Data;

namespace Cohort.Model.Networks;

/// <summary>
/// The main network: four 3x3 convolutions of 32, 64, 128 and 128 channels, each followed by GroupNorm, ReLU and 2x2 pooling, and
/// two linear layers. Input [N, C, H, W] with H and W at least 16, output logits [N, classes].
/// </summary>
/// <remarks>GroupNorm (Wu, He 2018), not BatchNorm: averaging students' running statistics is wrong in federation.</remarks>
public sealed class Cnn4 : Module<Tensor, Tensor>
{
    private readonly Conv2d conv1;
    private readonly GroupNorm norm1;
    private readonly Conv2d conv2;
    private readonly GroupNorm norm2;
    private readonly Conv2d conv3;
    private readonly GroupNorm norm3;
    private readonly Conv2d conv4;
    private readonly GroupNorm norm4;
    private readonly Linear hidden;
    private readonly Linear output;

    public Cnn4(ImageShape input, int classes)
        : base(nameof(Cnn4))
    {
        conv1 = Conv2d(input.Channels, 32, 3, padding: 1);
        norm1 = GroupNorm(8, 32);
        conv2 = Conv2d(32, 64, 3, padding: 1);
        norm2 = GroupNorm(8, 64);
        conv3 = Conv2d(64, 128, 3, padding: 1);
        norm3 = GroupNorm(8, 128);
        conv4 = Conv2d(128, 128, 3, padding: 1);
        norm4 = GroupNorm(8, 128);
        hidden = Linear(128 * (input.Height / 16) * (input.Width / 16), 128);
        output = Linear(128, classes);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        var x = functional.max_pool2d(functional.relu(norm1.call(conv1.call(input))), 2);
        x = functional.max_pool2d(functional.relu(norm2.call(conv2.call(x))), 2);
        x = functional.max_pool2d(functional.relu(norm3.call(conv3.call(x))), 2);
        x = functional.max_pool2d(functional.relu(norm4.call(conv4.call(x))), 2);
        x = functional.relu(hidden.call(x.flatten(1)));
        return output.call(x);
    }
}
