using System.Globalization;
using Cohort.Model.Data;

namespace Cohort.Model.Audit;

/// <summary>
/// A grid of pictures as a PNG file: a row for each audited picture, the original first, then what each view gave away.
/// </summary>
public static class ReconstructionSheet
{
    private const int Gap = 8;
    private const int CaptionHeight = 20;
    private const int LeastCell = 132;
    private const double Letters = 0.4;

    /// <summary>Writes the sheet; colour pictures show their first channel.</summary>
    /// <param name="path">The PNG file to write; replaced if it exists.</param>
    /// <param name="shape">Of every picture.</param>
    /// <param name="columns">A caption for the original, and one for each view.</param>
    /// <param name="rows">By row and column: brightness from 0 to 1, and what is written under it.</param>
    public static void Save(
        string path,
        ImageShape shape,
        IReadOnlyList<string> columns,
        IReadOnlyList<IReadOnlyList<(float[] Pixels, string Caption)>> rows)
    {
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(rows);
        var zoom = Math.Max(1, LeastCell / shape.Width);
        var cellWidth = Math.Max(LeastCell, shape.Width * zoom) + Gap;
        var cellHeight = (shape.Height * zoom) + CaptionHeight;
        var width = Gap + (columns.Count * cellWidth);
        var height = CaptionHeight + (rows.Count * cellHeight);
        var sheet = new byte[width * height];
        sheet.AsSpan().Fill(255);
        for (var column = 0; column < columns.Count; column++)
        {
            var left = Gap + (column * cellWidth);
            Vision.Write(sheet, width, height, columns[column], left, CaptionHeight - 6, Letters, 0);
            for (var row = 0; row < rows.Count; row++)
            {
                var top = CaptionHeight + (row * cellHeight);
                var (pixels, caption) = rows[row][column];
                var picture = Array.ConvertAll(pixels, value => (byte)Math.Round(Math.Clamp(value, 0, 1) * 255));
                ContactSheet.CopyZoomed(picture, shape, zoom, sheet.AsSpan((top * width) + left), width);
                Vision.Write(sheet, width, height, caption, left, top + (shape.Height * zoom) + 14, Letters, 0);
            }
        }

        File.WriteAllBytes(path, Vision.EncodePng(sheet, width, height));
    }

    /// <summary>What stands under a reconstruction.</summary>
    public static string Decibels(double psnr) => string.Create(CultureInfo.InvariantCulture, $"{psnr:F1} dB");
}
