using System.Globalization;
using Cohort.Model.Evaluation;

namespace Cohort.Seed.Schedules;

/// <summary>Whether a new model may take the place of the one that students have: not if it is worse on held-out samples.</summary>
public static class ReleaseGate
{
    /// <param name="candidate">The new model's figures.</param>
    /// <param name="current">Of the one that students have, on the same samples; null where they have none.</param>
    /// <param name="samples">How many.</param>
    /// <param name="tolerance">By how much of the accuracy, 0 to 1, it may be worse.</param>
    /// <returns>The decision, and why, as a sentence.</returns>
    public static (bool Passes, string Reason) Judge(Metrics candidate, Metrics? current, int samples, double tolerance)
    {
        var held = $"on {samples.ToString("N0", CultureInfo.InvariantCulture)} held-out samples";
        if (!double.IsFinite(candidate.Loss))
        {
            return (false, $"Its loss {held} is not a finite number.");
        }

        if (current is null)
        {
            return (true, $"It is the first, with an accuracy of {Percent(candidate.Accuracy)} {held}.");
        }

        var worse = current.Accuracy - candidate.Accuracy;
        var figures = $"accuracy {Percent(candidate.Accuracy)} against {Percent(current.Accuracy)} of the model before, {held}";
        return worse <= tolerance + 1e-12
            ? (true, worse <= 1e-12 ? $"It is not worse: {figures}." : $"It is worse by no more than {Percent(tolerance)}: {figures}.")
            : (false, $"It is worse: {figures}.");
    }

    private static string Percent(double share) => share.ToString("P2", CultureInfo.InvariantCulture);
}
