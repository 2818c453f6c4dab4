using System.Globalization;

namespace Cohort.Device.Music;

/// <summary>What music is to do with a mood.</summary>
public enum MusicPolicy
{
    /// <summary>Stay with it.</summary>
    Match,

    /// <summary>Meet it, and lead to a better one.</summary>
    Lift,
}

/// <summary>Tunes for a mood, in the order in which to hear them, and why these.</summary>
/// <param name="Tunes">As many as were asked for, or as there are.</param>
/// <param name="Because">One sentence.</param>
public sealed record Suggestion(IReadOnlyList<Tune> Tunes, string Because)
{
    /// <param name="library">To choose from; each tune at most once.</param>
    /// <param name="emotion">What was detected or said.</param>
    /// <param name="mood">Where that stands.</param>
    /// <param name="policy">
    /// Match takes what is nearest to the mood. Lift is the iso principle (Altshuler 1948): it begins with what is nearest to the mood, and each
    /// tune is a step nearer to where it shall lead: from an excited mood to content, from a low one to happy.
    /// </param>
    /// <param name="count">How many tunes, at least 1.</param>
    /// <param name="recent">Locations of what was suggested lately; avoided while there is enough else.</param>
    public static Suggestion For(MusicLibrary library, string emotion, Mood mood, MusicPolicy policy, int count, IReadOnlyCollection<string> recent)
    {
        var fresh = library.Tunes.Where(tune => !recent.Contains(tune.Location, StringComparer.Ordinal)).ToList();
        var candidates = fresh.Count >= count ? fresh : [.. library.Tunes];
        var goal = policy == MusicPolicy.Match || IsPleasant(mood) ? mood : GoalOf(mood);
        var chosen = new List<Tune>();
        for (var step = 0; step < count && chosen.Count < candidates.Count; step++)
        {
            var here = mood.Towards(goal, count == 1 ? 0 : (double)step / (count - 1));
            chosen.Add(candidates.Except(chosen).OrderBy(tune => Nearness(tune, here)).ThenBy(tune => tune.Location, StringComparer.Ordinal).First());
        }

        return new(chosen, Reason(emotion, policy, mood, goal));
    }

    // So fine that a tune of the very mood beats one beside it, so coarse that rounding decides nothing.
    private static double Nearness(Tune tune, Mood here) => Math.Round(tune.Mood.DistanceTo(here), 6);

    private static bool IsPleasant(Mood mood) => mood.Valence > 0.3;

    private static Mood GoalOf(Mood mood) => Mood.Of(mood.Arousal > 0.3 ? "content" : "happy")!.Value;

    private static string Reason(string emotion, MusicPolicy policy, Mood mood, Mood goal)
        => policy == MusicPolicy.Match
            ? $"Because the mood is {emotion}, these are the tunes nearest to {emotion} (valence {Number(mood.Valence)}, arousal {Number(mood.Arousal)} on Russell's circle of 1980)."
            : IsPleasant(mood)
            ? $"Because the mood is {emotion} already, these tunes keep it: there is nothing to lift."
            : $"Because the mood is {emotion}, the list begins near {emotion} and leads step by step to {(mood.Arousal > 0.3 ? "content" : "happy")} "
                + "(the iso principle, Altshuler 1948, on Russell's circle of 1980).";

    private static string Number(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);
}
