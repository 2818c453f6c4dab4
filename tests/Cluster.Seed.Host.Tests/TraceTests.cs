using System.Collections.Concurrent;
using System.Diagnostics;
using Cohort.Messages;

namespace Cohort.Seed.Host.Tests;

public sealed class TraceTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("cohort-seed-").FullName;

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    public async Task A_round_is_one_trace_from_its_beginning_through_groups_and_students_to_the_ledger()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => string.Equals(source.Name, RoundTrace.SourceName, StringComparison.Ordinal),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using (var seed = await RunningSeed.Start(_home))
        {
            await seed.Watch((await seed.Train(RunningSeed.PlanOf(rounds: 3))).Run);
        }

        var traces = spans.GroupBy(span => span.TraceId).ToList();
        traces.Count.ShouldBe(3);
        foreach (var trace in traces)
        {
            trace.CountBy(span => span.OperationName).ToDictionary(StringComparer.Ordinal).ShouldBe(
                new Dictionary<string, int>(StringComparer.Ordinal)
                {
                    ["round"] = 1,
                    ["lead group"] = 2,
                    ["train student"] = 6,
                    ["average"] = 1,
                    ["evaluate"] = 1,
                    ["write"] = 1,
                },
                ignoreOrder: true);
            trace.Select(span => span.GetTagItem("cohort.round")).Distinct().Count().ShouldBe(1);
        }
    }
}
