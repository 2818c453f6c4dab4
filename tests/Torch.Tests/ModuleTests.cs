namespace Cohort.Torch.Tests;

public sealed class ModuleTests
{
    [Fact]
    public void Names_and_order_of_the_state_are_PyTorchs()
    {
        using var network = Sequential(Conv2d(1, 2, 3), GroupNorm(1, 2), ReLU(), Flatten(), Linear(2, 3));
        network.state_dict().Keys.ToArray().ShouldBe(["0.weight", "0.bias", "1.weight", "1.bias", "4.weight", "4.bias"]);
        using var own = new TwoLayers();
        own.state_dict().Keys.ToArray().ShouldBe(["scale", "first.weight", "first.bias", "last.0.weight"]);
        own.named_parameters().Select(p => p.name).ShouldBe(["scale", "first.weight", "first.bias", "last.0.weight"]);
    }

    [Fact]
    public void An_embedding_looks_rows_up_and_a_bag_is_their_mean_or_sum_without_the_padding_row()
    {
        using var scope = NewDisposeScope();
        using var table = Embedding(4, 2, padding_idx: 0);
        using var mean = EmbeddingBag(4, 2, padding_index: 0);
        using var sum = EmbeddingBag(4, 2, mode: EmbeddingBagMode.Sum, padding_index: 0);
        mean.load_state_dict(table.state_dict());
        sum.load_state_dict(table.state_dict());
        var ids = torch.tensor([3L, 1, 3, 0, 0, 0], [2, 3]);

        var rows = table.call(ids);
        rows.shape.ShouldBe([2L, 3, 2]);
        rows.select(0, 0).select(0, 1).eq(table.weight.select(0, 1)).all().ToBoolean().ShouldBeTrue();
        table.weight.select(0, 0).eq(0).all().ToBoolean().ShouldBeTrue("nobody learns the padding row");

        Should.Throw<ArgumentException>(() => mean.call(torch.tensor([1L, 2])));
        mean.call(ids, null, null).sub(rows.mean([1L])).abs().max().ToDouble().ShouldBeLessThan(1e-6);
        sum.call(torch.tensor([3L, 1, 0, 0, 0, 0], [2, 3])).select(0, 1).eq(0).all().ToBoolean().ShouldBeTrue("a bag of nothing is zero");

        // Row 3 stands twice of three times in the first bag: its gradient is 2/3 in both columns; the padding row has none.
        mean.call(ids).select(0, 0).sum().backward();
        var gradient = mean.weight.grad!.data<float>().ToArray();
        gradient[6].ShouldBe(2 / 3f, 1e-6f);
        gradient[..2].ShouldBe([0f, 0f]);
    }

    [Fact]
    public void A_convolution_of_one_dimension_is_PyTorch_s()
    {
        using var scope = NewDisposeScope();
        using var filters = Conv1d(2, 3, 2);
        filters.state_dict().Keys.ToArray().ShouldBe(["weight", "bias"]);
        filters.weight.shape.ShouldBe([3L, 2, 2]);
        filters.call(torch.zeros([1, 2, 5])).shape.ShouldBe([1L, 3, 4]);
    }

    [Fact]
    public void A_state_can_be_copied_into_another_module()
    {
        using var scope = NewDisposeScope();
        using var one = new TwoLayers();
        using var other = new TwoLayers();
        other.load_state_dict(one.state_dict());
        foreach (var (name, value) in one.state_dict())
            other.state_dict()[name].eq(value).all().ToBoolean().ShouldBeTrue(name);
        one.first.weight!.Handle.ShouldNotBe(other.first.weight!.Handle);
    }

    [Fact]
    public void A_state_with_other_names_is_refused()
    {
        using var scope = NewDisposeScope();
        using var network = Linear(2, 2);
        var state = new Dictionary<string, Tensor>(StringComparer.Ordinal)
        {
            ["weight"] = torch.ones(2, 2),
            ["slope"] = torch.ones(2)
        };
        var (missing, unexpected) = network.load_state_dict(state, strict: false);
        missing.ShouldBe(["bias"]);
        unexpected.ShouldBe(["slope"]);
        network.weight!.sum().item<float>().ShouldBe(4f);
        Should.Throw<Exception>(() => network.load_state_dict(state));
    }

    [Fact]
    public void A_state_with_another_shape_is_refused()
    {
        using var scope = NewDisposeScope();
        using var network = Linear(2, 2, false);
        Should.Throw<Exception>(() => network.load_state_dict(new Dictionary<string,
            Tensor>(StringComparer.Ordinal)
        { ["weight"] = torch.ones(3, 2) }));
    }

    [Fact]
    public void Dropout_acts_only_in_training()
    {
        using var scope = NewDisposeScope();
        using var network = Sequential(Dropout(0.5));
        torch.manual_seed(3);
        var x = torch.ones(1000);
        network.training.ShouldBeTrue();
        var dropped = network.call(x).data<float>().ToArray();
        dropped.Distinct().Order().ShouldBe([0f, 2f]);
        dropped.Count(v => v == 0f).ShouldBeInRange(400, 600);
        network.eval();
        network.call(x).eq(1).all().ToBoolean().ShouldBeTrue();
    }

