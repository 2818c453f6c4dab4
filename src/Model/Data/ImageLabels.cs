namespace Cohort.Model.Data;

/// <summary>
/// The table labels.csv of an image folder: image (path below the folder) and emotion, and where known person and split (train or
/// test). Any other column is an attribute, such as gender; an empty field is an unknown value. Fields are separated by commas, without quotes.
/// </summary>
internal static class ImageLabels
{
    public static List<ImageFolder.Picture> Read(string folder, string fileName)
    {
        string path = Path.Combine(folder, fileName);
        string[] lines = File.ReadAllLines(path);
        string[] columns = lines.Length == 0 ? [] : Fields(lines[0]);
        int image = Require("image");
        int emotion = Require("emotion");
        int person = Find("person");
        int split = Find("split");
        int[] others = [.. Enumerable.Range(0, columns.Length)
            .Where(c => c != image && c != emotion && c != split && columns[c].Length > 0)];
        string[] names = [.. others.Select(c => columns[c].ToLowerInvariant())];
        if (names.CountBy(name => name, StringComparer.Ordinal).FirstOrDefault(count => count.Value > 1).Key is { } twice)
            throw new DataFormatException($"'{path}': line 1 names the column '{twice}' twice.");

        var pictures = new List<ImageFolder.Picture>(lines.Length);
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 1; i < lines.Length; i++)
        {
            if (string.IsNullOrWhiteSpace(lines[i]))
                continue;
            string[] fields = Fields(lines[i]);
            if (fields.Length != columns.Length)
                throw Wrong(i, $"has {fields.Length} columns, expected {columns.Length}");
            if (!seen.TryAdd(fields[image], i))
                throw Wrong(i, $"lists '{fields[image]}' again, which line {seen[fields[image]] + 1} lists already");
            if (!IsBelow(folder, fields[image]))
                throw Wrong(i, $"names '{fields[image]}', which lies outside the folder");
            if (!File.Exists(Path.Combine(folder, fields[image])))
                throw Wrong(i, $"names '{fields[image]}', but there is no such picture");
            if (fields[emotion].Length == 0)
                throw Wrong(i, $"gives '{fields[image]}' no emotion");
            pictures.Add(new ImageFolder.Picture(
                fields[image], fields[emotion], person < 0 ? "" : fields[person], split < 0 ? null : IsTest(i, fields[split]))
            {
                Attributes = [.. others.Zip(names, (column, name) => (name, fields[column]))],
            });
        }

        return pictures.Count > 0 ? pictures : throw new DataFormatException($"'{path}' lists zero samples.");

        int Find(string name) => Array.FindIndex(columns, c => c.Equals(name, StringComparison.OrdinalIgnoreCase));

        int Require(string name) => Find(name) is int index and >= 0 ? index
            : throw new DataFormatException($"'{path}': line 1 has no column '{name}'; expected image, emotion, person, split.");

        bool IsTest(int line, string value) => value.ToLowerInvariant() switch
        {
            "train" => false,
            "test" => true,
            _ => throw Wrong(line, $"has split '{value}', expected train or test"),
        };

        DataFormatException Wrong(int line, string what) => new($"'{path}': line {line + 1} {what}.");
    }

    private static string[] Fields(string line) => line.TrimStart('\uFEFF').Split(',', StringSplitOptions.TrimEntries);

    private static bool IsBelow(string folder, string image)
    {
        string root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) + Path.DirectorySeparatorChar;
        return Path.GetFullPath(Path.Combine(folder, image)).StartsWith(root, StringComparison.Ordinal);
    }
}
