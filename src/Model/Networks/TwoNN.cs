using Cohort.Model.Data;

namespace Cohort.Model.Networks;

/// <summary>
/// The "2NN" of the FedAvg paper (McMahan et al. 2017, section 3): two hidden layers of 200 units with ReLU; 199,210 parameters
/// on MNIST. Input [N, C, H, W], output logits [N, classes].
/// </summary>
public sealed class TwoNN : Module<Tensor, Tensor>
{
    private readonly Linear hidden1;
    private readonly Linear hidden2;
    private readonly Linear output;

    public TwoNN(ImageShape input, int classes)
        : base(nameof(TwoNN))
    {
        hidden1 = Linear(input.Length, 200);
        hidden2 = Linear(200, 200);
        output = Linear(200, classes);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        var x = functional.relu(hidden1.call(input.flatten(1)));
        return output.call(functional.relu(hidden2.call(x)));
    }
}
