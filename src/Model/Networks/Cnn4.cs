using Cohort.Model.Data;

namespace Cohort.Model.Networks;

/// <summary>
/// The main network: four 3x3 convolutions of 32, 64, 128 and 128 channels, each followed by 2x2 pooling, ReLU and GroupNorm,
/// and one linear layer. Input [N, C, H, W] with H and W at least 16, output logits [N, classes].
/// </summary>
/// <remarks>
/// GroupNorm (Wu, He 2018), not BatchNorm: averaging students' running statistics is wrong in federation. One linear layer, not two:
/// it learns from the first step, where a hidden layer keeps a federation on a plateau for dozens of rounds. The norm comes last in each
/// block, so that layers see centred inputs: a common shift of all features would let students with few labels drag the classes' levels
/// about. Pooling before ReLU gives the same values for a quarter of the ReLU.
/// </remarks>
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
        output = Linear(128 * (input.Height / 16) * (input.Width / 16), classes);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        var x = norm1.call(functional.relu(functional.max_pool2d(conv1.call(input), 2)));
        x = norm2.call(functional.relu(functional.max_pool2d(conv2.call(x), 2)));
        x = norm3.call(functional.relu(functional.max_pool2d(conv3.call(x), 2)));
        x = norm4.call(functional.relu(functional.max_pool2d(conv4.call(x), 2)));
        return output.call(x.flatten(1));
    }
}
