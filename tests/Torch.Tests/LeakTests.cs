namespace Cohort.Torch.Tests;

/// <summary>Counts tensors of the whole process, so nothing runs beside it.</summary>
[Collection(nameof(Alone))]
public sealed class LeakTests
{
    [Fact]
    public void A_thousand_training_steps_leave_no_tensor_and_no_memory_behind()
    {
        torch.set_num_threads(1);
        using var network = Sequential(Conv2d(1, 8, 3, padding: 1), GroupNorm(4, 8, affine: false), ReLU(), MaxPool2d(2),
            Flatten(), Linear(8 * 8 * 8, 10));
        using var optimizer = torch.optim.Adam(network.parameters(), 1e-3);
        using var images = torch.rand([16, 1, 16, 16]);
        using var labels = torch.arange(16).to(torch.int64).narrow(0, 0, 10);

        void Step(int i)
        {
            using var scope = NewDisposeScope();
            optimizer.zero_grad();
            var loss = functional.cross_entropy(network.call(images.narrow(0, 0, 10)), labels);
            loss.backward();
            optimizer.step();
            if (i % 100 == 0) loss.item<float>().ShouldBeInRange(0, 100);
        }

        for (var i = 0; i < 200; i++) Step(i);
        Collect();
        var (tensors, memory) = (Tensor.TotalCount, ResidentBytes());
        for (var i = 0; i < 1000; i++) Step(i);

        Tensor.TotalCount.ShouldBe(tensors);
        // One step makes about 400 KB of tensors: a leak of one per step would show as 100 MB or more.
        (ResidentBytes() - memory).ShouldBeLessThan(16L << 20);
    }

    [Fact]
    public void The_collector_frees_what_nobody_freed()
    {
        Collect();
        var before = Tensor.TotalCount;
        Abandon();
        Collect();
        Tensor.TotalCount.ShouldBe(before);
    }

    private static void Collect()
    {
        for (var i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static void Abandon()
    {
        for (var i = 0; i < 100; i++) torch.ones(10, 10);
    }

    private static long ResidentBytes()
    {
        GC.Collect();
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}

[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
