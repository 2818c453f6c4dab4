using Cohort.Model.Data;

namespace Cohort.Device.Store;

/// <summary>What a student has said of its samples, counted. Only what it has said something of is trained on or judged by.</summary>
/// <param name="Version">The newest version; it grows with every answer, and with every erasure.</param>
/// <param name="Pictures">Pictures with an answer.</param>
/// <param name="Texts">Texts with an answer.</param>
/// <param name="Corrected">Of both, those where the answer is not what was detected.</param>
/// <param name="HeldOut">Of both, those that are kept from training.</param>
/// <param name="Since">Of both, those answered after the version that was asked about.</param>
public sealed record Feedback(long Version, int Pictures, int Texts, int Corrected, int HeldOut, int Since)
{
    /// <summary>A fifth is kept from training.</summary>
    public const double HeldOutShare = 0.2;

    public int Count => Pictures + Texts;

    /// <summary>
    /// Which samples are kept from training follows from their hash and nothing else. So every class keeps the same share on average, and a
    /// sample is on its side for ever: whatever else is added, corrected or erased, and if it is erased and comes again. A share of each
    /// class to the whole sample could not promise that: models would be judged by samples they were trained on.
    /// </summary>
    public static bool IsHeldOut(SampleHash hash) => hash.Fraction < HeldOutShare;

    /// <summary>One word for one emotion: FER2013's ("happy" for "Happiness"), or the trimmed text itself in lower case.</summary>
    public static string Canonical(string emotion)
    {
        var word = emotion.Trim().ToLowerInvariant();
        return EmotionClasses.TryLabel(word, out var label) ? EmotionClasses.Fer2013[label] : word;
    }

    /// <summary>The class that an answer means; -1 where there is none.</summary>
    /// <param name="classes">A model's.</param>
    /// <param name="answer">As the student says it.</param>
    public static int LabelOf(IReadOnlyList<string> classes, string answer)
    {
        var wanted = Canonical(answer);
        for (var label = 0; label < classes.Count; label++)
        {
            if (string.Equals(Canonical(classes[label]), wanted, StringComparison.Ordinal))
            {
                return label;
            }
        }

        return -1;
    }
}
