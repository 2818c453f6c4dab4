using System.Runtime.InteropServices;

namespace Cohort.Torch.Tests;

/// <summary>Derivatives of derivatives, which gradients of a loss over gradients need.</summary>
public sealed class SecondGradientTests
{
    private const double Step = 1e-5;

    public static TheoryData<string> Names => [.. GradientCases.All.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_gradient_of_the_gradient_is_the_slope_of_its_finite_differences(string name)
    {
        using var scope = NewDisposeScope();
        var (_, operation, makers) = GradientCases.All.Single(c => string.Equals(c.Name, name, StringComparison.Ordinal));
        var inputs = makers.Select(make => make().requires_grad_()).ToArray();

        // Cubed, so that the gradient of a linear operation, and of a root, changes with its input too.
        Tensor FirstGradient()
        {
            var result = operation(inputs);
            var loss = Weighted(result * result * result);
            var gradients = torch.autograd.grad([loss], inputs, retain_graph: true, create_graph: true);
            return gradients.Select((gradient, i) => Weighted(gradient) * (i + 1)).Aggregate((sum, next) => sum + next);
        }

        var analytic = torch.autograd.grad([FirstGradient()], inputs, allow_unused: true)
            .Zip(inputs, (g, x) => g.IsInvalid ? new double[x.numel()] : g.contiguous().data<double>().ToArray()).ToArray();
        analytic.SelectMany(g => g).ShouldContain(value => value != 0);
        foreach (var (input, gradient) in inputs.Zip(analytic))
            for (var i = 0; i < gradient.Length; i++)
            {
                using var inner = NewDisposeScope();
                var here = Values(input)[i];
                Values(input)[i] = here + Step;
                var above = FirstGradient().item<double>();
                Values(input)[i] = here - Step;
                var below = FirstGradient().item<double>();
                Values(input)[i] = here;
                var slope = (above - below) / (2 * Step);
                gradient[i].ShouldBe(slope, 1e-6 * Math.Max(1, Math.Abs(slope)), $"{name}, element {i}");
            }
    }

    [Fact]
    public void Gradients_are_returned_and_not_added_to_the_leaves()
    {
        using var scope = NewDisposeScope();
        var x = torch.tensor(new[] { 1f, 2f }, requires_grad: true);
        var gradients = torch.autograd.grad([(x * x).sum()], [x]);
        gradients.ShouldHaveSingleItem().data<float>().ToArray().ShouldBe([2f, 4f]);
        gradients[0].requires_grad.ShouldBeFalse();
        (x.grad is null).ShouldBeTrue();
    }

    [Fact]
    public void Outputs_of_many_elements_are_weighed_by_what_is_given()
    {
        using var scope = NewDisposeScope();
        var x = torch.tensor(new[] { 1f, 2f }, requires_grad: true);
        torch.autograd.grad([x * x, x * 3], [x], [torch.tensor(new[] { 1f, 10f }), torch.tensor(new[] { 100f, 0f })])[0]
            .data<float>().ToArray().ShouldBe([302f, 40f]);
    }

    [Fact]
    public void The_gradient_of_something_in_between_is_taken_there()
    {
        using var scope = NewDisposeScope();
        var x = torch.tensor(new[] { 1f, 2f }, requires_grad: true);
        var y = x * 2;
        torch.autograd.grad([(y * y).sum()], [y])[0].data<float>().ToArray().ShouldBe([4f, 8f]);
    }

    [Fact]
    public void An_input_without_a_part_is_an_error_unless_it_is_allowed()
    {
        using var scope = NewDisposeScope();
        var (x, idle) = (torch.ones(2, requires_grad: true), torch.ones(2, requires_grad: true));
        Should.Throw<ExternalException>(() => torch.autograd.grad([x.sum()], [idle])).Message.ShouldContain("allow_unused");
        var gradients = torch.autograd.grad([x.sum()], [x, idle], allow_unused: true);
        gradients.Select(g => g.IsInvalid).ShouldBe([false, true]);
    }

    [Fact]
    public void A_record_that_was_not_kept_cannot_be_used_again()
    {
        using var scope = NewDisposeScope();
        var x = torch.ones(2, requires_grad: true);
        var loss = x.exp().sum();
        torch.autograd.grad([loss], [x], retain_graph: true);
        torch.autograd.grad([loss], [x]);
        Should.Throw<ExternalException>(() => torch.autograd.grad([loss], [x])).Message.ShouldContain("second time");
    }

    private static Span<double> Values(Tensor tensor) => MemoryMarshal.Cast<byte, double>(tensor.bytes);

    private static Tensor Weighted(Tensor result)
    {
        var weights = torch.arange(1, result.numel() + 1).to(torch.float64).mul(0.37).view(result.shape);
        return (result * weights).sum();
    }
}
