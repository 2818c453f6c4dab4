using System.Globalization;
using Cohort.Model.Files;
using Cohort.Seed.Api;

namespace Cohort.Seed.Host.Api;

/// <summary>Models: what there are, and their files.</summary>
internal static class ModelRoutes
{
    public static void MapModels(this IEndpointRouteBuilder routes, SeedServices seed)
    {
        routes.MapGet(ApiRoutes.Models, (string? run, int? offset, int? limit) => List(seed, run, offset, limit))
            .Needs(ApiRole.Viewer).WithSummary("The models on disk, those of one run if it is named.");
        routes.MapGet(ApiRoutes.Models + "/{hash}", (string hash) => StateOf(seed.Models.Find(hash), Makers(seed), seed))
            .Needs(ApiRole.Viewer).WithSummary("One model, by its hash or the beginning of it.");
        routes.MapGet(ApiRoutes.Models + "/{hash}/file", (string hash) => File(seed.Models.Find(hash), seed))
            .Needs(ApiRole.Viewer).WithSummary("A model's safetensors file.");
    }

    private static IReadOnlyList<ModelState> List(SeedServices seed, string? run, int? offset, int? limit)
    {
        var makers = Makers(seed);
        return
        [
            .. seed.Models.List()
                .Where(model => run is null
                    || (makers.TryGetValue(model, out var maker) && string.Equals(maker.Run, run, StringComparison.Ordinal)))
                .ToList()
                .Page(offset, limit)
                .Select(model => StateOf(model, makers, seed)),
        ];
    }

    /// <summary>Which run made which model, and in which round.</summary>
    private static Dictionary<ModelHash, (string Run, int Round)> Makers(SeedServices seed) => seed.Ledger.Read(ledger =>
    {
        var makers = new Dictionary<ModelHash, (string, int)>();
        foreach (var run in ledger.Runs())
        {
            makers[run.InitialModel] = (run.Id, 0);
            foreach (var round in ledger.Rounds(run.Id))
            {
                makers[round.Model] = (run.Id, round.Round);
            }
        }

        return makers;
    });

    private static ModelState StateOf(ModelHash model, Dictionary<ModelHash, (string Run, int Round)> makers, SeedServices seed)
    {
        var path = seed.Models.PathOf(model);
        using var file = Open(path);
        var header = SafeTensors.Read(file, path);
        var round = int.TryParse(header.Text("round"), NumberStyles.None, CultureInfo.InvariantCulture, out var made) ? made : 0;
        return new(
            model.ToString(),
            header.Text("network") ?? "",
            makers.TryGetValue(model, out var maker) ? maker.Run : null,
            round,
            header.Tensors.Sum(tensor => tensor.Bytes / sizeof(float)),
            file.Length);
    }

    private static IResult File(ModelHash model, SeedServices seed)
        => Results.File(
            Open(seed.Models.PathOf(model)),
            "application/octet-stream",
            model + ModelFile.Extension,
            entityTag: new Microsoft.Net.Http.Headers.EntityTagHeaderValue($"\"{model}\""),
            enableRangeProcessing: true);

    private static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1 << 16, useAsync: true);
        }
        catch (FileNotFoundException)
        {
            throw ApiException.NotFound("The model has just been deleted, as its plan's models.keep says.");
        }
    }
}
