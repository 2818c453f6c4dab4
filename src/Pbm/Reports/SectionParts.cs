using System.Globalization;
using Cohort.Pbm.Printing.Charts;

namespace Cohort.Pbm.Reports;

/// <summary>A chapter of a report. A new one is a class of its own, and a line in <see cref="ReportSections"/>.</summary>
internal interface IReportSection
{
    /// <summary>Its heading.</summary>
    string Title { get; }

    /// <summary>What stands in it; nothing where the report has nothing to say of it.</summary>
    IEnumerable<IReportPart> PartsOf(RunReport report);
}

/// <summary>Something that stands in a chapter.</summary>
internal interface IReportPart;

/// <summary>Plain sentences.</summary>
internal sealed record Paragraph(string Text) : IReportPart;

/// <summary>A text to be shown as it is, such as a plan.</summary>
internal sealed record Listing(string Caption, string Text) : IReportPart;

/// <summary>Figures as a table, and as a chart where one helps.</summary>
/// <param name="Name">Of its files: lower-case words and hyphens, unique in a report.</param>
/// <param name="Caption">What it shows, in a sentence or two.</param>
/// <param name="Table">All figures.</param>
/// <param name="Chart">The same as a picture; null for none.</param>
internal sealed record Figure(string Name, string Caption, ReportTable Table, IChart? Chart = null) : IReportPart;

/// <summary>Test pictures, and what a model said of them; the figure that follows says which they are.</summary>
internal sealed record Pictures(IReadOnlyList<SamplePrediction> Samples) : IReportPart;

/// <summary>A table of figures.</summary>
/// <param name="Columns">Names, and whether figures stand below them.</param>
/// <param name="Rows">As many cells as there are columns.</param>
internal sealed record ReportTable(IReadOnlyList<ReportColumn> Columns, IReadOnlyList<IReadOnlyList<ReportCell>> Rows)
{
    /// <summary>Names first, which are texts, and then columns of figures.</summary>
    public static ReportTable Of(IReadOnlyList<string> texts, IReadOnlyList<string> figures, IEnumerable<IReadOnlyList<ReportCell>> rows)
        => new([.. texts.Select(name => new ReportColumn(name, false)), .. figures.Select(name => new ReportColumn(name, true))], [.. rows]);

    /// <summary>For CSV: the columns' names, then the exact figures.</summary>
    public IEnumerable<IReadOnlyList<string>> ToCsvRows() => [[.. Columns.Select(column => column.Name)], .. Rows.Select(row => row.Select(cell => cell.Exact).ToArray())];
}

/// <summary>A column of a table.</summary>
internal sealed record ReportColumn(string Name, bool IsFigure);

/// <summary>A field of a table.</summary>
/// <param name="Shown">For people.</param>
/// <param name="Exact">For programs.</param>
internal sealed record ReportCell(string Shown, string Exact)
{
    public static ReportCell Text(string text) => new(text, text);

    public static ReportCell Count(long number) => new(Printing.Figures.Count(number), number.ToString(CultureInfo.InvariantCulture));

    /// <summary>In per cent; a dash where there is none.</summary>
    public static ReportCell Share(double? share) => new(share is { } known ? Printing.Figures.Share(known) : "-", Exactly(share));

    /// <summary>With four decimals; a dash where there is none.</summary>
    public static ReportCell Measure(double? value) => new(Printing.Figures.Measure(value), Exactly(value));

    private static string Exactly(double? value) => value?.ToString("R", CultureInfo.InvariantCulture) ?? "";
}
