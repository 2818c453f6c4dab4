using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Cohort.Pbm.Printing;

/// <summary>Standard output: tables for people, JSON for programs.</summary>
internal static class Page
{
    /// <summary>Columns where nobody says how many there are, as in a pipe or a file.</summary>
    private const int WidthOfPipes = 120;

    private const int LeastWidth = 40;

    private static readonly IAnsiConsole Paper = Open();

    /// <summary>Columns of the terminal.</summary>
    public static int Width => Paper.Profile.Width;

    /// <summary>Draws bars, where the terminal's letters have some.</summary>
    public static char Block => Paper.Profile.Capabilities.Unicode ? '█' : '#';

    public static void Print(string sentence) => Console.WriteLine(sentence);

    public static void Print(Table table)
    {
        var wanted = ((IRenderable)table).Measure(RenderOptions.Create(Paper), int.MaxValue).Max;
        Paper.Write(wanted > Width && table.Columns.All(column => column.NoWrap) ? table.Tightened() : table);
    }

    /// <summary>Sentences, broken between words at the page's width.</summary>
    public static void PrintParagraph(string text)
    {
        Paper.Write(new Text(text));
        Paper.WriteLine();
    }

    /// <summary>One object on one line.</summary>
    public static void PrintJson<T>(T value, JsonTypeInfo<T> type) => Console.WriteLine(JsonSerializer.Serialize(value, type));

    private static IAnsiConsole Open()
    {
        var paper = AnsiConsole.Console;
        if (!paper.Profile.Out.IsTerminal)
        {
            var said = Environment.GetEnvironmentVariable("COLUMNS");
            var isNumber = int.TryParse(said, NumberStyles.None, CultureInfo.InvariantCulture, out var columns);
            paper.Profile.Width = isNumber && columns >= LeastWidth ? columns : WidthOfPipes;
        }

        return paper;
    }
}
