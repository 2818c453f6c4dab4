using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Cohort.Model.Files;
using Cohort.Model.Training;

namespace Cohort.Model.Data;

/// <summary>
/// A resident student whose samples are a folder of pictures by class (CLASS/*.png|jpg), which is never copied. Each state of the folder that
/// was told to a cluster is a version, kept as a list of paths and hashes: as long as its pictures are there unchanged it can be trained on,
/// also when others have come since.
/// </summary>
public sealed class ResidentFolder : IResidentSamples
{
    private const long LargestFile = 64L << 20;

    private static readonly string[] _endings = [".png", ".jpg", ".jpeg"];

    private readonly string _folder;
    private readonly string _versions;
    private readonly Action<string> _note;
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<(string Path, long Length, DateTime Written), string?> _hashes = new();
    private (long Version, SampleForm Form, ISampleSet Samples)? _newest;

    /// <param name="folder">The pictures.</param>
    /// <param name="home">Where the lists of versions are kept: a folder of this device.</param>
    /// <param name="name">The student's; null for the folder's.</param>
    /// <param name="note">Is told, once, of each picture that cannot be read; its sentences stay on the device.</param>
    /// <exception cref="DataFormatException">There is no such folder, or its name is none for a student.</exception>
    public ResidentFolder(string folder, string home, string? name = null, Action<string>? note = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        _folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        Name = name ?? Path.GetFileName(_folder);
        if (!Directory.Exists(_folder))
            throw new DataFormatException($"There is no folder '{folder}'.");
        if (!Resident.IsName(Name))
            throw new DataFormatException($"'{folder}': the folder's name is its student's, and '{Name}' is none; {Resident.NameRule}.");
        _versions = Path.Combine(home, Name);
        _note = note ?? (_ => { });
    }

    public string Name { get; }

    /// <summary>Every folder in a folder: one student each.</summary>
    /// <inheritdoc cref="ResidentFolder(string, string, string, Action{string})"/>
    public static IReadOnlyList<IResidentSamples> AllIn(string root, string home, Action<string>? note = null)
    {
        if (!Directory.Exists(root))
            throw new DataFormatException($"There is no folder '{root}'; it has one folder for each student, with pictures by class (anna/happy/1.png).");
        IResidentSamples[] students =
        [
            .. Directory.EnumerateDirectories(root)
                .Where(folder => !Path.GetFileName(folder).StartsWith('.'))
                .Order(StringComparer.Ordinal)
                .Select(folder => new ResidentFolder(folder, home, name: null, note)),
        ];
        return students.Length > 0 ? students : throw new DataFormatException(
            $"'{root}' holds no student: expected one folder for each, with pictures by class (anna/happy/1.png).");
    }

    public long? Newest(SampleForm form)
    {
        ArgumentNullException.ThrowIfNull(form);
        lock (_gate)
        {
            Listed[] now = Read(form);
            if (now.Length == 0)
                return null;
            long last = LastVersion();
            if (last > 0 && Manifest(last).SequenceEqual(now))
                return last;
            Directory.CreateDirectory(_versions);
            DurableFile.Write(PathOf(last + 1), stream => JsonSerializer.Serialize(stream, now));
            return last + 1;
        }
    }

    public ISampleSet Samples(long version, SampleForm form)
    {
        ArgumentNullException.ThrowIfNull(form);
        lock (_gate)
        {
            if (_newest is { } kept && kept.Version == version && kept.Form == form && Manifest(version).All(IsThere))
                return kept.Samples;
            Listed[] pictures = Manifest(version);
            (byte[] pixels, byte[] labels) = (new byte[checked(pictures.Length * form.Shape.Length)], new byte[pictures.Length]);
            for (int i = 0; i < pictures.Length; i++)
            {
                labels[i] = LabelOf(pictures[i].Path, form);
                Decode(pictures[i], form, pixels.AsSpan(i * form.Shape.Length, form.Shape.Length), version);
            }

            var samples = new ImageArray(form.Shape.Picture, form.Classes, pixels, labels);
            _newest = (version, form, samples);
            return samples;
        }
    }

