using System.Runtime.InteropServices;

namespace Cohort.Benchmarks;

/// <summary>What the figures were measured on.</summary>
public static class Machine
{
    public static string Description =>
        $"{Environment.ProcessorCount} cores, {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription}";
}
