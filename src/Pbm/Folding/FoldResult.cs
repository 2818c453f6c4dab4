using System.Text.Json;
using Cohort.Model.Evaluation;
using Cohort.Model.Files;

namespace Cohort.Pbm.Folding;

/// <summary>One fold that is done: from these counts all its figures follow.</summary>
/// <param name="Fold">From 1.</param>
/// <param name="Model">SHA-256 of the model's file.</param>
/// <param name="Train">Samples trained on.</param>
/// <param name="Test">Samples tested on.</param>
/// <param name="Loss">Mean cross-entropy on the fold's samples, in nats.</param>
/// <param name="Confusion">Counts on the fold's samples: a row for each actual class, a column for each predicted one.</param>
internal sealed record FoldResult(int Fold, string Model, int Train, int Test, double Loss, IReadOnlyList<long[]> Confusion)
{
    public Metrics Metrics() => Cohort.Model.Evaluation.Metrics.Of(ConfusionMatrix.FromRows(Confusion), Loss);

    /// <summary>What stands in a file; null where there is none.</summary>
    /// <exception cref="CommandException">The file is damaged.</exception>
    public static FoldResult? Read(string path)
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllText(path), PbmJson.Default.FoldResult) : null;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new CommandException(
                $"{path}: the fold's result cannot be read ({e.Message.TrimEnd('.')}); delete the file, and the fold is done again.");
        }
    }

    /// <exception cref="StorageException">It could not be stored.</exception>
    public void Write(string path)
        => DurableFile.Write(path, stream => JsonSerializer.Serialize(stream, this, PbmJson.Default.FoldResult));
}
