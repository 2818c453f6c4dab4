using Xunit;

namespace Cohort.Actors.Testing;

public abstract partial class TestKitBase
{
    /// <summary>Tries an assertion again and again until it holds; when the time is up its last failure is thrown.</summary>
    public void AwaitAssert(Action assertion, TimeSpan? duration = null, TimeSpan? interval = null)
    {
        var end = Now + RemainingOr(duration);
        var pause = interval ?? TimeSpan.FromMilliseconds(100);
        while (true)
        {
            try
            {
                assertion();
                return;
            }
            catch (Exception) when (Now + pause < end)
            {
                Thread.Sleep(pause);
            }
        }
    }

    /// <summary>Waits until a condition holds.</summary>
    public void AwaitCondition(Func<bool> conditionIsFulfilled) => AwaitCondition(conditionIsFulfilled, RemainingOrDefault);

    public void AwaitCondition(Func<bool> conditionIsFulfilled, TimeSpan? max) =>
        AwaitCondition(conditionIsFulfilled, max, RemainingOr(max) / 10);

    public void AwaitCondition(Func<bool> conditionIsFulfilled, TimeSpan? max, TimeSpan? interval, string? message = null)
    {
        var wait = RemainingOr(max);
        var end = Now + wait;
        while (!conditionIsFulfilled())
        {
            if (Now >= end) Assert.Fail($"Timeout {wait} while waiting for a condition. {message}");
            Thread.Sleep(interval ?? wait);
        }
    }
}
