using System.Globalization;
using System.Xml.Linq;
using Cohort.Pbm.Printing.Charts;

namespace Cohort.Pbm.Reports;

/// <summary>
/// A report as one HTML file that needs nothing else: no network, no script. Each chart has its figures as a table beside it; colours follow
/// the reader's light or dark screen.
/// </summary>
internal static class ReportPage
{
    private const int RowsShown = 20;

    // No character that XML would escape: a style element's text is read as it stands.
    private const string Style = """
        :root { color-scheme: light dark; --paper: #ffffff; --ink: #222222; --faint: #5f5f5f; --rule: #d9d9d9; --panel: #f6f6f4;
          --series-0: #0072b2; --series-1: #d55e00; --series-2: #009e73; --series-3: #cc79a7; --series-4: #56b4e9; }
        @media (prefers-color-scheme: dark) { :root { --paper: #16181c; --ink: #e8e8e6; --faint: #a8a8a6; --rule: #3a3d42; --panel: #1f2227;
          --series-0: #4ba6e0; --series-1: #f0803c; --series-2: #2fbf93; --series-3: #dc9abf; --series-4: #56b4e9; } }
        @media print { :root { --paper: #ffffff; --ink: #222222; --faint: #5f5f5f; --rule: #d9d9d9; --panel: #ffffff;
          --series-0: #0072b2; --series-1: #d55e00; --series-2: #009e73; --series-3: #cc79a7; --series-4: #56b4e9; } nav { display: none; } }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, "Helvetica Neue", Arial, sans-serif; }
        header, main, footer { max-width: 1060px; margin: 0 auto; padding: 0 20px; }
        h1 { font-size: 1.7rem; line-height: 1.25; margin: 32px 0 8px; overflow-wrap: anywhere; }
        h2 { font-size: 1.25rem; margin: 40px 0 8px; padding-top: 12px; border-top: 1px solid var(--rule); }
        p { max-width: 75ch; overflow-wrap: anywhere; }
        nav ul { list-style: none; margin: 12px 0; padding: 0; display: flex; flex-wrap: wrap; gap: 4px 18px; }
        a { color: var(--series-0); }
        figure { margin: 20px 0; break-inside: avoid; }
        figcaption, caption, .said { color: var(--faint); font-size: 0.92rem; max-width: 85ch; text-align: left; }
        .beside { display: flex; flex-wrap: wrap; gap: 8px 28px; align-items: flex-start; }
        .chart { flex: 1 1 480px; overflow-x: auto; }
        .table, .beside details { max-width: 100%; overflow-x: auto; }
        svg { display: block; width: 100%; min-width: 480px; height: auto; font-family: inherit; }
        table { border-collapse: collapse; margin: 8px 0; font-size: 0.9rem; font-variant-numeric: tabular-nums; }
        th, td { padding: 3px 10px; border-bottom: 1px solid var(--rule); text-align: left; white-space: nowrap; }
        th { font-weight: 600; }
        thead th { color: var(--faint); white-space: normal; vertical-align: bottom; }
        caption { white-space: nowrap; }
        .figure { text-align: right; }
        summary { cursor: pointer; color: var(--series-0); font-size: 0.92rem; }
        pre { background: var(--panel); padding: 10px 12px; overflow-x: auto; font-size: 0.85rem; border: 1px solid var(--rule); }
        .pictures { display: flex; flex-wrap: wrap; gap: 12px; }
        .picture { width: 104px; font-size: 0.8rem; line-height: 1.3; color: var(--ink); }
        .picture img { width: 104px; height: 104px; display: block; image-rendering: pixelated; border: 1px solid var(--rule); }
        footer { color: var(--faint); font-size: 0.85rem; margin-top: 40px; padding-bottom: 32px; }
        """;

