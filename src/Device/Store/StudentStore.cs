using System.Globalization;
using System.Text.Json;
using Cohort.Model.Data.Texts;
using Cohort.Model.Files;

namespace Cohort.Device.Store;

/// <summary>
/// One student's samples on its own device: pictures and texts with what a model detected and what the student says they are. They never
/// leave it. One process writes at a time, others may read along; may be used by several threads. See docs/student-device.md.
/// </summary>
public sealed partial class StudentStore : IDisposable
{
    /// <summary>Larger pictures are not kept: 16 MiB.</summary>
    public const int LargestPicture = 16 << 20;

    /// <summary>Longer texts are not kept, since no model reads them; in bytes of UTF-8.</summary>
    public static int LargestText => TextShape.Default.MostBytes;

    private const string Columns = """
        s.number, s.hash, s.kind, s.length, s.added, s.source, s.model, s.probabilities, v.emotion, v.at
        FROM samples s LEFT JOIN versions v ON v.version = (SELECT MAX(version) FROM versions WHERE sample = s.number)
        """;

    private readonly Lock _gate = new();
    private readonly DeviceDatabase _database;
    private readonly StudentLock? _lock;
    private readonly TimeProvider _time;

    private StudentStore(StudentFolder folder, DeviceDatabase database, StudentLock? writing, TimeProvider time)
        => (Folder, _database, _lock, _time) = (folder, database, writing, time);

    public StudentFolder Folder { get; }

    public StudentName Student => Folder.Name;

    /// <summary>False where it was opened to read.</summary>
    public bool IsWriter => _lock is not null;

    /// <summary>For tests that need an SQLite in trouble.</summary>
    internal DeviceDatabase Database => _database;

    /// <summary>Opens a student's store for writing, and makes it if there is none. One process at a time can.</summary>
    /// <param name="folder">Whose.</param>
    /// <param name="time">Says when samples were added and answered.</param>
    /// <exception cref="DeviceException">Another process has it, it is of a newer version, or damaged.</exception>
    /// <exception cref="StorageException">The student's folder cannot be made.</exception>
    public static StudentStore Open(StudentFolder folder, TimeProvider time)
    {
        folder.Create();
        var writing = StudentLock.Take(folder);
        try
        {
            var store = new StudentStore(folder, DeviceDatabase.Open(folder.Database), writing, time);
            store.DeleteStrayModels();
            return store;
        }
        catch
        {
            writing.Dispose();
            throw;
        }
    }

    /// <summary>Opens a student's store for writing, which must be there.</summary>
    /// <exception cref="DeviceException">There is no such student, or as <see cref="Open"/>.</exception>
    public static StudentStore OpenExisting(StudentFolder folder, TimeProvider time)
    {
        RequireExisting(folder);
        return Open(folder, time);
    }

    /// <summary>Opens a student's store for reading, also while another process writes it.</summary>
    /// <exception cref="DeviceException">There is no such student, the store is of another version, or damaged.</exception>
    public static StudentStore OpenToRead(StudentFolder folder)
    {
        RequireExisting(folder);
        return new(folder, DeviceDatabase.OpenToRead(folder.Database), null, TimeProvider.System);
    }

