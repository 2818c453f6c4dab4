namespace Cohort.Model.Data;

/// <summary>A grid of pictures as a PNG file, to look at: one row per person or any other group, one column per class.</summary>
public static class ContactSheet
{
    private const int Gap = 4;
    private const int CaptionHeight = 18;
    private const int CaptionWidth = 84;

    /// <summary>Writes a sheet; each cell is the first sample of the row that has the column's label, or stays empty.</summary>
    /// <param name="path">The PNG file to write; replaced if it exists.</param>
    /// <param name="set">Where the pictures come from; colour pictures show their first channel.</param>
    /// <param name="rows">A caption and the samples to choose from, per row.</param>
    /// <param name="zoom">How often each pixel is repeated in both directions.</param>
    public static void Save(
        string path, ISampleSet set, IReadOnlyList<(string Caption, IReadOnlyList<int> Samples)> rows, int zoom = 2)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(rows);
        ImageShape shape = set.Shape.Picture;
        int cellWidth = (shape.Width * zoom) + Gap;
        int cellHeight = (shape.Height * zoom) + Gap;
        int width = CaptionWidth + (set.Classes.Count * cellWidth);
        int height = CaptionHeight + (rows.Count * cellHeight);
        byte[] sheet = new byte[width * height];
        sheet.AsSpan().Fill(255);
        byte[] picture = new byte[shape.Length];

        for (int label = 0; label < set.Classes.Count; label++)
            Vision.Write(sheet, width, height, set.Classes[label], CaptionWidth + (label * cellWidth) + 2, 13, 0.4, 0);
        for (int row = 0; row < rows.Count; row++)
        {
            int top = CaptionHeight + (row * cellHeight);
            Vision.Write(sheet, width, height, rows[row].Caption, 2, top + (cellHeight / 2), 0.4, 0);
            for (int label = 0; label < set.Classes.Count; label++)
            {
                int sample = FirstWithLabel(set, rows[row].Samples, label);
                if (sample < 0)
                    continue;
                set.CopySample(sample, picture);
                int corner = (top * width) + CaptionWidth + (label * cellWidth);
                CopyZoomed(picture, shape, zoom, sheet.AsSpan(corner), width);
            }
        }

        File.WriteAllBytes(path, Vision.EncodePng(sheet, width, height));
    }

    /// <summary>Writes a sheet of rows of pictures, each with a caption.</summary>
    /// <param name="path">The PNG file to write; replaced if it exists.</param>
    /// <param name="shape">Of every picture; colour pictures show their first channel.</param>
    /// <param name="rows">A caption and pictures, [channels, height, width], per row.</param>
    /// <param name="zoom">How often each pixel is repeated in both directions.</param>
    public static void SaveRows(
        string path, ImageShape shape, IReadOnlyList<(string Caption, IReadOnlyList<byte[]> Pictures)> rows, int zoom = 2)
    {
        ArgumentNullException.ThrowIfNull(rows);
        (int cellWidth, int cellHeight) = ((shape.Width * zoom) + Gap, (shape.Height * zoom) + Gap);
        (int width, int height) = (CaptionWidth + (rows.Max(row => row.Pictures.Count) * cellWidth), rows.Count * cellHeight);
        byte[] sheet = new byte[width * height];
        sheet.AsSpan().Fill(255);
        foreach ((int row, (string caption, IReadOnlyList<byte[]> pictures)) in rows.Index())
        {
            int top = row * cellHeight;
            Vision.Write(sheet, width, height, caption, 2, top + (cellHeight / 2), 0.4, 0);
            foreach ((int column, byte[] picture) in pictures.Index())
                CopyZoomed(picture, shape, zoom, sheet.AsSpan((top * width) + CaptionWidth + (column * cellWidth)), width);
        }

        File.WriteAllBytes(path, Vision.EncodePng(sheet, width, height));
    }

    private static int FirstWithLabel(ISampleSet set, IReadOnlyList<int> samples, int label)
    {
        foreach (int sample in samples)
        {
            if (set.LabelOf(sample) == label)
                return sample;
        }

        return -1;
    }

    internal static void CopyZoomed(ReadOnlySpan<byte> picture, ImageShape shape, int zoom, Span<byte> target, int stride)
    {
        for (int y = 0; y < shape.Height * zoom; y++)
        {
            for (int x = 0; x < shape.Width * zoom; x++)
                target[(y * stride) + x] = picture[((y / zoom) * shape.Width) + (x / zoom)];
        }
    }
}
