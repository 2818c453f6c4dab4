using Cohort.Model.Data;

namespace Cohort.Model.Networks;

/// <summary>
/// A variant of <see cref="Cnn4"/> with larger kernels: 5x5 in the first two convolutions, which see whole mouths and eyes before
/// the first pooling. Input [N, C, H, W] with H and W at least 16, output logits [N, classes].
/// </summary>
public sealed class Cnn4Wide : Module<Tensor, Tensor>
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

    public Cnn4Wide(ImageShape input, int classes)
        : base(nameof(Cnn4Wide))
    {
        conv1 = Conv2d(input.Channels, 32, 5, padding: 2);
        norm1 = GroupNorm(8, 32);
        conv2 = Conv2d(32, 64, 5, padding: 2);
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
