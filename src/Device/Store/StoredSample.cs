using Cohort.Model.Files;

namespace Cohort.Device.Store;

/// <summary>What a sample is.</summary>
public enum SampleKind
{
    /// <summary>A PNG or JPEG file.</summary>
    Picture,

    /// <summary>UTF-8.</summary>
    Text,
}

/// <summary>What a model made of a sample.</summary>
/// <param name="Model">The model that judged: the global one or the student's own.</param>
/// <param name="Probabilities">Of every class of the model, in its order.</param>
public sealed record Judgement(ModelHash Model, IReadOnlyList<KeyValuePair<string, double>> Probabilities)
{
    /// <summary>The most probable class; the first, of several.</summary>
    public string Emotion => Probabilities.MaxBy(each => each.Value).Key;

    /// <summary>Its probability.</summary>
    public double Confidence => Probabilities.Max(each => each.Value);
}

/// <summary>A picture or text as it is to be kept, and what a model made of it.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Content">A picture's file, or a text's UTF-8 bytes.</param>
/// <param name="Source">Where it came from, for the student: "chat", or a file's name.</param>
/// <param name="Judgement">What was detected.</param>
public sealed record NewSample(SampleKind Kind, byte[] Content, string Source, Judgement Judgement);

/// <summary>A sample in a student's store.</summary>
/// <param name="Number">In the order of adding, from 1.</param>
/// <param name="Hash">Of its content.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Length">Bytes of its content.</param>
/// <param name="Added">When it came first, in UTC.</param>
/// <param name="Source">Where it came from.</param>
/// <param name="Judgement">What was detected last.</param>
/// <param name="Answer">What the student says it is, in the words of <see cref="Feedback.Canonical"/>; null before.</param>
/// <param name="Answered">When the student said so last.</param>
public sealed record StoredSample(
    long Number,
    SampleHash Hash,
    SampleKind Kind,
    long Length,
    DateTimeOffset Added,
    string Source,
    Judgement Judgement,
    string? Answer,
    DateTimeOffset? Answered)
{
    /// <summary>True if the student says otherwise than the model.</summary>
    public bool IsCorrected => Answer is not null && !string.Equals(Answer, Feedback.Canonical(Judgement.Emotion), StringComparison.Ordinal);

    /// <summary>True if the student never trains on it, but judges models by it.</summary>
    public bool IsHeldOut => Feedback.IsHeldOut(Hash);
}
