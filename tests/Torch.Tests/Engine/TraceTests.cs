namespace Cohort.Torch.Tests;

public sealed class TraceTests
{
    [Fact]
    public void A_trace_holds_what_a_function_calls_in_order_with_its_settings()
    {
        using var scope = NewDisposeScope();
        using var network = Sequential(("conv", Conv2d(1, 2, 3, stride: 2, padding: 1)), ("relu", ReLU()), ("flat", Flatten()));
        var input = zeros([1, 1, 4, 4]);
        Tensor? output = null;
        var trace = Trace.Of(() => output = network.call(input));

        trace.Select(operation => operation.Name).ShouldBe(["conv2d", "relu", "flatten"]);
        trace[0].Inputs[0].ShouldBeSameAs(input);
        trace[1].Inputs[0].ShouldBeSameAs(trace[0].Result);
        trace[2].Result.ShouldBeSameAs(output);
        trace[0].ResultShape.ShouldBe([1, 2, 2, 2]);
        trace[0].Settings["stride"].ShouldBe(new long[] { 2, 2 });
        trace[0].Settings["padding"].ShouldBe(new long[] { 1, 1 });
    }

    [Fact]
    public void Nothing_is_traced_before_after_and_on_other_threads()
    {
        using var scope = NewDisposeScope();
        var input = zeros([2]);
        _ = input.relu();
        var trace = Trace.Of(() =>
        {
            Trace.Of(() => input.relu()).Count.ShouldBe(1); // a trace within a trace has its own
            var other = new Thread(() => input.relu().Dispose());
            other.Start();
            other.Join();
        });
        trace.ShouldBeEmpty();
        Should.Throw<InvalidOperationException>(() => Trace.Of(() => throw new InvalidOperationException()));
        _ = input.relu();
        trace.ShouldBeEmpty();
    }

    [Fact]
    public void An_operation_in_place_is_told_as_one()
    {
        using var scope = NewDisposeScope();
        var input = zeros([2]);
        Trace.Of(() => input.add_(1)).Single().Name.ShouldBe("an operation in place");
    }
}
