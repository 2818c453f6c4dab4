using System.Globalization;

namespace Cohort.Model.Data.Texts;

/// <summary>
/// GoEmotions (Demszky et al. 2020): lines <c>text TAB numbers TAB id</c>, the numbers of a text's emotions separated by commas. A file
/// emotions.txt beside it names them, one a line; where there is none they are the 28 of the paper. The paper's own table takes them to
/// Ekman's six and neutral, which are our classes.
/// </summary>
internal static class GoEmotions
{
    private const string NamesFile = "emotions.txt";

    // By Ekman's emotion; the order of the 28 is that of their numbers, which is alphabetical but for neutral.
    private static readonly Dictionary<string, string> Ekman = new(StringComparer.Ordinal)
    {
        ["admiration"] = "happy",
        ["amusement"] = "happy",
        ["anger"] = "angry",
        ["annoyance"] = "angry",
        ["approval"] = "happy",
        ["caring"] = "happy",
        ["confusion"] = "surprise",
        ["curiosity"] = "surprise",
        ["desire"] = "happy",
        ["disappointment"] = "sad",
        ["disapproval"] = "angry",
        ["disgust"] = "disgust",
        ["embarrassment"] = "sad",
        ["excitement"] = "happy",
        ["fear"] = "fear",
        ["gratitude"] = "happy",
        ["grief"] = "sad",
        ["joy"] = "happy",
        ["love"] = "happy",
        ["nervousness"] = "fear",
        ["optimism"] = "happy",
        ["pride"] = "happy",
        ["realization"] = "surprise",
        ["relief"] = "happy",
        ["remorse"] = "sad",
        ["sadness"] = "sad",
        ["surprise"] = "surprise",
        ["neutral"] = "neutral",
    };

    /// <summary>Reads the texts of one emotion each.</summary>
    /// <param name="path">The file.</param>
    /// <param name="ownClasses">Labels as the file has them, instead of ours.</param>
    /// <returns>The rows, and how many texts of several emotions were left out.</returns>
    /// <exception cref="DataFormatException">It is no such file; the message names the line.</exception>
    public static (List<TextRow> Rows, int LeftOut) Read(string path, bool ownClasses)
    {
        var named = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, NamesFile);
        string[] names = File.Exists(named) ? [.. TextFile.Lines(named).Select(line => line.Line.Trim())] : [.. Ekman.Keys];
        var (rows, leftOut) = (new List<TextRow>(), 0);
        foreach (var (number, line) in TextFile.Lines(path))
        {
            var fields = line.Split('\t');
            if (fields.Length is not (2 or 3))
                throw Wrong($"has {fields.Length} columns, expected a text, its emotions' numbers and an id, with tabs between them");
            var labels = Array.ConvertAll(fields[1].Split(','), field =>
                int.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out var label) && label < names.Length
                    ? names[label]
                    : throw Wrong($"has the emotion '{field}', expected numbers from 0 to {names.Length - 1}, with commas between them"));
            if (labels.Length > 1)
            {
                leftOut++;
                continue;
            }

            rows.Add(TextFile.Row(path, number, fields[0], ownClasses ? labels[0] : Ekman.GetValueOrDefault(labels[0], labels[0])));

            DataFormatException Wrong(string what) => new($"'{path}': line {number} {what}.");
        }

        return (rows, leftOut);
    }
}
