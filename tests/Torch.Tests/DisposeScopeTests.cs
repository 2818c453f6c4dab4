namespace Cohort.Torch.Tests;

public sealed class DisposeScopeTests
{
    [Fact]
    public void A_scope_frees_what_was_made_in_it_and_keeps_what_was_moved_out()
    {
        Tensor inner, kept, moved;
        using (NewDisposeScope())
        {
            using (NewDisposeScope())
            {
                inner = torch.ones(2);
                kept = torch.ones(2).DetachFromDisposeScope();
                moved = torch.ones(2).MoveToOuterDisposeScope();
            }

            inner.IsInvalid.ShouldBeTrue();
            kept.IsInvalid.ShouldBeFalse();
            moved.IsInvalid.ShouldBeFalse();
        }

        moved.IsInvalid.ShouldBeTrue();
        kept.IsInvalid.ShouldBeFalse();
        kept.Dispose();
        kept.IsInvalid.ShouldBeTrue();
    }

    [Fact]
    public void A_scope_holds_only_what_its_own_thread_makes()
    {
        Tensor? elsewhere = null;
        using (NewDisposeScope())
        {
            var thread = new Thread(() => elsewhere = torch.ones(2));
            thread.Start();
            thread.Join();
        }

        elsewhere.ShouldNotBeNull().IsInvalid.ShouldBeFalse();
        elsewhere.Dispose();
    }

    [Fact]
    public void The_parameters_of_a_module_outlive_the_scope_that_they_were_made_in()
    {
        Linear layer;
        using (NewDisposeScope()) layer = Linear(2, 2);
        using (layer) layer.weight!.IsInvalid.ShouldBeFalse();
    }

    [Fact]
    public void A_freed_tensor_says_so_when_it_is_used()
    {
        var tensor = torch.ones(2, 2);
        tensor.Dispose();
        tensor.Dispose();
        Should.Throw<InvalidOperationException>(() => tensor.add(1));
        Should.Throw<InvalidOperationException>(() => torch.ones(2, 2).matmul(tensor));
        Should.Throw<InvalidOperationException>(() => tensor.shape);
    }
}