    private void Decode(Listed picture, SampleForm form, Span<byte> pixels, long version)
    {
        try
        {
            byte[] file = File.ReadAllBytes(Path.Combine(_folder, picture.Path));
            if (string.Equals(HashOf(file), picture.Hash, StringComparison.Ordinal))
            {
                Vision.Decode(file, SideOf(form), pixels);
                return;
            }
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or DataFormatException)
        {
            throw Gone(version, problem);
        }

        throw Gone(version);
    }

    /// <summary>All pictures that can be read, in the order of their paths.</summary>
    private Listed[] Read(SampleForm form)
    {
        _ = SideOf(form);
        try
        {
            return
            [
                .. Directory.EnumerateDirectories(_folder)
                    .Where(folder => !Path.GetFileName(folder).StartsWith('.'))
                    .SelectMany(folder => Directory.EnumerateFiles(folder))
                    .Where(path => _endings.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase))
                    .Select(path => (Path: Path.GetRelativePath(_folder, path), Hash: HashOf(path, form)))
                    .Where(picture => picture.Hash is not null)
                    .Select(picture => new Listed(picture.Path, picture.Hash!))
                    .OrderBy(picture => picture.Path, StringComparer.Ordinal),
            ];
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new ResidentSamplesException("its folder cannot be read", problem);
        }
    }

    /// <returns>Null where the file is no picture.</returns>
    private string? HashOf(string path, SampleForm form)
    {
        _ = LabelOf(Path.GetRelativePath(_folder, path), form);
        var file = new FileInfo(path);
        return _hashes.GetOrAdd((path, file.Length, file.LastWriteTimeUtc), _ =>
        {
            try
            {
                if (file.Length > LargestFile)
                    throw new DataFormatException($"it has {file.Length} bytes, more than the {LargestFile} that a picture may have");
                byte[] bytes = File.ReadAllBytes(path);
                Vision.Decode(bytes, SideOf(form), new byte[form.Shape.Length]);
                return HashOf(bytes);
            }
            catch (DataFormatException problem)
            {
                _note($"Student {Name}: {path} is left out: {problem.Message}");
                return null;
            }
        });
    }

    private bool IsThere(Listed picture)
    {
        var file = new FileInfo(Path.Combine(_folder, picture.Path));
        return file.Exists && _hashes.TryGetValue((file.FullName, file.Length, file.LastWriteTimeUtc), out string? hash)
            && string.Equals(hash, picture.Hash, StringComparison.Ordinal);
    }

    /// <summary>Of the square.</summary>
    private static int SideOf(SampleForm form) => form.Shape is ImageShape { Channels: 1 } picture && picture.Height == picture.Width
        ? picture.Width
        : throw new ResidentSamplesException($"its pictures are square and grey, and the plan trains on {form.Shape.Describe()}");

    private static byte LabelOf(string path, SampleForm form)
    {
        string name = path.Split(Path.DirectorySeparatorChar)[0];
        int label = form.Classes.SequenceEqual(EmotionClasses.Fer2013, StringComparer.Ordinal) && EmotionClasses.TryLabel(name, out int emotion)
            ? emotion
            : form.Classes.ToList().IndexOf(name);
        return label >= 0 ? (byte)label : throw new ResidentSamplesException("it has samples of a class that the plan does not know");
    }

    private static string HashOf(byte[] file) => Convert.ToHexStringLower(SHA256.HashData(file));

    private static ResidentSamplesException Gone(long version, Exception? cause = null) => new(
        $"version {version.ToString(CultureInfo.InvariantCulture)} of its samples is not all there any more; a new run takes what is", cause);

    private string PathOf(long version) => Path.Combine(_versions, version.ToString(CultureInfo.InvariantCulture) + ".json");

    private Listed[] Manifest(long version)
    {
        try
        {
            using FileStream file = File.OpenRead(PathOf(version));
            return JsonSerializer.Deserialize<Listed[]>(file) ?? throw Gone(version);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or JsonException)
        {
            throw Gone(version, problem);
        }
    }

    private long LastVersion() => !Directory.Exists(_versions) ? 0 : Directory.EnumerateFiles(_versions, "*.json")
        .Select(path => long.TryParse(Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out long version) ? version : 0)
        .DefaultIfEmpty(0).Max();

    /// <summary>A picture of a version: its path below the folder, and SHA-256 of the file in hex.</summary>
    private sealed record Listed(string Path, string Hash);
}