    /// <summary>Keeps a sample. One that is there already stays, with its answer; what was detected is the newest.</summary>
    /// <exception cref="DeviceException">It is empty or too large, or cannot be stored; then nothing has changed.</exception>
    public StoredSample Add(NewSample sample)
    {
        var most = sample.Kind == SampleKind.Picture ? LargestPicture : LargestText;
        if (sample.Content.Length == 0 || sample.Content.Length > most)
        {
            throw new DeviceException($"{sample.Source}: a {Word(sample.Kind)} of {sample.Content.Length} bytes is not kept; it may have from 1 to {most}.");
        }

        var hash = SampleHash.Of(sample.Content);
        var judgement = sample.Judgement;
        lock (_gate)
        {
            return _database.Together(() =>
            {
                _database.Execute(
                    """
                    INSERT INTO samples (hash, kind, length, added, source, model, detected, confidence, probabilities)
                    VALUES ($hash, $kind, $length, $added, $source, $model, $detected, $confidence, $probabilities)
                    ON CONFLICT (hash) DO UPDATE SET model = excluded.model, detected = excluded.detected, confidence = excluded.confidence,
                        probabilities = excluded.probabilities
                    """,
                    ("$hash", hash.ToString()),
                    ("$kind", Word(sample.Kind)),
                    ("$length", sample.Content.Length),
                    ("$added", Now()),
                    ("$source", sample.Source),
                    ("$model", judgement.Model.ToString()),
                    ("$detected", judgement.Emotion),
                    ("$confidence", judgement.Confidence),
                    ("$probabilities", Written(judgement.Probabilities)));
                _database.Execute(
                    "INSERT INTO contents (sample, bytes) SELECT number, $bytes FROM samples WHERE hash = $hash ON CONFLICT DO NOTHING",
                    ("$bytes", sample.Content),
                    ("$hash", hash.ToString()));
                return Existing(hash);
            });
        }
    }

    /// <summary>Keeps what the student says of a sample; the last word counts.</summary>
    /// <param name="hash">The sample.</param>
    /// <param name="emotion">One of the classes of the model that judged it, under any of its usual names.</param>
    /// <exception cref="DeviceException">There is no such sample, or no such class; then nothing has changed.</exception>
    public StoredSample Answer(SampleHash hash, string emotion)
    {
        lock (_gate)
        {
            var sample = Existing(hash);
            string[] classes = [.. sample.Judgement.Probabilities.Select(each => each.Key)];
            return Feedback.LabelOf(classes, emotion) >= 0
                ? Say(hash, Feedback.Canonical(emotion))
                : throw new DeviceException($"\"{Feedback.Canonical(emotion)}\" is no emotion that the model knows; it knows {string.Join(", ", classes)}.");
        }
    }

    /// <summary>Takes the student's answer back, as if it had not been given yet.</summary>
    /// <exception cref="DeviceException">There is no such sample, or no answer to it.</exception>
    public StoredSample Withdraw(SampleHash hash)
    {
        lock (_gate)
        {
            return Existing(hash).Answer is null
                ? throw new DeviceException($"The sample {hash.Short} has no answer that could be taken back.")
                : Say(hash, null);
        }
    }

    /// <summary>All samples, in the order in which they came.</summary>
    public IReadOnlyList<StoredSample> List()
    {
        lock (_gate)
        {
            return _database.Query($"SELECT {Columns} ORDER BY s.number", Sample);
        }
    }

    /// <summary>The one sample whose hash begins so.</summary>
    /// <exception cref="DeviceException">There is none, or there are several.</exception>
    public StoredSample Find(string beginning)
    {
        lock (_gate)
        {
            var isPart = beginning.Length is > 0 and <= SampleHash.TextLength && beginning.All(char.IsAsciiHexDigit);
            var found = isPart
                ? _database.Query($"SELECT {Columns} WHERE s.hash LIKE $hash || '%' LIMIT 2", Sample, ("$hash", beginning.ToLowerInvariant()))
                : [];
            return found.Count switch
            {
                1 => found[0],
                0 => throw new DeviceException($"No sample of {Student} has a hash that begins with \"{Shown(beginning)}\"; pbm student show --id {Student} lists them."),
                _ => throw new DeviceException($"Several samples of {Student} have hashes that begin with \"{beginning}\"; give more digits."),
            };
        }
    }

