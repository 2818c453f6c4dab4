namespace Cohort.Torch.Tests;

public sealed class RandomTests
{
    [Fact]
    public void A_generator_draws_what_PyTorchs_draws()
    {
        using var scope = NewDisposeScope();
        using var generator = new torch.Generator().manual_seed(42);
        torch.rand([4], generator: generator).data<float>().ToArray()
            .ShouldBe([0.882269263f, 0.915003955f, 0.38286376f, 0.959305644f], 1e-7f);
        generator.manual_seed(42);
        torch.randn([4], generator: generator).data<float>().ToArray()
            .ShouldBe([0.336690366f, 0.128809407f, 0.234462366f, 0.23033303f], 1e-6f);
    }

    [Fact]
    public void The_same_seed_draws_the_same_numbers()
    {
        using var scope = NewDisposeScope();
        torch.manual_seed(11);
        var first = torch.randn([20]);
        torch.manual_seed(11);
        var second = torch.randn([20]);
        torch.manual_seed(12);
        var other = torch.randn([20]);
        first.eq(second).all().ToBoolean().ShouldBeTrue();
        first.eq(other).all().ToBoolean().ShouldBeFalse();
    }

    [Fact]
    public void Kaiming_bounds_follow_the_fan_and_the_nonlinearity()
    {
        using var scope = NewDisposeScope();
        var weights = torch.empty([200, 50]);
        init.kaiming_uniform_(weights);
        weights.abs().max().item<float>().ShouldBe((float)Math.Sqrt(6.0 / 50), 0.01f);
        init.kaiming_uniform_(weights, mode: init.FanInOut.FanOut, nonlinearity: init.NonlinearityType.ReLU);
        weights.abs().max().item<float>().ShouldBe((float)Math.Sqrt(6.0 / 200), 0.01f);
        init.uniform_(weights, 2, 3);
        weights.min().item<float>().ShouldBe(2f, 0.01f);
        weights.max().item<float>().ShouldBe(3f, 0.01f);
    }
}
