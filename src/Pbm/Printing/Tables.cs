using Spectre.Console;

namespace Cohort.Pbm.Printing;

/// <summary>Tables in one style: narrow, without colours, so that they read the same on a terminal and in a file.</summary>
internal static class Tables
{
    public static Table New() => new Table().Border(TableBorder.Rounded);

    /// <summary>Two columns without headers: what, and its value.</summary>
    public static Table Facts() => New().HideHeaders().Name("what").Words("value");

    /// <summary>Columns whose texts may be broken between words.</summary>
    public static Table Words(this Table table, params ReadOnlySpan<string> headers)
        => table.Columns(headers, keep: false, Justify.Left);

    /// <summary>Columns of names and hashes, which are never broken.</summary>
    public static Table Name(this Table table, params ReadOnlySpan<string> headers)
        => table.Columns(headers, keep: true, Justify.Left);

    /// <summary>Columns of figures.</summary>
    public static Table Number(this Table table, params ReadOnlySpan<string> headers)
        => table.Columns(headers, keep: true, Justify.Right);

    public static Table Row(this Table table, params IEnumerable<string> cells)
        => table.AddRow(cells.Select(cell => new Text(Printable.Of(cell))));

    /// <summary>The same without frame and padding, for pages that are too narrow otherwise.</summary>
    public static Table Tightened(this Table table)
    {
        foreach (var column in table.Columns)
        {
            column.Padding = new Padding(0, 0);
        }

        return table.Border(TableBorder.Minimal);
    }

    private static Table Columns(this Table table, ReadOnlySpan<string> headers, bool keep, Justify alignment)
    {
        foreach (var header in headers)
        {
            table.AddColumn(new TableColumn(new Text(header)) { NoWrap = keep, Alignment = alignment });
        }

        return table;
    }
}
