using System.Diagnostics;

namespace Cohort.Messages.Tests;

public sealed class RoundTraceTests
{
    private static readonly RoundKey Key = new() { Run = "quick-1", Round = 3, Attempt = 1, Epoch = 2, Sequence = 9 };

    [Fact]
    public void All_spans_of_one_key_are_one_trace_whatever_was_traced_around_them()
    {
        using var listening = Listening();

        using var first = RoundTrace.Start("round", Key)!;
        using var second = RoundTrace.Start("train student", Key.Clone())!;

        second.TraceId.ShouldBe(first.TraceId);
        second.ParentSpanId.ShouldBe(first.ParentSpanId);
        second.GetTagItem("cohort.round").ShouldBe(3);
    }

    [Fact]
    public void Another_attempt_or_another_seed_s_is_another_trace()
    {
        var others = new[] { Key, Changed(key => key.Round = 4), Changed(key => key.Sequence = 10), Changed(key => key.Epoch = 3) };

        others.Select(key => RoundTrace.Of(key).TraceId).Distinct().Count().ShouldBe(4);
    }

    [Fact]
    public void Where_nobody_listens_there_is_no_span()
        => RoundTrace.Start("round", Key).ShouldBeNull();

    private static RoundKey Changed(Action<RoundKey> change)
    {
        var key = Key.Clone();
        change(key);
        return key;
    }

    private static ActivityListener Listening()
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => string.Equals(source.Name, RoundTrace.SourceName, StringComparison.Ordinal),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }
}
