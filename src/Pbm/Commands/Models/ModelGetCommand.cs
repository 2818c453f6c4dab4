using System.CommandLine;
using System.Security.Cryptography;
using Cohort.Model.Files;
using Cohort.Pbm.Printing;
using Cohort.Pbm.Remote;
using Cohort.Seed.Api;

namespace Cohort.Pbm.Commands;

/// <summary><c>pbm model get</c>: a cluster's model as a file here.</summary>
internal static class ModelGetCommand
{
    public static Command Create()
    {
        var model = new Argument<string>("MODEL") { Description = "The first digits of a model's hash." };
        var output = new Option<string?>("--output")
        {
            Description = "The file to write. Default: HASH.safetensors in this folder.",
            HelpName = "FILE",
        };
        var cluster = new ClusterOptions();
        var json = CommonOptions.Json();
        var command = new CommandWithExamples(
            "get",
            "Fetch a model from a cluster, and check that it has its hash.",
            "pbm model get 3f9a1c",
            "pbm model get 3f9a1c --output best.safetensors")
        {
            model, output, cluster.Url, cluster.TokenFile, json,
        };
        command.Details = "A file of that name is replaced once the new one is complete and has its hash.";
        command.SetAction(async (parsed, stop) =>
        {
            using var seed = cluster.Open(parsed);
            var state = await ClusterModels.Find(seed, parsed.GetValue(model)!, stop);
            if (!ModelHash.TryParse(state.Model, out var hash))
            {
                var no = $"{seed.Address}: '{Printable.Of(state.Model)}' is no model's hash.";
                throw new CommandException(no, ExitCodes.Cluster);
            }

            var path = Path.GetFullPath(parsed.GetValue(output) ?? hash + ModelFile.Extension);
            await Fetch(seed, state, hash, path, stop);
            if (parsed.GetValue(json))
            {
                Page.PrintJson(new FetchedModel(hash.ToString(), path, state.Bytes), PbmJson.Default.FetchedModel);
            }
            else
            {
                Page.Print($"{path}: model {hash.Short}, {Figures.Bytes(state.Bytes)}.");
            }
        });
        return command;
    }

    /// <summary>Nothing stands under the file's name before it is complete and right.</summary>
    private static async Task Fetch(SeedClient seed, ModelState model, ModelHash hash, string path, CancellationToken stop)
    {
        var part = $"{path}.{Environment.ProcessId}.part";
        try
        {
            await using (var file = new FileStream(part, FileMode.Create, FileAccess.ReadWrite))
            {
                await seed.Download(model, file, stop);
                file.Position = 0;
                var found = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, stop));
                if (!string.Equals(found, hash.ToString(), StringComparison.Ordinal))
                {
                    throw new CommandException(
                        $"{seed.Address}: what came as {hash.Short} has the hash {found[..12]}; it was damaged or cut short.",
                        ExitCodes.Cluster);
                }
            }

            File.Move(part, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{path}: the model cannot be written ({e.Message.TrimEnd('.')}).");
        }
        finally
        {
            if (File.Exists(part))
            {
                File.Delete(part);
            }
        }
    }
}

/// <summary>What <c>pbm model get --json</c> prints.</summary>
internal sealed record FetchedModel(string Model, string Path, long Bytes);
