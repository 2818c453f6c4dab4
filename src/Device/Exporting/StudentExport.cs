using System.IO.Compression;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Cohort.Device.Store;
using Cohort.Model.Files;

namespace Cohort.Device.Exporting;

/// <summary>Everything that is stored of a student, as one ZIP file that needs no Cohort to be read.</summary>
public static class StudentExport
{
    /// <summary>
    /// Writes <c>samples.jsonl</c>, a JSON object a line with each sample, its text, what was detected and what the student said;
    /// <c>pictures/HASH.png|jpg</c>; <c>models.json</c>; and the student's own model's file.
    /// </summary>
    /// <returns>How many samples there are.</returns>
    /// <exception cref="StorageException">The file cannot be written; nothing half-written is left.</exception>
    /// <exception cref="DeviceException">A sample is damaged.</exception>
    public static int Write(StudentStore store, string path)
    {
        var samples = store.List();
        DurableFile.Write(path, stream =>
        {
            using var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
            var lines = new StringBuilder();
            foreach (var sample in samples)
            {
                var content = store.Content(sample.Hash);
                var file = sample.Kind == SampleKind.Picture ? $"pictures/{sample.Hash}{EndingOf(content)}" : null;
                var text = file is null ? Encoding.UTF8.GetString(content) : null;
                lines.Append(JsonSerializer.Serialize(ExportedSample.Of(sample, file, text), ExportJson.Readable.ExportedSample)).Append('\n');
                if (file is not null)
                {
                    Add(zip, file, content, CompressionLevel.NoCompression); // it is compressed already
                }
            }

            Add(zip, "samples.jsonl", Encoding.UTF8.GetBytes(lines.ToString()));
            SampleKind[] kinds = [SampleKind.Picture, SampleKind.Text];
            StoredPersonalModel[] own = [.. kinds.Select(store.PersonalModel).OfType<StoredPersonalModel>()];
            var models = new ExportedModels([.. store.Models().Select(ExportedModel.Of)], [.. own.Select(ExportedOwnModel.Of)]);
            Add(zip, "models.json", JsonSerializer.SerializeToUtf8Bytes(models, ExportJson.Readable.ExportedModels));
            foreach (var model in own)
            {
                Add(zip, $"own-models/{model.Hash}{ModelFile.Extension}", File.ReadAllBytes(Path.Combine(store.Folder.Models, model.Hash + ModelFile.Extension)));
            }
        });
        return samples.Count;
    }

    /// <summary>What people's programs know the picture by.</summary>
    private static string EndingOf(byte[] picture) => picture is [0x89, ..] ? ".png" : ".jpg";

    private static void Add(ZipArchive zip, string name, byte[] content, CompressionLevel level = CompressionLevel.Optimal)
    {
        using var entry = zip.CreateEntry(name, level).Open();
        entry.Write(content);
    }
}

/// <summary>A line of <c>samples.jsonl</c>.</summary>
internal sealed record ExportedSample(
    string Hash, string Kind, string? Picture, string? Text, DateTimeOffset Added, string Source, string Model, string Detected, double Confidence,
    IReadOnlyDictionary<string, double> Probabilities, string? Answer, DateTimeOffset? Answered, bool KeptToJudgeBy)
{
    public static ExportedSample Of(StoredSample sample, string? picture, string? text) => new(
        sample.Hash.ToString(), StudentStore.Word(sample.Kind), picture, text, sample.Added, sample.Source, sample.Judgement.Model.ToString(),
        sample.Judgement.Emotion, sample.Judgement.Confidence,
        new OrderedDictionary<string, double>(sample.Judgement.Probabilities, StringComparer.Ordinal), sample.Answer, sample.Answered, sample.IsHeldOut);
}

/// <summary><c>models.json</c>.</summary>
internal sealed record ExportedModels(IReadOnlyList<ExportedModel> Global, IReadOnlyList<ExportedOwnModel> Own);

/// <summary>A global model; its bytes are everybody's, and left out.</summary>
internal sealed record ExportedModel(string Hash, string Network, int Round, string Source, DateTimeOffset Added, bool Current)
{
    public static ExportedModel Of(StoredModel model) => new(model.Hash.ToString(), model.Network, model.Round, model.Source, model.Added, model.IsCurrent);
}

/// <summary>The student's own model.</summary>
internal sealed record ExportedOwnModel(string Hash, string Global, string Method, int Trained, int HeldOut, int GlobalCorrect, int PersonalCorrect, DateTimeOffset Added)
{
    public static ExportedOwnModel Of(StoredPersonalModel model) => new(
        model.Hash.ToString(), model.Global.ToString(), model.Method, model.Comparison.Trained, model.Comparison.HeldOut, model.Comparison.GlobalCorrect,
        model.Comparison.PersonalCorrect, model.Added);
}

[JsonSerializable(typeof(ExportedSample))]
[JsonSerializable(typeof(ExportedModels))]
internal sealed partial class ExportJson : JsonSerializerContext
{
    /// <summary>Letters as they are, for people who look into the file.</summary>
    public static ExportJson Readable { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
