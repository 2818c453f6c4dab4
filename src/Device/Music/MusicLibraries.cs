using System.Text;
using System.Text.Json;
using TagLib.Id3v2;

namespace Cohort.Device.Music;

/// <summary>
/// Reads what a student has: a folder of music, whose moods stand in the files' tags (mood, genre) or are the folders' names; an M3U playlist,
/// named for a mood or in a folder that is; or a JSON library. What cannot be used is left out and named.
/// </summary>
public static class MusicLibraries
{
    private const int LargestLibrary = 16 << 20;

    private static readonly string[] Sounds = [".mp3", ".flac", ".ogg", ".oga", ".opus", ".m4a", ".aac", ".wav", ".wma"];
    private static readonly string[] Playlists = [".m3u", ".m3u8"];

    /// <param name="path">A folder, an .m3u or .m3u8 file, or a JSON file.</param>
    /// <exception cref="DeviceException">There is nothing, it cannot be read, or nothing in it can be used.</exception>
    public static MusicLibrary Read(string path)
    {
        var full = Path.GetFullPath(path);
        var entries = Directory.Exists(full) ? OfFolder(full)
            : !File.Exists(full) ? throw new DeviceException($"There is no music library '{path}'; give a folder, an M3U playlist or a JSON file.")
            : HasEnding(full, Playlists) ? OfPlaylist(full)
            : OfJson(full);
        var tunes = entries.Where(entry => entry.Tune is not null).Select(entry => entry.Tune!).DistinctBy(tune => tune.Location, StringComparer.Ordinal).ToList();
        string[] skipped = [.. entries.Where(entry => entry.Problem is not null).Select(entry => entry.Problem!)];
        return tunes.Count > 0
            ? new(Path.GetFileName(Path.TrimEndingDirectorySeparator(full)), tunes, skipped)
            : throw new DeviceException($"'{path}' holds no tune that can be used"
                + (skipped.Length == 0 ? ": no music was found in it." : $": {string.Join("; ", skipped.Take(3))}{(skipped.Length > 3 ? $"; and {skipped.Length - 3} more" : "")}."));
    }

