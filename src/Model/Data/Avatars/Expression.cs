using System.Runtime.CompilerServices;
using Cohort.Model.Randomness;

namespace Cohort.Model.Data.Avatars;

/// <summary>
/// What a face can do, loosely after the action units of FACS (Ekman and Friesen 1978). Lengths in pixels, up positive for the
/// brows; strengths from 0 to 1.
/// </summary>
internal enum Movement
{
    BrowInner,
    BrowOuter,
    BrowArch,
    BrowPinch,
    LidTop,
    LidBottom,
    EyeRound,
    Pupil,
    GazeDown,
    Smile,
    MouthWidth,
    LipTop,
    LipBottom,
    MouthSquare,
    MouthSkew,
    Teeth,
    NoseWrinkle,
    Frown,
    Cheek,
    Fold,
    Tongue,
    Count,
}

/// <summary>The geometry of one emotion in one picture: how far each movement goes.</summary>
[InlineArray((int)Movement.Count)]
internal struct Expression
{
    private float _first;

    public readonly float this[Movement movement] => this[(int)movement];

    // Rows: FER2013's classes, two variants each. Columns: the movements in their order, that is BrowInner, BrowOuter, BrowArch,
    // BrowPinch, LidTop, LidBottom, EyeRound, Pupil, GazeDown, Smile, MouthWidth, LipTop, LipBottom, MouthSquare, MouthSkew,
    // Teeth, NoseWrinkle, Frown, Cheek, Fold, Tongue.
    private static readonly float[] _targets =
    [
        -2.7f, 1.1f, -0.2f, 1.3f, 0.72f, 0.5f, 0.0f, 0.85f, 0, -1.6f, 0.82f, 0.0f, 0.0f, 0, 0.0f, 0, 0.2f, 1, 0, 0.2f, 0, // angry
        -2.9f, 1.0f, -0.2f, 1.3f, 0.80f, 0.5f, 0.0f, 0.85f, 0, -0.9f, 1.00f, 1.1f, 1.5f, 1, 0.0f, 1, 0.4f, 1, 0, 0.4f, 0,
        -1.3f, -0.5f, 0.3f, 0.6f, 0.55f, 0.1f, 0.0f, 0.90f, 0, -1.3f, 0.85f, 1.1f, 0.3f, 0, 1, 0.7f, 1, 0.3f, 0, 1, 0, // disgust
        -1.2f, -0.3f, 0.3f, 0.6f, 0.50f, 0.1f, 0.0f, 0.90f, 0, -0.6f, 0.95f, 0.5f, 1.7f, 0.6f, 0.5f, 0, 1, 0.3f, 0, 0.8f, 1,
        2.7f, 0.1f, 0.0f, 0.9f, 1.50f, 0.95f, 0.5f, 0.60f, 0, -0.9f, 1.22f, 0.9f, 1.5f, 1, 0.0f, 0.8f, 0, 0, 0, 0, 0, // fear
        2.5f, 0.3f, 0.0f, 0.9f, 1.45f, 0.9f, 0.5f, 0.60f, 0, -1.3f, 1.15f, 0.3f, 1.3f, 0.8f, 0.0f, 0, 0, 0, 0, 0.2f, 0,
        0.7f, 0.5f, 1.1f, 0.0f, 0.85f, 0.1f, 0.0f, 1.00f, 0, 2.4f, 1.30f, 0.1f, 2.2f, 0.3f, 0.0f, 1, 0, 0, 1, 0.5f, 0, // happy
        0.7f, 0.5f, 1.1f, 0.0f, 0.70f, -0.2f, 0.0f, 1.00f, 0, 2.7f, 1.25f, 0.0f, 0.0f, 0, 0.0f, 0, 0, 0, 1, 0.5f, 0,
        2.0f, -1.7f, -0.2f, 0.4f, 0.62f, 0.6f, 0.0f, 1.00f, 1, -2.3f, 0.80f, 0.0f, 0.0f, 0, 0.0f, 0, 0, 0, 0, 0.2f, 0, // sad
        2.2f, -1.5f, -0.2f, 0.4f, 0.50f, 0.6f, 0.0f, 1.00f, 1, -2.1f, 0.75f, 0.2f, 0.7f, 0, 0.0f, 0, 0, 0, 0, 0.2f, 0,
        2.3f, 2.6f, 1.7f, -0.2f, 1.50f, 1.0f, 0.9f, 0.80f, 0, 0.0f, 0.52f, 1.9f, 2.6f, 1, 0.0f, 0, 0, 0, 0, 0, 0, // surprise
        2.6f, 2.6f, 1.7f, -0.2f, 1.60f, 1.0f, 0.9f, 0.80f, 0, 0.0f, 0.42f, 1.3f, 1.7f, 1, 0.0f, 0, 0, 0, 0, 0, 0,
        0.0f, 0.0f, 0.7f, 0.0f, 1.00f, 0.6f, 0.1f, 1.00f, 0, 0.0f, 1.00f, 0.0f, 0.0f, 0, 0.0f, 0, 0, 0, 0, 0, 0, // neutral
        0.0f, 0.2f, 0.4f, 0.1f, 0.92f, 0.6f, 0.1f, 1.00f, 0, 0.15f, 0.92f, 0.0f, 0.0f, 0, 0.0f, 0, 0, 0, 0, 0, 0,
    ];

    /// <summary>
    /// One showing of an emotion (FER2013's label): of its own variant and strength, and never quite symmetric.
    /// </summary>
    public static Expression Draw(ref Xoshiro256 stream, int emotion)
    {
        const int Neutral = 6;
        ReadOnlySpan<float> calm = Row(Neutral, 0);
        ReadOnlySpan<float> target = Row(emotion, stream.Kind(2));
        float strength = stream.Between(0.65f, 1.15f);
        var expression = default(Expression);
        for (int i = 0; i < (int)Movement.Count; i++)
            expression[i] = calm[i] + (strength * (target[i] - calm[i])) + (stream.Spread(0.3f) * Looseness((Movement)i));
        return expression;
    }

    // How much a movement varies without meaning anything.
    private static float Looseness(Movement movement) => movement switch
    {
        Movement.BrowInner or Movement.BrowOuter or Movement.BrowArch => 1,
        Movement.Smile or Movement.BrowPinch => 1,
        Movement.GazeDown or Movement.Pupil or Movement.LidTop or Movement.LidBottom or Movement.MouthWidth => 0.4f,
        Movement.MouthSkew => 0.5f,
        _ => 0,
    };

    private static ReadOnlySpan<float> Row(int emotion, int variant) =>
        _targets.AsSpan(((emotion * 2) + variant) * (int)Movement.Count, (int)Movement.Count);
}