    public static string Of(RunReport report)
    {
        var sections = ReportSections.Of(report);
        return Html.Page(Html.Element(
            "html",
            Html.With("lang", "en"),
            Html.Element(
                "head",
                Html.Element("meta", Html.With("charset", "utf-8")),
                Html.Element("meta", Html.With("name", "viewport"), Html.With("content", "width=device-width, initial-scale=1")),
                Html.Element("title", report.Title),
                Html.Element("style", Style)),
            Html.Element(
                "body",
                Html.Element(
                    "header",
                    Html.Element("h1", report.Title),
                    Html.Element("nav", Html.With("aria-label", "Contents"), Html.Element("ul", sections.Select(each => Html.Element(
                        "li", Html.Element("a", Html.With("href", "#" + FileWord.Of(each.Section.Title)), each.Section.Title)))))),
                Html.Element("main", sections.Select(each => Section(each.Section, each.Parts))),
                Html.Element("footer", "Made by Cohort from its ledger and models; every figure also stands in the report's JSON and CSV."))));
    }

    private static XElement Section(IReportSection section, IReadOnlyList<IReportPart> parts)
    {
        var name = FileWord.Of(section.Title);
        return Html.Element(
            "section",
            [Html.With("aria-labelledby", name), Html.Element("h2", Html.With("id", name), section.Title), .. parts.Select(Part)]);
    }

    private static XElement Part(IReportPart part) => part switch
    {
        Paragraph said => Html.Element("p", said.Text),
        Listing listing => Html.Element("div", Html.Element("p", Html.With("class", "said"), listing.Caption), Html.Element("pre", listing.Text)),
        Figure figure => Drawn(figure),
        Pictures pictures => Shown(pictures),
        _ => throw new ArgumentException($"A report has no way to show {part.GetType().Name}.", nameof(part)),
    };

    private static XElement Drawn(Figure figure)
    {
        var table = Html.Element("div", Html.With("class", "table"), Html.With("tabindex", "0"), Table(figure));
        var isLong = figure.Chart is not null && figure.Table.Rows.Count > RowsShown;
        var figures = isLong ? Html.Element("details", Html.Element("summary", $"{Printing.Figures.Count(figure.Table.Rows.Count, "row")} of figures"), table) : table;
        return Html.Element(
            "figure",
            Html.Element("figcaption", figure.Caption),
            figure.Chart is { } chart ? Html.Element("div", Html.With("class", "beside"), Chart(chart, figure.Caption), figures) : figures);
    }

    private static XElement Chart(IChart chart, string caption)
    {
        var canvas = new SvgCanvas(chart.Width, chart.Height);
        chart.Draw(canvas);
        return Html.Element(
            "div",
            Html.With("class", "chart"),
            Html.With("style", $"max-width: {chart.Width.ToString("0", CultureInfo.InvariantCulture)}px"),
            canvas.ToElement(caption));
    }

    private static XElement Table(Figure figure)
    {
        var columns = figure.Table.Columns;
        return Html.Element(
            "table",
            Html.Element("caption", figure.Name),
            Html.Element("thead", Html.Element("tr", columns.Select(column => Cell("th", column, column.Name, "col")))),
            Html.Element("tbody", figure.Table.Rows.Select(row => Html.Element("tr", row.Select((cell, i) =>
                i == 0 ? Cell("th", columns[i], cell.Shown, "row") : Cell("td", columns[i], cell.Shown, null))))));
    }

    private static XElement Cell(string name, ReportColumn column, string text, string? scope) => Html.Element(
        name,
        [
            .. scope is null ? Array.Empty<object>() : [Html.With("scope", scope)],
            .. column.IsFigure ? [Html.With("class", "figure")] : Array.Empty<object>(),
            text,
        ]);

    private static XElement Shown(Pictures pictures) => Html.Element(
        "div",
        Html.With("class", "pictures"),
        pictures.Samples.Select(sample =>
        {
            var said = $"{sample.Predicted}, {Printing.Figures.Share(sample.Confidence)}{(sample.Right ? "" : $"; is {sample.Actual}")}";
            return Html.Element(
                "div",
                Html.With("class", "picture"),
                Html.Element(
                    "img",
                    Html.With("alt", $"Test sample {sample.Sample}, {sample.Actual}, taken for {sample.Predicted}"),
                    Html.With("src", $"data:image/png;base64,{Convert.ToBase64String(sample.Picture!)}")),
                said);
        }));
}
