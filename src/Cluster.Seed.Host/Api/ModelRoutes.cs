using System.Globalization;
using Cohort.Model.Files;
using Cohort.Seed.Api;
using Cohort.Seed.Ledger;

namespace Cohort.Seed.Host.Api;

/// <summary>Models: what there are, and their files.</summary>
internal static class ModelRoutes
{
    public static void MapModels(this IEndpointRouteBuilder routes, SeedServices seed)
    {
        routes.MapGet(ApiRoutes.Models, (string? run, int? offset, int? limit) => List(seed, run, offset, limit))
            .Needs(ApiRole.Viewer).WithSummary("The models that are kept, those of one run if it is named.");
        routes.MapGet(
                ApiRoutes.Models + "/{hash}",
                (string hash) => seed.Archive.Read(archive => StateOf(archive.Models.Find(hash), Makers(archive.Ledger), archive.Models)))
            .Needs(ApiRole.Viewer).WithSummary("One model, by its hash or the beginning of it.");
        routes.MapGet(ApiRoutes.Models + "/{hash}/file", (string hash, HttpContext context) => File(hash, seed, context))
            .Needs(ApiRole.Viewer).WithSummary("A model's safetensors file.");
    }

    private static IReadOnlyList<ModelState> List(SeedServices seed, string? run, int? offset, int? limit)
        => seed.Archive.Read<IReadOnlyList<ModelState>>(archive =>
        {
            var makers = Makers(archive.Ledger);
            return
            [
                .. archive.Models.List()
                    .Where(model => run is null
                        || (makers.TryGetValue(model, out var maker) && string.Equals(maker.Run, run, StringComparison.Ordinal)))
                    .ToList()
                    .Page(offset, limit)
                    .Select(model => StateOf(model, makers, archive.Models)),
            ];
        });

    /// <summary>Which run made which model, and in which round.</summary>
    private static Dictionary<ModelHash, (string Run, int Round)> Makers(ILedger ledger)
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
    }

    private static ModelState StateOf(
        ModelHash model, Dictionary<ModelHash, (string Run, int Round)> makers, IModelStore models)
    {
        using var file = models.OpenRead(model);
        var header = SafeTensors.Read(file, $"{models.Name}, model {model}");
        var round = int.TryParse(header.Text("round"), NumberStyles.None, CultureInfo.InvariantCulture, out var made) ? made : 0;
        return new(
            model.ToString(),
            header.Text("network") ?? "",
            makers.TryGetValue(model, out var maker) ? maker.Run : null,
            round,
            header.Tensors.Sum(tensor => tensor.Bytes / sizeof(float)),
            file.Length);
    }

    private static IResult File(string hash, SeedServices seed, HttpContext context)
    {
        var archive = seed.Archive.Open();
        context.Response.RegisterForDispose(archive);
        var model = archive.Models.Find(hash);
        return Results.File(
            archive.Models.OpenRead(model),
            "application/octet-stream",
            model + ModelFile.Extension,
            entityTag: new Microsoft.Net.Http.Headers.EntityTagHeaderValue($"\"{model}\""),
            enableRangeProcessing: true);
    }
}
