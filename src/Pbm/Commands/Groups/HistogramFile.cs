using System.Globalization;
using Cohort.Federation;

namespace Cohort.Pbm.Commands;

/// <summary>
/// Students' label counts as a CSV file: the first line names the classes, each further line is a student with its samples of each.
/// </summary>
internal sealed record HistogramFile(IReadOnlyList<string> Classes, StudentHistograms Students)
{
    /// <exception cref="CommandException">It cannot be read, or a line is no student's; the message names the line.</exception>
    public static HistogramFile Read(string path)
    {
        string[] lines;
        try
        {
            lines = [.. File.ReadLines(path)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{path}: the histograms cannot be read ({e.Message.TrimEnd('.')}); name a CSV file.");
        }

        if (lines.Length < 2)
        {
            throw new CommandException($"{path}: a first line with the classes' names and a line for each student are expected.");
        }

        var classes = lines[0].Split(',', StringSplitOptions.TrimEntries);
        var counts = new int[(lines.Length - 1) * classes.Length];
        for (var line = 1; line < lines.Length; line++)
        {
            var cells = lines[line].Split(',', StringSplitOptions.TrimEntries);
            if (cells.Length != classes.Length)
            {
                throw new CommandException($"{path}:{line + 1}: there are {cells.Length} counts for {classes.Length} classes.");
            }

            for (var c = 0; c < cells.Length; c++)
            {
                counts[((line - 1) * classes.Length) + c] = Count(cells[c], $"{path}:{line + 1}", classes[c]);
            }
        }

        return new(classes, new StudentHistograms(classes.Length, counts));
    }

    private static int Count(string cell, string where, string ofClass)
        => !int.TryParse(cell, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var count)
            ? throw new CommandException($"{where}: \"{cell}\" is no count of class {ofClass}; give a whole number of samples.")
            : count < 0
                ? throw new CommandException($"{where}: the student has {count} samples of class {ofClass}; a count is 0 or more.")
                : count;
}