    [Fact]
    public void Layers_in_place_give_what_layers_beside_give()
    {
        using var scope = NewDisposeScope();
        using var beside = Sequential(Linear(4, 8), ReLU(), Linear(8, 2));
        using var inPlace = Sequential(Linear(4, 8), ReLU(inplace: true), Linear(8, 2));
        inPlace.load_state_dict(beside.state_dict());
        var x = torch.randn(5, 4);
        inPlace.call(x).eq(beside.call(x)).all().ToBoolean().ShouldBeTrue();
    }

    [Fact]
    public void Converting_a_module_keeps_its_parameters_learnable()
    {
        using var scope = NewDisposeScope();
        using var network = Linear(2, 2).to(torch.float64);
        network.weight!.dtype.ShouldBe(torch.float64);
        network.call(torch.ones(1, 2, torch.float64)).sum().backward();
        network.weight!.grad!.eq(1).all().ToBoolean().ShouldBeTrue();
        network.to(torch.CPU).bias!.requires_grad.ShouldBeTrue();
    }

    [Fact]
    public void Layers_start_with_the_values_that_PyTorch_draws()
    {
        using var scope = NewDisposeScope();
        torch.manual_seed(5);
        using var linear = Linear(3, 2);
        linear.weight!.data<float>().ToArray().ShouldBe(
            [0.381341994f, -0.431729913f, 0.470505476f, 0.369419903f, 0.485093653f, -0.442659974f], 1e-6f);
        linear.bias!.data<float>().ToArray().ShouldBe([-0.387527287f, 0.274725646f], 1e-6f);
        torch.manual_seed(5);
        using var convolution = Conv2d(2, 1, 2);
        convolution.weight!.data<float>().ToArray().ShouldBe(
            [0.233523339f, -0.264379501f, 0.288124561f, 0.226222575f, 0.297057986f, -0.271072775f, -0.237311035f, 0.168234408f],
                1e-6f);
        convolution.bias!.data<float>().ToArray().ShouldBe([-0.330031723f], 1e-6f);
    }

    [Fact]
    public void Group_norm_gives_each_group_mean_0_and_variance_1()
    {
        using var scope = NewDisposeScope();
        using var norm = GroupNorm(2, 4, affine: false);
        float[] group = [-1.34163547f, -0.447211832f, 0.447211832f, 1.34163547f];
        norm.call(torch.arange(8).to(torch.float32).view(1, 4, 2)).data<float>().ToArray().ShouldBe([.. group, .. group], 1e-5f);
    }

    [Fact]
    public void Pooling_to_a_grid_and_in_windows_gives_means()
    {
        using var scope = NewDisposeScope();
        using var grid = AdaptiveAvgPool2d(2);
        using var windows = AvgPool2d(2);
        grid.call(torch.arange(25).to(torch.float32).view(1, 1, 5, 5)).data<float>().ToArray().ShouldBe([6f, 8f, 16f, 18f]);
        windows.call(torch.arange(16).to(torch.float32).view(1, 1, 4, 4)).data<float>().ToArray().ShouldBe([2.5f, 4.5f, 10.5f,
            12.5f]);
    }

    [Fact]
    public void Modules_inside_are_named_at_any_depth()
    {
        using var network = new TwoLayers();
        network.named_children().Select(m => m.name).ShouldBe(["first", "last"]);
        network.named_modules().Select(m => m.name).Order(StringComparer.Ordinal).ShouldBe(["first", "last", "last.0"]);
    }

    [Fact]
    public void A_hook_sees_what_a_module_takes_and_gives_until_it_is_removed()
    {
        using var scope = NewDisposeScope();
        using var network = new TwoLayers();
        var seen = new List<(long[] Input, long[] Output)>();
        var hook = network.first.register_forward_hook((_, input, output) =>
        {
            seen.Add((input.shape, output.shape));
            return output;
        });
        network.call(torch.ones(5, 2));
        seen.ShouldHaveSingleItem().Input.ShouldBe([5L, 2L]);
        seen[0].Output.ShouldBe([5L, 3L]);
        hook.remove();
        network.call(torch.ones(5, 2));
        seen.Count.ShouldBe(1);
    }

    [Fact]
    public void A_hook_may_put_another_result_in_place()
    {
        using var scope = NewDisposeScope();
        using var network = Sequential(Linear(2, 3), ReLU());
        network.register_forward_hook((_, _, output) => output * 0 + 4);
        network.call(torch.ones(1, 2)).data<float>().ToArray().ShouldBe([4f, 4f, 4f]);
    }

    private sealed class TwoLayers : Module<Tensor, Tensor>
    {
        public readonly Linear first = Linear(2, 3);
        private readonly Sequential last = Sequential(Linear(3, 1, false));
        private readonly Parameter scale = new(torch.ones(1));

        public TwoLayers() : base(nameof(TwoLayers)) => RegisterComponents();

        public override Tensor forward(Tensor input) => last.call(first.call(input).relu()) * scale;
    }
}
