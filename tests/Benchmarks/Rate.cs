using System.Diagnostics;

namespace Cohort.Benchmarks;

/// <summary>How much was done in which time; time of the processor tells most on a machine that others use, too.</summary>
public readonly record struct Rate(double PerSecond, double PerProcessorSecond);

/// <summary>Measures a <see cref="Rate"/>.</summary>
public sealed class RateClock
{
    private readonly long _start;
    private readonly TimeSpan _processorStart;

    private RateClock()
    {
        _processorStart = ProcessorTime();
        _start = Stopwatch.GetTimestamp();
    }

    public static RateClock Start() => new();

    public Rate Stop(double done) =>
        new(done / Stopwatch.GetElapsedTime(_start).TotalSeconds, done / (ProcessorTime() - _processorStart).TotalSeconds);

    private static TimeSpan ProcessorTime() => Environment.CpuUsage.TotalTime;
}
