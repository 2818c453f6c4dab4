using System.Runtime.InteropServices;

namespace Cohort.Torch.Tests;

public sealed class GradientTests
{
    private const double Step = 1e-5;

    public static TheoryData<string> Names => [.. GradientCases.All.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_gradient_is_the_slope_of_finite_differences(string name)
    {
        using var scope = NewDisposeScope();
        var (_, operation, makers) = GradientCases.All.Single(c => string.Equals(c.Name, name, StringComparison.Ordinal));
        var inputs = makers.Select(make => make().requires_grad_()).ToArray();

        // A weighted sum makes one value of any result, and the weights differ so that no error can cancel.
        double Value() => Weighted(operation(inputs)).item<double>();
        Weighted(operation(inputs)).backward();

        using var _ = torch.no_grad();
        foreach (var input in inputs)
        {
            var gradient = input.grad.ShouldNotBeNull($"{name} gives an input no gradient");
            var analytic = gradient.data<double>().ToArray();
            var values = MemoryMarshal.Cast<byte, double>(input.bytes);
            for (var i = 0; i < analytic.Length; i++)
            {
                var here = values[i];
                values[i] = here + Step;
                var above = Value();
                values[i] = here - Step;
                var below = Value();
                values[i] = here;
                analytic[i].ShouldBe((above - below) / (2 * Step), 1e-6, $"{name}, element {i}");
            }
        }
    }

    [Fact]
    public void Gradients_add_up_until_they_are_forgotten()
    {
        using var scope = NewDisposeScope();
        using var layer = Linear(2, 1);
        var x = torch.ones(1, 2);
        layer.call(x).sum().backward();
        layer.call(x).sum().backward();
        layer.weight!.grad!.data<float>().ToArray().ShouldBe([2f, 2f]);
        layer.zero_grad();
        layer.call(x).sum().backward();
        layer.weight!.grad!.data<float>().ToArray().ShouldBe([1f, 1f]);
    }

    [Fact]
    public void Nothing_is_recorded_under_no_grad()
    {
        using var scope = NewDisposeScope();
        var x = torch.ones(2, 2, requires_grad: true);
        using (torch.no_grad()) (x * 2).requires_grad.ShouldBeFalse();
        using (torch.inference_mode()) (x * 2).requires_grad.ShouldBeFalse();
        using (torch.no_grad())
        using (torch.enable_grad())
            (x * 2).requires_grad.ShouldBeTrue();
        (x * 2).requires_grad.ShouldBeTrue();
        x.detach().requires_grad.ShouldBeFalse();
    }

    private static Tensor Weighted(Tensor result)
    {
        var weights = torch.arange(1, result.numel() + 1).to(torch.float64).mul(0.37).view(result.shape);
        return (result * weights).sum();
    }
}
