namespace Cohort.Model.Audit;

/// <summary>An audit's findings as paragraphs of plain text: what every report says about what others could see.</summary>
public static class AuditSection
{
    /// <summary>The section's heading.</summary>
    public const string Title = "What an honest but curious leader could see";

    /// <summary>Of pictures in updates.</summary>
    public static IReadOnlyList<string> Of(InversionFindings found)
    {
        ArgumentNullException.ThrowIfNull(found);
        var count = found.Pictures.Count;
        return
        [
            $"Attacked: {found.Setting}. A leader who keeps to the protocol knows the model before the round and the learning rate, "
                + $"and tries to get the picture back ({found.Attack} attack, {Count(count, "picture")}). The mean of all test pictures, "
                + $"which anybody may know, has {found.BlindPsnr:F1} dB: what is not above that shows nothing of the picture. From "
                + $"{InversionAudit.RecoveredPsnr:F0} dB on a picture counts as recovered.",
            .. found.Views.Select(view =>
                $"{Capital(view.Name)} ({view.Sees}{(view.Planned ? "; this is what the plan lets a leader see" : "")}): "
                + $"{Recovered(view, count)}, {view.MeanPsnr:F1} dB on average, {view.BestPsnr:F1} dB at best; the label was read of "
                + $"{view.Labels} of {count}."),
        ];
    }

    /// <summary>Of membership in the training data.</summary>
    public static IReadOnlyList<string> Of(MembershipFindings found)
    {
        ArgumentNullException.ThrowIfNull(found);
        return
        [
            .. found.Attacks.Select(attack =>
                $"By {attack.Name}, {attack.Members} members and {attack.Others} others ({attack.Unit}s): area under the curve "
                + $"{attack.Area:F3} (0.5 is a coin), {attack.TruePositivesAtOne:P1} of the members found at 1 % false alarms; epsilon is at "
                + $"least {attack.EpsilonLowerBound:F2} per {attack.Unit} at delta {found.Delta:G2}, with {found.Confidence:P0} confidence."),
            Verdict(found),
            "The bounds take test data for what the training data could have been, and samples for independent. Where a student is the "
                + "unit of the guarantee, the bound per sample must hold too: a sample is less than a student.",
        ];
    }

    private static string Verdict(MembershipFindings found) => found switch
    {
        { AccountedEpsilon: null } =>
            "No epsilon was accounted for this model, so there is no promise that the bounds could contradict.",
        { Violation: true } =>
            $"VIOLATION: the model's file promises epsilon {found.AccountedEpsilon:G4}, and an attack proves more. The protection or its "
            + $"accounting is broken, or members and others differ by more than training; do not publish this model.",
        _ => $"The accounted epsilon, {found.AccountedEpsilon:G4}, is above every bound: no attack contradicts the promise.",
    };

    private static string Recovered(ViewFindings view, int count)
        => view.Recovered == 0 ? "no picture recovered" : $"{view.Recovered} of {Count(count, "picture")} recovered";

    private static string Count(int number, string what) => $"{number} {what}{(number == 1 ? "" : "s")}";

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
