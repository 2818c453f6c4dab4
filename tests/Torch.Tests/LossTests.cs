namespace Cohort.Torch.Tests;

/// <summary>Expected values from PyTorch 1.13.1.</summary>
public sealed class LossTests
{
    [Fact]
    public void Cross_entropy_is_the_mean_negative_log_likelihood()
    {
        using var scope = NewDisposeScope();
        functional.cross_entropy(Logits(), Classes(2, 0, 1)).item<float>().ShouldBe(0.703449667f, 1e-6f);
        functional.nll_loss(Logits().log_softmax(1), Classes(2, 0, 1)).item<float>().ShouldBe(0.703449667f, 1e-6f);
    }

    [Fact]
    public void Cross_entropy_weighs_classes_and_smooths_labels()
    {
        using var scope = NewDisposeScope();
        functional.cross_entropy(Logits(), Classes(2, 0, 1), torch.tensor(new[] { 1f, 2f, 3f }), reduction: Reduction.Sum,
            label_smoothing: 0.1)
            .item<float>().ShouldBe(4.32715893f, 1e-5f);
    }

    [Fact]
    public void Cross_entropy_ignores_targets_of_minus_hundred()
    {
        using var scope = NewDisposeScope();
        functional.cross_entropy(Logits(), Classes(2, -100, 1)).item<float>().ShouldBe(0.753109097f, 1e-6f);
    }

    [Fact]
    public void Mean_squared_error_is_what_it_says()
    {
        using var scope = NewDisposeScope();
        var x = Logits();
        functional.mse_loss(x, x * 0.5).item<float>().ShouldBe(0.756944418f, 1e-6f);
        functional.mse_loss(x, x * 0.5, Reduction.None).shape.ShouldBe([3L, 3L]);
    }

    private static Tensor Logits() => torch.tensor(new[,] { { 1f, 2f, 3f }, { 0.5f, -1f, 0f }, { 2f, 2f, 2f } });

    private static Tensor Classes(params long[] classes) => torch.tensor(classes);
}
