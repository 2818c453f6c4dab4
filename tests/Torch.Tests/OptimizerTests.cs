namespace Cohort.Torch.Tests;

/// <summary>Three steps on the loss 0.5 a² + b² + 2 c² + a + b + c from (1, -2, 0.5); expected values from PyTorch
/// 1.13.1.</summary>
public sealed class OptimizerTests
{
    [Fact]
    public void SGD_steps_along_the_gradient() =>
        After(p => torch.optim.SGD(p, 0.1)).ShouldBe([0.458000004f, -1.26800001f, -0.088000007f], 1e-6f);

    [Fact]
    public void SGD_decays_weights() =>
        After(p => torch.optim.SGD(p, 0.1, weight_decay: 0.01)).ShouldBe([0.455852628f, -1.26390493f, -0.0883192047f], 1e-6f);

    [Fact]
    public void SGD_keeps_and_dampens_momentum() =>
        After(p => torch.optim.SGD(p, 0.1, momentum: 0.9, dampening: 0.1, weight_decay: 0.01))
            .ShouldBe([0.0148924822f, -0.64024663f, -0.628082633f], 1e-6f);

    [Fact]
    public void SGD_looks_ahead_as_Nesterov() =>
        After(p => torch.optim.SGD(p, 0.1, momentum: 0.9, nesterov: true))
            .ShouldBe([-0.345357925f, -0.337472111f, -0.574971974f], 1e-6f);

    [Fact]
    public void Adam_scales_every_step_by_its_moments() =>
        After(p => torch.optim.Adam(p, 0.1, 0.9, 0.999)).ShouldBe([0.700623453f, -1.70090294f, 0.202456653f], 1e-6f);

    [Fact]
    public void Adam_decays_weights() =>
        After(p => torch.optim.Adam(p, 0.1, 0.8, 0.99, 1e-6, 0.1)).ShouldBe([0.701199591f, -1.70156658f, 0.203968406f], 1e-6f);

    [Fact]
    public void Adam_keeps_the_greatest_second_moment_as_AMSGrad() =>
        After(p => torch.optim.Adam(p, 0.1, 0.9, 0.9, amsgrad: true)).ShouldBe([0.700125217f, -1.70022976f, 0.201045305f], 1e-6f);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Float64_parameters_take_the_same_steps(bool adam)
    {
        torch.optim.Optimizer Make(IEnumerable<Parameter> p) =>
            adam ? torch.optim.Adam(p, 0.1, 0.9, 0.99, 1e-6, 0.1) : torch.optim.SGD(p, 0.1, 0.9, 0.1, 0.01);
        After(Make, torch.float64).ShouldBe(After(Make), 1e-6f);
    }

    [Fact]
    public void The_learning_rate_can_be_changed_between_steps()
    {
        using var scope = NewDisposeScope();
        using var p = new Parameter(torch.ones(1));
        using var optimizer = torch.optim.SGD([p], 0.1);
        p.sum().backward();
        foreach (var group in optimizer.ParamGroups) group.LearningRate = 0.5;
        optimizer.step();
        p.item<float>().ShouldBe(0.5f);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_optimiser_put_away_goes_on_as_if_nothing_had_been_between(bool adam)
    {
        OptimizerHelper Make(Parameter p) => adam ? torch.optim.Adam([p], 0.1) : torch.optim.SGD([p], 0.1, 0.9);
        using var scope = NewDisposeScope();
        using var through = new Parameter(torch.tensor(new[] { 1f, -2f, 0.5f }));
        using var first = Make(through);
        Step(through, first, 2);
        using var state = new MemoryStream();
        first.save_state_dict(new BinaryWriter(state));
        using var later = new Parameter(through.detach().clone());
        Step(through, first, 2);

        state.Position = 0;
        using var second = Make(later);
        second.load_state_dict(new BinaryReader(state));
        Step(later, second, 2);
        later.data<float>().ToArray().ShouldBe(through.data<float>().ToArray());

        state.Position = 0;
        using OptimizerHelper other = adam ? torch.optim.SGD([later], 0.1, 0.9) : torch.optim.Adam([later], 0.1);
        Should.Throw<InvalidDataException>(() => other.load_state_dict(new BinaryReader(state)));
    }

    [Fact]
    public void A_parameter_without_a_gradient_stays()
    {
        using var scope = NewDisposeScope();
        using var p = new Parameter(torch.ones(1));
        using var q = new Parameter(torch.ones(1));
        using var optimizer = torch.optim.Adam([p, q], 0.1);
        q.sum().backward();
        optimizer.step();
        p.item<float>().ShouldBe(1f);
        q.item<float>().ShouldBe(0.9f, 1e-6f);
    }

    [Fact]
    public void Rates_that_make_no_sense_are_refused()
    {
        using var p = new Parameter(torch.ones(1));
        Should.Throw<ArgumentException>(() => torch.optim.SGD([p], -0.1));
        Should.Throw<ArgumentException>(() => torch.optim.SGD([p], 0.1, momentum: -1));
        Should.Throw<ArgumentException>(() => torch.optim.SGD([p], 0.1, nesterov: true));
        Should.Throw<ArgumentException>(() => torch.optim.Adam([p], 0.1, beta1: 1));
    }

    private static void Step(Parameter p, torch.optim.Optimizer optimizer, int times)
    {
        for (var i = 0; i < times; i++)
        {
            optimizer.zero_grad();
            (p * p + p).sum().backward();
            optimizer.step();
        }
    }

    private static float[] After(Func<IEnumerable<Parameter>, torch.optim.Optimizer> make, ScalarType? type = null)
    {
        using var scope = NewDisposeScope();
        using var p = new Parameter(torch.tensor(new[] { 1f, -2f, 0.5f }, dtype: type));
        using var optimizer = make([p]);
        var curvature = torch.tensor(new[] { 0.5f, 1f, 2f }, dtype: type);
        for (var i = 0; i < 3; i++)
        {
            optimizer.zero_grad();
            (p * p * curvature + p).sum().backward();
            optimizer.step();
        }

        return p.to(torch.float32).data<float>().ToArray();
    }
}