    private static List<Entry> OfFolder(string folder)
    {
        try
        {
            string[] files = [.. Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true }).Order(StringComparer.Ordinal)];
            return [
                .. files.Where(file => HasEnding(file, Sounds)).Select(file => OfFile(file, TitleOf(file), FolderWords(folder, file))),
                .. files.Where(file => HasEnding(file, Playlists)).SelectMany(OfPlaylist)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DeviceException($"{folder}: the folder of music cannot be read ({e.Message.TrimEnd('.')}).", e);
        }
    }

    /// <summary>M3U: a path or URL a line, relative to the playlist; lines with # are comments, of which #EXTINF gives the next one's title.</summary>
    private static List<Entry> OfPlaylist(string path)
    {
        var (entries, title) = (new List<Entry>(), default(string));
        string[] words = [TitleOf(path), .. FolderWords(Path.GetPathRoot(path)!, path)];
        foreach (var line in ReadText(path).Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0))
        {
            if (line.StartsWith('#'))
            {
                title = line.StartsWith("#EXTINF:", StringComparison.Ordinal) && line.IndexOf(',') is var comma and >= 0 ? line[(comma + 1)..].Trim() : title;
                continue;
            }

            entries.Add(IsUrl(line) ? OfWords(title ?? line, line, [], words) : OfFile(Path.GetFullPath(line, Path.GetDirectoryName(path)!), title ?? TitleOf(line), words));
            title = null;
        }

        return entries;
    }

    private static List<Entry> OfJson(string path)
    {
        try
        {
            using var json = JsonDocument.Parse(ReadText(path), new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
            var list = json.RootElement.ValueKind == JsonValueKind.Array ? json.RootElement
                : json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("tunes", out var tunes) && tunes.ValueKind == JsonValueKind.Array ? tunes
                : throw new DeviceException($"'{path}' is no music library: expected a list of tunes, or an object with a list \"tunes\".");
            return [.. list.EnumerateArray().Select((tune, i) => OfElement(tune, i + 1, Path.GetDirectoryName(path)!))];
        }
        catch (JsonException e)
        {
            throw new DeviceException($"'{path}' is no JSON: {e.Message.TrimEnd('.')}.", e);
        }
    }

    private static Entry OfElement(JsonElement tune, int number, string folder)
    {
        if (tune.ValueKind != JsonValueKind.Object)
        {
            return Skip($"tune {number}: it is no object");
        }

        var (path, url) = (Text(tune, "path"), Text(tune, "url"));
        var title = Text(tune, "title") ?? (path is null ? url : TitleOf(path)) ?? $"tune {number}";
        if (path is null == url is null)
        {
            return Skip($"{title}: it needs a path or a url");
        }

        var location = url ?? Path.GetFullPath(path!, folder);
        if (url is null ? !File.Exists(location) : !IsUrl(url))
        {
            return Skip(url is null ? $"{title}: there is no file {path}" : $"{title}: {url} is no http:// or https:// address");
        }

        string[] tags = tune.TryGetProperty("tags", out var list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Where(tag => tag.ValueKind == JsonValueKind.String).Select(tag => tag.GetString()!)] : [];
        var (valence, arousal) = (Number(tune, "valence"), Number(tune, "arousal"));
        if (valence is null || arousal is null)
        {
            return OfWords(title, location, tags, []);
        }

        return valence is >= -1 and <= 1 && arousal is >= -1 and <= 1
            ? new(new(title, location, tags, new(valence.Value, arousal.Value)), null)
            : Skip($"{title}: valence and arousal lie from -1 to 1");
    }

    private static Entry OfFile(string file, string title, IReadOnlyList<string> folders)
    {
        if (!File.Exists(file))
        {
            return Skip($"{title}: there is no file {file}");
        }

        var (tags, ownTitle) = TagsOf(file);
        return OfWords(ownTitle ?? title, file, tags, folders);
    }

    /// <summary>A tune's mood is the mean of what its tags say, or else what the nearest of its folders says.</summary>
    private static Entry OfWords(string title, string location, IReadOnlyList<string> tags, IReadOnlyList<string> folders)
    {
        var moods = tags.Select(Mood.Of).OfType<Mood>().ToList();
        if (moods.Count > 0)
        {
            return new(new(title, location, tags, new(moods.Average(mood => mood.Valence), moods.Average(mood => mood.Arousal))), null);
        }

        foreach (var word in folders)
        {
            if (Mood.Of(word) is { } mood)
            {
                return new(new(title, location, [word], mood), null);
            }
        }

        return Skip($"{title}: no tag and no folder says its mood");
    }

    // Mood frames first, which say it; genres are often moods too.
    private static (List<string> Tags, string? Title) TagsOf(string file)
    {
        try
        {
            using var tagged = TagLib.File.Create(file);
            var tags = new List<string>();
            if (tagged.GetTag(TagLib.TagTypes.Id3v2) is TagLib.Id3v2.Tag id3)
            {
                tags.AddRange(TextInformationFrame.Get(id3, "TMOO", create: false)?.Text ?? []);
                tags.AddRange(UserTextInformationFrame.Get(id3, "MOOD", create: false)?.Text ?? []);
            }

            if (tagged.GetTag(TagLib.TagTypes.Xiph) is TagLib.Ogg.XiphComment comment)
            {
                tags.AddRange(comment.GetField("MOOD"));
            }

            return ([.. tags, .. tagged.Tag.Genres], string.IsNullOrWhiteSpace(tagged.Tag.Title) ? null : tagged.Tag.Title);
        }
        catch (Exception e) when (e is TagLib.CorruptFileException or TagLib.UnsupportedFormatException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            return ([], null); // then its folder may say it
        }
    }

    /// <summary>Names of the folders that a file is in, the innermost first.</summary>
    private static List<string> FolderWords(string root, string file)
    {
        var words = new List<string>();
        for (var folder = Path.GetDirectoryName(file); folder is not null && folder.Length >= root.Length; folder = Path.GetDirectoryName(folder))
        {
            words.Add(Path.GetFileName(folder));
        }

        return words;
    }

    private static string ReadText(string path)
    {
        try
        {
            return new FileInfo(path).Length <= LargestLibrary
                ? new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(File.ReadAllBytes(path)).TrimStart('\uFEFF')
                : throw new DeviceException($"'{path}' has more than the {LargestLibrary} bytes that a music library may have.");
        }
        catch (DecoderFallbackException e)
        {
            throw new DeviceException($"'{path}' is no UTF-8 text (its byte {e.Index + 1} is wrong).", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DeviceException($"'{path}' cannot be read ({e.Message.TrimEnd('.')}).", e);
        }
    }

    private static bool HasEnding(string path, string[] endings) => endings.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    private static bool IsUrl(string text) => Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is ("http" or "https");

    private static string TitleOf(string path) => Path.GetFileNameWithoutExtension(path);

    private static string? Text(JsonElement tune, string name) => tune.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static double? Number(JsonElement tune, string name) => tune.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;

    private static Entry Skip(string problem) => new(null, problem);

    private sealed record Entry(Tune? Tune, string? Problem);
}
