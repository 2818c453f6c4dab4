using System.Text.Json;
using System.Text.Json.Nodes;
using Cohort.Model.Files;

namespace Cohort.Pbm.Tuning;

/// <summary>What a trial of a search reached, as a file keeps it and <c>pbm tune --json</c> prints it.</summary>
/// <param name="Trial">1-based.</param>
/// <param name="Rounds">How many it was given.</param>
/// <param name="Values">By path: what it gave the fields searched.</param>
/// <param name="PlanDigest">SHA-256 of its plan.</param>
/// <param name="Accuracy">On the samples kept to judge by; null where it failed.</param>
/// <param name="MacroF1">Likewise.</param>
/// <param name="Loss">Mean cross-entropy on them, in nats; null where it failed.</param>
/// <param name="Failure">Why it failed; null where it did not.</param>
internal sealed record TrialResult(
    int Trial, int Rounds, JsonObject Values, string PlanDigest, double? Accuracy, double? MacroF1, double? Loss, string? Failure)
{
    /// <summary>The values as people read them: without the sections that they stand in.</summary>
    public string ValuesInWords => string.Join(
        ", ", Values.Select(value => $"{value.Key[(value.Key.LastIndexOf('.') + 1)..]} {value.Value?.ToJsonString().Trim('"') ?? "none"}"));

    /// <summary>Puts it on disk.</summary>
    /// <exception cref="StorageException">It cannot be stored.</exception>
    public void Write(string path)
        => DurableFile.Write(path, stream => stream.Write(JsonSerializer.SerializeToUtf8Bytes(this, PbmJson.Default.TrialResult)));

    /// <returns>Null where there is none, or that of another plan.</returns>
    public static TrialResult? Read(string path, string planDigest)
    {
        try
        {
            var kept = File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllBytes(path), PbmJson.Default.TrialResult) : null;
            return string.Equals(kept?.PlanDigest, planDigest, StringComparison.Ordinal) ? kept : null;
        }
        catch (JsonException)
        {
            return null; // damaged: the trial is run again
        }
    }
}
