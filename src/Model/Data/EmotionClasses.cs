namespace Cohort.Model.Data;

/// <summary>The emotions of FER2013 (Goodfellow et al. 2013) in its order, which is the order of all our labels.</summary>
public static class EmotionClasses
{
    /// <summary>0 angry, 1 disgust, 2 fear, 3 happy, 4 sad, 5 surprise, 6 neutral.</summary>
    public static IReadOnlyList<string> Fer2013 { get; } =
        ["angry", "disgust", "fear", "happy", "sad", "surprise", "neutral"];

    private static readonly Dictionary<string, int> _labels = new(StringComparer.OrdinalIgnoreCase)
    {
        ["angry"] = 0,
        ["anger"] = 0,
        ["disgust"] = 1,
        ["disgusted"] = 1,
        ["fear"] = 2,
        ["fearful"] = 2,
        ["afraid"] = 2,
        ["happy"] = 3,
        ["happiness"] = 3,
        ["joy"] = 3,
        ["sad"] = 4,
        ["sadness"] = 4,
        ["surprise"] = 5,
        ["surprised"] = 5,
        ["neutral"] = 6,
    };

    /// <summary>The label of an emotion under any of its usual names ("happy", "Happiness").</summary>
    public static bool TryLabel(string name, out int label) => _labels.TryGetValue(name, out label);
}