    /// <summary>A sample's bytes, checked against its hash.</summary>
    /// <exception cref="DeviceException">There is no such sample, or its bytes are damaged.</exception>
    public byte[] Content(SampleHash hash)
    {
        lock (_gate)
        {
            var bytes = (byte[]?)_database.Value(
                "SELECT c.bytes FROM contents c JOIN samples s ON s.number = c.sample WHERE s.hash = $hash", ("$hash", hash.ToString()));
            return bytes is null ? throw Unknown(hash)
                : SampleHash.Of(bytes) == hash ? bytes
                : throw new DeviceException($"{Folder.Database}: the sample {hash.Short} is damaged, its bytes do not have its hash; erase it.");
        }
    }

    /// <summary>Counts what there is to train on and to judge by.</summary>
    /// <param name="since">A version; answers after it are counted apart.</param>
    public Feedback CountFeedback(long since = 0)
    {
        lock (_gate)
        {
            StoredSample[] answered = [.. _database.Query($"SELECT {Columns} WHERE v.emotion IS NOT NULL", Sample)];
            return new(
                NewestVersion(),
                answered.Count(sample => sample.Kind == SampleKind.Picture),
                answered.Count(sample => sample.Kind == SampleKind.Text),
                answered.Count(sample => sample.IsCorrected),
                answered.Count(sample => sample.IsHeldOut),
                (int)_database.Number("SELECT COUNT(DISTINCT sample) FROM versions WHERE version > $since AND emotion IS NOT NULL", ("$since", since)));
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _database.Dispose();
            _lock?.Dispose();
        }
    }

    internal static string Word(SampleKind kind) => kind == SampleKind.Picture ? "picture" : "text";

    private static SampleKind KindOf(string word) => string.Equals(word, "picture", StringComparison.Ordinal) ? SampleKind.Picture : SampleKind.Text;

    private static void RequireExisting(StudentFolder folder)
    {
        if (!folder.Exists)
        {
            var known = StudentFolder.List(folder.Home);
            throw new DeviceException($"There is no student {folder.Name} on this device ({folder.Home}); "
                + (known.Count == 0 ? "there is none yet: " : $"there is {string.Join(", ", known)}. ")
                + "pbm student chat and pbm student watch begin one.");
        }
    }

    private StoredSample Say(SampleHash hash, string? emotion)
    {
        _database.Execute(
            "INSERT INTO versions (sample, emotion, at) SELECT number, $emotion, $at FROM samples WHERE hash = $hash",
            ("$emotion", emotion),
            ("$at", Now()),
            ("$hash", hash.ToString()));
        return Existing(hash);
    }

    private StoredSample Existing(SampleHash hash)
        => _database.Query($"SELECT {Columns} WHERE s.hash = $hash", Sample, ("$hash", hash.ToString())) is [var sample] ? sample : throw Unknown(hash);

    private DeviceException Unknown(SampleHash hash) => new($"There is no sample {hash.Short} of {Student}; pbm student show --id {Student} lists them.");

    private string Now() => _time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture);

    private static StoredSample Sample(System.Data.Common.DbDataReader row) => new(
        row.GetInt64(0),
        SampleHash.Parse(row.GetString(1)),
        KindOf(row.GetString(2)),
        row.GetInt64(3),
        Time(row.GetString(4)),
        row.GetString(5),
        new(ModelHash.Parse(row.GetString(6)), Read(row.GetString(7))),
        row.IsDBNull(8) ? null : row.GetString(8),
        row.IsDBNull(8) ? null : Time(row.GetString(9)));

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind);

    // A list of pairs, since a model's classes have an order and a JSON object's names have none.
    private static string Written(IReadOnlyList<KeyValuePair<string, double>> probabilities)
        => JsonSerializer.Serialize(probabilities.Select(each => new StoredProbability(each.Key, each.Value)), StoreJson.Default.IEnumerableStoredProbability);

    private static KeyValuePair<string, double>[] Read(string json)
        => [.. JsonSerializer.Deserialize(json, StoreJson.Default.StoredProbabilityArray)!.Select(each => KeyValuePair.Create(each.Class, each.Probability))];

    private static string Shown(string text) => text.Length <= SampleHash.TextLength ? text : text[..SampleHash.TextLength] + "...";
}
