using Cohort.Hosting.Logs;

namespace Cohort.Hosting.Tests;

public class LogRingTests
{
    [Fact]
    public async Task Only_the_newest_lines_are_kept()
    {
        var ring = new LogRing();
        for (var i = 0; i < LogRing.Capacity + 10; i++)
        {
            ring.Add(Line($"line {i}"));
        }

        var kept = await Read(ring, int.MaxValue);
        kept.Count.ShouldBe(LogRing.Capacity);
        kept[0].ShouldBe("line 10");
        (await Read(ring, tail: 1)).Single().ShouldBe($"line {LogRing.Capacity + 9}");
    }

    [Fact]
    public async Task A_follower_gets_the_past_and_then_what_comes()
    {
        var ring = new LogRing();
        ring.Add(Line("before"));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await using var lines = ring.Read(10, follow: true, patience.Token).GetAsyncEnumerator(patience.Token);

        (await lines.MoveNextAsync()).ShouldBeTrue();
        lines.Current.Message.ShouldBe("before");
        ring.Add(Line("after"));
        (await lines.MoveNextAsync()).ShouldBeTrue();
        lines.Current.Message.ShouldBe("after");
    }

    private static async Task<List<string>> Read(LogRing ring, int tail)
    {
        var messages = new List<string>();
        await foreach (var line in ring.Read(tail, follow: false, CancellationToken.None))
        {
            messages.Add(line.Message);
        }

        return messages;
    }

    private static LogEntry Line(string message) => new(DateTimeOffset.UnixEpoch, "Information", "m", "", "c", message, Cause: null);
}
