using System.Diagnostics;
using Xunit;

namespace Cohort.Actors.Testing;

public abstract partial class TestKitBase
{
    private TimeSpan? _end;

    private static TimeSpan Now => Stopwatch.GetElapsedTime(0);

    /// <summary>The block must end in time; the Expect and Await methods in it wait no longer than that.</summary>
    public void Within(TimeSpan max, Action action) => Within(TimeSpan.Zero, max, action);

    public void Within(TimeSpan min, TimeSpan max, Action action, string? hint = null) =>
        Within<object?>(
            min,
            max,
            () =>
            {
                action();
                return null;
            },
            hint);

    public T Within<T>(TimeSpan max, Func<T> function) => Within(TimeSpan.Zero, max, function);

    public T Within<T>(TimeSpan min, TimeSpan max, Func<T> function, string? hint = null)
    {
        var (start, outerEnd) = (Now, _end);
        var end = start + max;
        _end = outerEnd is { } outer && outer < end ? outer : end;
        var limit = _end.Value - start;
        T result;
        try
        {
            result = function();
        }
        finally
        {
            _end = outerEnd;
        }
        var elapsed = Now - start;
        Assert.True(elapsed >= min, $"The block took {elapsed}, should at least have taken {min}. {hint}");
        Assert.True(elapsed <= limit, $"The block took {elapsed}, more than {limit}. {hint}");
        return result;
    }

    /// <summary>The time given, or what is left of the innermost Within, or 3 s.</summary>
    private TimeSpan RemainingOr(TimeSpan? duration)
    {
        if (duration is { } wanted) return wanted;
        return _end is { } end ? Positive(end - Now) : SingleExpectDefault;
    }
}
