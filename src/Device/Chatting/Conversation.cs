using System.Globalization;
using System.Text;
using Cohort.Device.Store;

namespace Cohort.Device.Chatting;

/// <summary>What a conversation answers to a line.</summary>
public abstract record Reply
{
    /// <summary>A text was judged; the next line may answer it.</summary>
    public sealed record Judged(string Text, StoredSample Sample) : Reply;

    /// <summary>The student has said what the last text is.</summary>
    public sealed record Answered(StoredSample Sample) : Reply;

    /// <summary>The last answer was taken back; it is now as before.</summary>
    public sealed record TakenBack(StoredSample Sample) : Reply;

    /// <summary>A line could not be understood; nothing was kept.</summary>
    public sealed record Refused(string Sentence) : Reply;

    /// <summary>The student asks for what is stored.</summary>
    public sealed record Listed(IReadOnlyList<StoredSample> Samples) : Reply;

    /// <summary>The student asks what can be said.</summary>
    public sealed record Helped : Reply;

    /// <summary>The student asks for music.</summary>
    /// <param name="Words">What stands behind /music.</param>
    public sealed record AskedForMusic(string Words) : Reply;

    /// <summary>An empty line to which there is nothing to say.</summary>
    public sealed record Nothing : Reply;

    /// <summary>The student has gone.</summary>
    public sealed record Ended : Reply;
}

/// <summary>
/// A student types texts and answers what the model says of each: an empty line means it is right; an emotion's name or number corrects it; a
/// line that begins with / is a command; everything else is the next text. Lines mean the same from a keyboard and from a pipe.
/// </summary>
/// <param name="store">Where texts and answers are kept.</param>
/// <param name="classes">The model's, numbered from 1 for the student.</param>
/// <param name="judge">Asks the model.</param>
public sealed class Conversation(StudentStore store, IReadOnlyList<string> classes, Func<byte[], Judgement> judge)
{
    private const int Shown = 10;

    private readonly Stack<(SampleHash Sample, string? Before)> _answers = new();
    private StoredSample? _last;

    /// <exception cref="DeviceException">The text or answer cannot be stored; then nothing has changed.</exception>
    public Reply Hear(string line)
    {
        var words = line.Trim();
        if (words.StartsWith('/'))
        {
            var (command, rest) = words.Split(' ', 2) is [var name, var more] ? (name, more.Trim()) : (words, "");
            return command.ToLowerInvariant() switch
            {
                "/quit" or "/exit" => new Reply.Ended(),
                "/undo" => Undo(),
                "/show" => new Reply.Listed([.. store.List().TakeLast(Shown)]),
                "/help" => new Reply.Helped(),
                "/music" => new Reply.AskedForMusic(rest),
                "/text" when rest.Length > 0 => Judge(rest),
                _ => new Reply.Refused($"There is no {command}; there are /undo, /show, /music, /text, /help and /quit."),
            };
        }

        if (words.Length == 0)
        {
            return _last is { Answer: null } right ? Answer(right, right.Judgement.Emotion) : new Reply.Nothing();
        }

        return _last is { } last && Emotion(words) is { } emotion ? Answer(last, emotion) : Judge(words);
    }

    /// <summary>The class that a student names by its number or one of its usual names; null where the words are none.</summary>
    private string? Emotion(string words)
    {
        if (int.TryParse(words, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return number >= 1 && number <= classes.Count ? classes[number - 1] : null;
        }

        return Feedback.LabelOf(classes, words) is var label and >= 0 ? classes[label] : null;
    }

    private Reply.Judged Judge(string text)
    {
        var content = Encoding.UTF8.GetBytes(text);
        _last = store.Add(new(SampleKind.Text, content, "chat", judge(content)));
        return new(text, _last);
    }

    private Reply.Answered Answer(StoredSample sample, string emotion)
    {
        var before = sample.Answer;
        _last = store.Answer(sample.Hash, emotion);
        _answers.Push((sample.Hash, before));
        return new(_last);
    }

    private Reply Undo()
    {
        if (!_answers.TryPop(out var last))
        {
            return new Reply.Refused("There is no answer of this conversation to take back.");
        }

        _last = last.Before is null ? store.Withdraw(last.Sample) : store.Answer(last.Sample, last.Before);
        return new Reply.TakenBack(_last);
    }
}
