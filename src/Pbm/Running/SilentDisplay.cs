using Cohort.Messages;
using Cohort.Seed.Coordination;

namespace Cohort.Pbm.Running;

/// <summary>Says nothing: for <c>--json</c>, where only the result is printed.</summary>
public sealed class SilentDisplay : IRunDisplay
{
    public void Show(RunEvent happened)
    {
        // The result says it all.
    }

    public void Show(StudentReported report)
    {
        // Likewise.
    }
}
