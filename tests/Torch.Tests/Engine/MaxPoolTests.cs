namespace Cohort.Torch.Tests.Engine;

/// <summary>The shim's own kernel for 2x2 windows against libtorch's, which float64 still goes to.</summary>
public sealed class MaxPoolTests
{
    [Theory]
    [InlineData(2, 3, 8, 10)]
    [InlineData(1, 1, 2, 2)]
    [InlineData(3, 5, 48, 48)]
    public void Pooling_in_2x2_windows_gives_the_bits_that_float64_windows_give(int n, int c, int h, int w)
    {
        using var scope = NewDisposeScope();
        torch.manual_seed(n);
        // Rounded, so that many values of a window are equal and the choice among equals shows.
        var x = torch.randn([n, c, h, w]).mul(2).to(torch.int32).to(torch.float32).requires_grad_();
        var reference = x.detach().to(torch.float64).requires_grad_();
        var weights = torch.randn([n, c, h / 2, w / 2]);
        var result = functional.max_pool2d(x, 2);
        var expected = functional.max_pool2d(reference, 2);
        result.to(torch.float64).eq(expected).all().ToBoolean().ShouldBeTrue();
        (result * weights).sum().backward();
        (expected * weights.to(torch.float64)).sum().backward();
        x.grad!.to(torch.float64).eq(reference.grad!).all().ToBoolean().ShouldBeTrue();
    }

    [Theory]
    [InlineData(2, 3, 8, 10)]
    [InlineData(3, 5, 48, 48)]
    public void Second_and_third_derivatives_have_the_bits_that_float64_windows_give(int n, int c, int h, int w)
    {
        using var scope = NewDisposeScope();
        torch.manual_seed(n);
        // Whole numbers, small enough that both types hold every product.
        Tensor Whole(params long[] shape) => torch.randn(shape).mul(2).to(torch.int32).to(torch.float32);
        var (x, weights, inner) = (Whole(n, c, h, w), Whole(n, c, h / 2, w / 2), Whole(n, c, h, w));

        Tensor[] Derivatives(ScalarType type)
        {
            var input = x.to(type).requires_grad_();
            var pooled = functional.max_pool2d(input, 2);
            var first = Gradient((pooled * pooled * pooled * weights.to(type)).sum(), input);
            var second = Gradient((first * first * inner.to(type)).sum(), input);
            return [first, second, Gradient((second * inner.to(type)).sum(), input)];
        }

        foreach (var (mine, reference) in Derivatives(torch.float32).Zip(Derivatives(torch.float64)))
        {
            mine.to(torch.float64).eq(reference).all().ToBoolean().ShouldBeTrue();
            reference.abs().sum().item<double>().ShouldBeGreaterThan(0);
        }
    }

    [Fact]
    public void A_window_with_NaN_pools_to_NaN()
    {
        using var scope = NewDisposeScope();
        for (var position = 0; position < 4; position++)
        {
            var values = new[] { 1f, 2f, 3f, 4f };
            values[position] = float.NaN;
            functional.max_pool2d(torch.tensor(values, [1, 1, 2, 2]), 2).item<float>().ShouldBe(float.NaN);
        }
    }

    [Fact]
    public void Odd_sides_lose_their_last_row_and_column_as_in_libtorch()
    {
        using var scope = NewDisposeScope();
        var x = torch.arange(25).to(torch.float32).view(1, 1, 5, 5);
        functional.max_pool2d(x, 2).data<float>().ToArray().ShouldBe([6f, 8f, 16f, 18f]);
    }

    private static Tensor Gradient(Tensor loss, Tensor input) =>
        torch.autograd.grad([loss], [input], retain_graph: true, create_graph: true)[0];
}
