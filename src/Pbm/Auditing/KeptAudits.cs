using System.Text.Json;
using Cohort.Model.Audit;
using Cohort.Model.Files;

namespace Cohort.Pbm.Auditing;

/// <summary>What audits have found of models, kept in the home for reports: the newest of each kind. They hold figures and no picture.</summary>
internal static class KeptAudits
{
    private static readonly string[] s_kinds = ["inversion", "membership"];

    /// <summary>Keeps one. Where it cannot be written it is told all the same, as it took minutes to find, and standard error says so.</summary>
    public static void Keep(AuditReport report, Home home)
    {
        var kind = report.Inversion is not null ? s_kinds[0] : s_kinds[1];
        try
        {
            home.CreateAuditFolder();
            DurableFile.Write(
                PathOf(report.Model, kind, home), stream => JsonSerializer.Serialize(stream, report, PbmJson.Default.AuditReport));
        }
        catch (Exception e) when (e is StorageException or CommandException)
        {
            Console.Error.WriteLine($"The audit is not kept for pbm report: {e.Message}");
        }
    }

    /// <summary>Those of a model.</summary>
    /// <exception cref="CommandException">A file is damaged.</exception>
    public static IReadOnlyList<AuditReport> Of(ModelHash model, Home home)
        => [.. s_kinds.Select(kind => PathOf(model.ToString(), kind, home)).Where(File.Exists).Select(Read)];

    private static string PathOf(string model, string kind, Home home) => Path.Combine(home.AuditFolder, $"{model}-{kind}.json");

    private static AuditReport Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), PbmJson.Default.AuditReport)
                ?? throw new CommandException($"{path}: there is no audit in it; remove it, and audit the model again.");
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{path}: the audit cannot be read ({e.Message.TrimEnd('.')}); remove it, and audit the model again.");
        }
    }
}
