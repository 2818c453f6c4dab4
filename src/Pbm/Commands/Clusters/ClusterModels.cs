using System.Globalization;
using Cohort.Model.Files;
using Cohort.Pbm.Printing;
using Cohort.Pbm.Remote;
using Cohort.Seed.Api;

namespace Cohort.Pbm.Commands;

/// <summary>The models of a cluster, as <c>pbm model list</c>, <c>show</c> and <c>get</c> know them.</summary>
internal static class ClusterModels
{
    public static async Task List(SeedClient seed, string? run, bool json, CancellationToken stop)
    {
        var all = await seed.Models(stop);
        ModelState[] models = [.. all.Where(model => run is null || string.Equals(model.Run, run, StringComparison.Ordinal))];
        if (run is not null && models.Length == 0)
        {
            await seed.Run(run, stop); // says no where there is no such run
        }

        if (json)
        {
            Page.PrintJson(new ModelsOfCluster(models), PbmJson.Default.ModelsOfCluster);
            return;
        }

        var table = Tables.New().Name("model", "run").Number("round").Name("network").Number("parameters", "size");
        foreach (var model in models)
        {
            table.Row(
                RunTable.Hash(model.Model),
                model.Run ?? "-",
                model.Round.ToString(CultureInfo.InvariantCulture),
                model.Network,
                Figures.Count(model.Parameters),
                Figures.Bytes(model.Bytes));
        }

        Page.Print(table);
    }

    public static async Task Show(SeedClient seed, string named, bool json, CancellationToken stop)
    {
        var model = await Find(seed, named, stop);
        if (json)
        {
            Page.PrintJson(model, ApiJson.Default.ModelState);
            return;
        }

        Page.Print(Printable.Of($"Model {model.Model}"));
        Page.Print(Tables.Facts()
            .Row("network", model.Network)
            .Row("parameters", Figures.Count(model.Parameters))
            .Row("run", model.Run ?? "of no run here")
            .Row("round", model.Round == 0 ? "0 (untrained)" : Figures.Count(model.Round))
            .Row("size", Figures.Bytes(model.Bytes)));
    }

    /// <summary>The one model whose hash begins so.</summary>
    /// <exception cref="CommandException">There is none, or there are several.</exception>
    public static async Task<ModelState> Find(SeedClient seed, string named, CancellationToken stop)
    {
        if (ModelHash.TryParse(named, out var whole))
        {
            return await seed.Model(whole.ToString(), stop);
        }

        var found = (await seed.Models(stop))
            .Where(model => model.Model.StartsWith(named, StringComparison.OrdinalIgnoreCase))
            .DistinctBy(model => model.Model, StringComparer.Ordinal)
            .ToArray();
        return found.Length switch
        {
            1 => found[0],
            0 => throw new CommandException(
                $"{seed.Address}: no model's hash begins with '{Printable.Of(named)}'; pbm model list shows those there are."),
            _ => throw new CommandException(
                $"{seed.Address}: {found.Length} models' hashes begin with '{Printable.Of(named)}'; give more digits."),
        };
    }
}

/// <summary>What <c>pbm model list --cluster URL --json</c> prints.</summary>
internal sealed record ModelsOfCluster(IReadOnlyList<ModelState> Models);
