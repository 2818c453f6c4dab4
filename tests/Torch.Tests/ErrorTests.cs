using System.Runtime.InteropServices;

namespace Cohort.Torch.Tests;

public sealed class ErrorTests
{
    [Fact]
    public void A_failed_operation_throws_what_libtorch_says_about_it()
    {
        using var scope = NewDisposeScope();
        var error = Should.Throw<ExternalException>(() => torch.ones(2, 3).matmul(torch.ones(2, 3)));
        error.Message.ShouldContain("mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)");
    }

    [Fact]
    public void Errors_of_one_thread_are_not_seen_by_another()
    {
        var messages = new string[2];
        var threads = Enumerable.Range(2, 2).Select(side => new Thread(() =>
        {
            using var scope = NewDisposeScope();
            for (var n = 0; n < 50; n++)
            {
                var error = Should.Throw<ExternalException>(() => torch.ones(side, 5).mm(torch.ones(side, 5)));
                messages[side - 2] = error.Message;
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        messages[0].ShouldContain("2x5 and 2x5");
        messages[1].ShouldContain("3x5 and 3x5");
    }

    [Fact]
    public void Backward_of_something_that_is_no_single_value_is_an_error()
    {
        using var scope = NewDisposeScope();
        Should.Throw<ExternalException>(() => torch.ones(2, 2, requires_grad: true).mul(2).backward())
            .Message.ShouldContain("scalar outputs");
    }

    [Fact]
    public void Elements_are_only_read_as_what_they_are()
    {
        using var scope = NewDisposeScope();
        Should.Throw<ArgumentException>(() => torch.ones(2).data<double>());
        Should.Throw<ArgumentException>(() => torch.ones(2).item<float>());
    }

    [Fact]
    public void An_array_that_does_not_fill_its_shape_is_refused()
    {
        Should.Throw<ArgumentException>(() => torch.tensor(new[] { 1f, 2f, 3f }, [2, 2]));
    }
}
