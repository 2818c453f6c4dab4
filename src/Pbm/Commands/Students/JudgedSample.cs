using Cohort.Device.Store;
using Cohort.Pbm.Printing;

namespace Cohort.Pbm.Commands;

/// <summary>A sample of a student as <c>pbm student</c> prints it as JSON.</summary>
/// <param name="Hash">Of its content.</param>
/// <param name="Kind">picture or text.</param>
/// <param name="Source">Where it came from.</param>
/// <param name="Text">The text; null for pictures, and where it is not asked for.</param>
/// <param name="Detected">What the model says.</param>
/// <param name="Confidence">Its probability.</param>
/// <param name="Probabilities">Of every class.</param>
/// <param name="Answer">What the student says; null before.</param>
/// <param name="HeldOut">True if it is kept to judge models by.</param>
/// <param name="Model">The model that judged.</param>
/// <param name="Added">When it came first.</param>
internal sealed record JudgedSample(
    string Hash,
    string Kind,
    string Source,
    string? Text,
    string Detected,
    double Confidence,
    IReadOnlyDictionary<string, double> Probabilities,
    string? Answer,
    bool HeldOut,
    string Model,
    DateTimeOffset Added)
{
    private const int BarLength = 20;

    public static JudgedSample Of(StoredSample sample, string? text = null) => new(
        sample.Hash.ToString(),
        StudentOptions.Word(sample.Kind),
        sample.Source,
        text,
        sample.Judgement.Emotion,
        sample.Judgement.Confidence,
        new OrderedDictionary<string, double>(sample.Judgement.Probabilities, StringComparer.Ordinal),
        sample.Answer,
        sample.IsHeldOut,
        sample.Judgement.Model.ToString(),
        sample.Added);

    /// <summary>"happy     87.2 %  █████████████████".</summary>
    public static string Line(Judgement judgement)
    {
        var width = judgement.Probabilities.Max(each => each.Key.Length);
        var bar = new string(Page.Block, (int)Math.Round(judgement.Confidence * BarLength));
        return $"{judgement.Emotion.PadRight(width)}  {Figures.Share(judgement.Confidence),7}  {bar}".TrimEnd();
    }
}
