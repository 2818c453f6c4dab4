using Cohort.Device.Store;

namespace Cohort.Device.Music;

/// <summary>
/// A feeling as a point: how pleasant, and how awake, each from -1 to 1 (Russell 1980, "A circumplex model of affect"). Words stand on the
/// circle in the order that Russell found; to how many degrees each stands where is ours, rounded to five. Neutral is the middle.
/// </summary>
/// <param name="Valence">Pleasant is 1.</param>
/// <param name="Arousal">Wide awake is 1.</param>
public readonly record struct Mood(double Valence, double Arousal)
{
    public static Mood Neutral { get; }

    private static readonly Dictionary<string, int> Degrees = new(StringComparer.OrdinalIgnoreCase)
    {
        // The emotions of our models.
        ["happy"] = 20,
        ["surprise"] = 70,
        ["angry"] = 120,
        ["fear"] = 130,
        ["disgust"] = 145,
        ["sad"] = 205,

        // Those of GoEmotions, and words that people tag music with.
        ["joy"] = 20,
        ["love"] = 10,
        ["admiration"] = 10,
        ["pride"] = 25,
        ["optimism"] = 15,
        ["amusement"] = 30,
        ["cheerful"] = 30,
        ["party"] = 45,
        ["upbeat"] = 45,
        ["energetic"] = 55,
        ["excited"] = 50,
        ["excitement"] = 50,
        ["curiosity"] = 60,
        ["desire"] = 50,
        ["nervousness"] = 125,
        ["tense"] = 105,
        ["aggressive"] = 120,
        ["annoyance"] = 140,
        ["frustrated"] = 140,
        ["disapproval"] = 160,
        ["embarrassment"] = 165,
        ["remorse"] = 195,
        ["disappointment"] = 195,
        ["grief"] = 205,
        ["gloomy"] = 210,
        ["melancholic"] = 215,
        ["melancholy"] = 215,
        ["bored"] = 240,
        ["tired"] = 265,
        ["sleepy"] = 275,
        ["calm"] = 315,
        ["chill"] = 320,
        ["relaxed"] = 320,
        ["peaceful"] = 325,
        ["relief"] = 330,
        ["content"] = 325,
        ["caring"] = 350,
        ["approval"] = 355,
        ["gratitude"] = 5,
    };

    /// <summary>Where a word stands; null for one that says nothing of a mood.</summary>
    public static Mood? Of(string word)
    {
        var known = Feedback.Canonical(word);
        return known is "neutral" ? Neutral
            : Degrees.TryGetValue(known, out var degrees) ? At(degrees)
            : null;
    }

    /// <summary>Part of the way to another mood: 0 is here, 1 is there.</summary>
    public Mood Towards(Mood other, double part) => new(Valence + (part * (other.Valence - Valence)), Arousal + (part * (other.Arousal - Arousal)));

    public double DistanceTo(Mood other) => Math.Sqrt(Math.Pow(Valence - other.Valence, 2) + Math.Pow(Arousal - other.Arousal, 2));

    private static Mood At(int degrees) => new(Math.Cos(degrees * Math.PI / 180), Math.Sin(degrees * Math.PI / 180));
}
