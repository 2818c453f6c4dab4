using Cohort.Model.Data;

namespace Cohort.Model.Networks;

/// <summary>
/// Multinomial logistic regression: one linear layer on the pixels. Input [N, C, H, W], output logits [N, classes].
/// </summary>
public sealed class LogisticRegression : Module<Tensor, Tensor>
{
    private readonly Linear linear;

    public LogisticRegression(ImageShape input, int classes)
        : base(nameof(LogisticRegression))
    {
        linear = Linear(input.Length, classes);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => linear.call(input.flatten(1));
}
