namespace Cohort.Benchmarks;

/// <summary>A figure measured several times, with the goal it is held against.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Unit">Unit of the figures and the goal.</param>
/// <param name="Values">One figure a run.</param>
/// <param name="Goal">What is to be reached.</param>
/// <param name="LessIsBetter">Whether the goal is an upper bound.</param>
public sealed record Measurement(string Name, string Unit, double[] Values, double Goal, bool LessIsBetter = false)
{
    public double Median => Values.Order().ElementAt(Values.Length / 2);

    public bool IsReached => LessIsBetter ? Median <= Goal : Median >= Goal;

    /// <summary>The median by processor time, all cores together; null for what is no rate.</summary>
    public double? PerProcessorSecond { get; init; }

    public override string ToString() =>
        $"{Name,-44} {Median,9:0.00} {Unit,-7} (min {Values.Min():0.00}, max {Values.Max():0.00}, {Values.Length} runs; "
        + $"goal {(LessIsBetter ? "at most" : "at least")} {Goal:0.00}: {(IsReached ? "reached" : "missed")}"
        + (PerProcessorSecond is { } rate ? $"; {rate:0.00} a processor second)" : ")");
}
