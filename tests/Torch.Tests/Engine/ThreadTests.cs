namespace Cohort.Torch.Tests.Engine;

/// <summary>What training slots rely on: a thread has a generator and a thread count of its own.</summary>
public sealed class ThreadTests
{
    [Fact]
    public void Two_slots_side_by_side_train_to_the_bits_that_one_after_the_other_does()
    {
        var serial = Trained(atATime: 1);
        var parallel = Trained(atATime: 2);
        parallel[0].ShouldBe(serial[0]);
        parallel[1].ShouldBe(serial[1]);
        serial[0].ShouldNotBe(serial[1]);
    }

    [Fact]
    public void The_number_of_threads_is_set_for_the_calling_thread_alone()
    {
        using var first = new Barrier(2);
        int mine = 0, others = 0;
        var one = new Thread(() =>
        {
            torch.set_num_threads(2);
            first.SignalAndWait();
            first.SignalAndWait();
            mine = torch.get_num_threads();
        });
        var other = new Thread(() =>
        {
            first.SignalAndWait();
            torch.set_num_threads(1);
            others = torch.get_num_threads();
            first.SignalAndWait();
        });
        one.Start();
        other.Start();
        one.Join();
        other.Join();
        (mine, others).ShouldBe((2, 1));
    }

    /// <summary>The weights of two students, trained by as many threads at a time as said.</summary>
    private static byte[][] Trained(int atATime)
    {
        var weights = new byte[2][];
        var threads = Enumerable.Range(0, 2).Select(student => new Thread(() => weights[student] = Train(student))).ToArray();
        foreach (var group in threads.Chunk(atATime))
        {
            foreach (var thread in group) thread.Start();
            foreach (var thread in group) thread.Join();
        }

        return weights;
    }

    private static byte[] Train(int student)
    {
        torch.set_num_threads(1);
        torch.manual_seed(student);
        using var scope = NewDisposeScope();
        using var network = Sequential(Conv2d(1, 8, 3, padding: 1), GroupNorm(4, 8), ReLU(), MaxPool2d(2), Flatten(),
            Dropout(0.3), Linear(8 * 12 * 12, 7));
        using var optimizer = torch.optim.SGD(network.parameters(), 0.05, momentum: 0.9);
        var images = torch.rand([10, 1, 24, 24]);
        var labels = torch.arange(10).to(torch.int64).clamp(max: 6);
        for (var i = 0; i < 15; i++)
        {
            using var step = NewDisposeScope();
            optimizer.zero_grad();
            functional.cross_entropy(network.call(images), labels).backward();
            optimizer.step();
        }

        return [.. network.parameters().SelectMany(p => p.bytes.ToArray())];
    }
}
