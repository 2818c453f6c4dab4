using Cohort.Model.Data;

namespace Cohort.Model.Networks;

/// <summary>
/// The CNN of the FedAvg paper (McMahan et al. 2017, section 3): two 5x5 convolutions of 32 and 64 channels, each with 2x2
/// pooling, and a hidden layer of 512 units; 1,663,370 parameters on MNIST. Input [N, C, H, W], output logits [N, classes].
/// </summary>
public sealed class MnistCnn : Module<Tensor, Tensor>
{
    private readonly Conv2d conv1;
    private readonly Conv2d conv2;
    private readonly Linear hidden;
    private readonly Linear output;

    public MnistCnn(ImageShape input, int classes)
        : base(nameof(MnistCnn))
    {
        conv1 = Conv2d(input.Channels, 32, 5, padding: 2);
        conv2 = Conv2d(32, 64, 5, padding: 2);
        hidden = Linear(64 * (input.Height / 4) * (input.Width / 4), 512);
        output = Linear(512, classes);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        var x = functional.max_pool2d(functional.relu(conv1.call(input)), 2);
        x = functional.max_pool2d(functional.relu(conv2.call(x)), 2);
        return output.call(functional.relu(hidden.call(x.flatten(1))));
    }
}
