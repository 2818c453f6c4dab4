using System.Text;
using Cohort.Model.Files;
using Cohort.Pbm.Printing;
using Cohort.Pbm.Printing.Charts;

namespace Cohort.Pbm.Reports;

/// <summary>Where a report's page lies, and its single figures.</summary>
/// <param name="Page">The HTML file.</param>
/// <param name="Folder">Figures as PNG and CSV.</param>
internal sealed record ReportFiles(string Page, string Folder)
{
    private const string Ending = ".html";

    /// <param name="output">A folder, which gets the page report.html and a folder of figures; or an HTML file.</param>
    public static ReportFiles At(string output)
        => output.EndsWith(Ending, StringComparison.OrdinalIgnoreCase)
            ? new(output, output[..^Ending.Length] + "-figures")
            : new(Path.Combine(output, "report" + Ending), Path.Combine(output, "figures"));

    /// <summary>Writes the page, and what else is asked for; files of earlier reports of the same name are replaced.</summary>
    /// <exception cref="StorageException">A file cannot be written.</exception>
    /// <exception cref="CommandException">A folder cannot be made.</exception>
    public void Write(RunReport report, bool png, bool csv)
    {
        Create(Path.GetDirectoryName(Path.GetFullPath(Page))!);
        var page = Encoding.UTF8.GetBytes(ReportPage.Of(report));
        DurableFile.Write(Page, stream => stream.Write(page));
        if (!png && !csv)
        {
            return;
        }

        Create(Folder);
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (var figure in ReportSections.Of(report).SelectMany(each => each.Parts).OfType<Figure>())
        {
            var name = figure.Name;
            for (var number = 2; !taken.Add(name); number++)
            {
                name = $"{figure.Name}-{number}";
            }

            if (csv)
            {
                CsvText.Write(Path.Combine(Folder, name + ".csv"), figure.Table.ToCsvRows());
            }

            if (png && figure.Chart is { } chart)
            {
                ChartFile.At(Path.Combine(Folder, name + ".png")).Save(chart);
            }
        }
    }

    private static void Create(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{folder}: the folder cannot be created ({e.Message.TrimEnd('.')}); name another with --output.");
        }
    }
}
