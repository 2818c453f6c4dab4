using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using Cohort.Device;
using Cohort.Device.Store;
using Cohort.Model.Files;
using Cohort.Pbm.Printing;
using Cohort.Pbm.Remote;

namespace Cohort.Pbm.Commands;

/// <summary><c>pbm student update</c>: the newest global model on a student's device.</summary>
internal static class StudentUpdateCommand
{
    public static Command Create()
    {
        var options = new StudentOptions();
        options.Model.Description = "Use this model: the first digits of a hash, of the cluster or, without one, of the home's models; or a model file. Default: the "
            + "cluster's newest.";
        var schedule = new Option<string?>("--schedule")
        {
            Description = "Take what this schedule of the cluster has released. Default: the cluster's only schedule; without any the newest run's model.",
            HelpName = "NAME",
        };
        var cluster = new ClusterOptions();
        var json = CommonOptions.Json();
        var command = new CommandWithExamples(
            "update",
            "Put the newest global model on a student's device. The old one is used until the new one answers, and kept behind it.",
            "pbm student update --id ada --cluster http://127.0.0.1:8080",
            "pbm student update --id ada --model best.safetensors")
        {
            options.Id, options.Model, schedule, options.Home, cluster.Url, cluster.TokenFile, json,
        };
        command.Details = "Nothing but the model is asked for, and nothing of the student is sent. A download that breaks off is continued by the next call.";
        command.SetAction(async (parsed, stop) =>
        {
            using var store = StudentStore.Open(options.Folder(parsed), TimeProvider.System);
            var named = parsed.GetValue(options.Model);
            var isLocal = parsed.GetValue(cluster.Url) is null && named is not null && (NamedModel.IsFile(named) || !ClusterAddress.IsInEnvironment);
            var (model, fetched, kept) = isLocal ? (StudentOptions.Adopt(store, NamedModel.Open(named!, new Home(parsed.GetValue(options.Home)))), 0L, 0L)
                : await FromCluster(store, cluster.Open(parsed), named, parsed.GetValue(schedule), stop);
            var updated = new UpdatedModel(store.Student.ToString(), model.Hash.ToString(), StudentOptions.Word(model.Kind), model.Network, model.Round, model.Source, fetched, kept);
            if (parsed.GetValue(json))
            {
                Page.PrintJson(updated, PbmJson.Default.UpdatedModel);
                return;
            }

            var how = isLocal ? ""
                : fetched == 0 ? " It was here already."
                : kept > 0 ? $" {Figures.Bytes(fetched)} were fetched, {Figures.Bytes(kept)} were here from before."
                : $" {Figures.Bytes(fetched)} were fetched.";
            Page.PrintParagraph($"{store.Student} uses model {model.Hash.Short} for {updated.Kind}s ({model.Network}, round {Figures.Count(model.Round)}): it has its hash, and answers.{how}");
        });
        return command;
    }

    private static async Task<(StoredModel Model, long Fetched, long Kept)> FromCluster(StudentStore store, SeedClient client, string? named, string? schedule, CancellationToken stop)
    {
        using var seed = client;
        var state = await ClusterModels.Find(seed, named ?? await Released(seed, schedule, store.Student, stop) ?? await Newest(seed, stop), stop);
        if (!ModelHash.TryParse(state.Model, out var hash))
        {
            throw new CommandException($"{seed.Address}: '{Printable.Of(state.Model)}' is no model's hash.", ExitCodes.Cluster);
        }

        if (store.Models().FirstOrDefault(model => model.Hash == hash) is { } known)
        {
            var bytes = await File.ReadAllBytesAsync(Path.Combine(store.Folder.Models, known.Hash + ModelFile.Extension), stop);
            return (store.Adopt(bytes, seed.Address.ToString(), hash), 0, 0);
        }

        var part = store.PathOfPart(hash);
        long kept;
        byte[] whole;
        try
        {
            await using (var file = new FileStream(part, FileMode.OpenOrCreate, FileAccess.ReadWrite))
            {
                kept = await seed.Resume(state, file, stop);
                whole = new byte[file.Length];
                file.Position = 0;
                await file.ReadExactlyAsync(whole, stop);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{part}: the model cannot be written ({e.Message.TrimEnd('.')}). The model used so far stays.");
        }

        try
        {
            return (store.Adopt(whole, seed.Address.ToString(), hash), whole.Length - kept, kept);
        }
        finally
        {
            File.Delete(part); // what is whole and wrong would be wrong the next time too
        }
    }

    /// <summary>What a schedule has released; null where the cluster has none.</summary>
    private static async Task<string?> Released(SeedClient seed, string? schedule, StudentName student, CancellationToken stop)
    {
        if (schedule is null)
        {
            var schedules = await seed.Schedules(stop);
            if (schedules.Count > 1)
            {
                throw new CommandException($"{seed.Address} has {schedules.Count} schedules ({string.Join(", ", schedules.Select(each => Printable.Of(each.Name)))}); "
                    + "say with --schedule which one's model is wanted.");
            }

            schedule = schedules.Count == 1 ? schedules[0].Name : null;
        }

        // Who tries a new model first follows from the name; the cluster gets a hash of it, which serves as well.
        var pseudonym = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"cohort-device/{student}")))[..16];
        return schedule is null ? null : (await seed.Released(schedule, pseudonym, stop)).Model;
    }

    /// <summary>The newest model of the newest run that has made one.</summary>
    private static async Task<string> Newest(SeedClient seed, CancellationToken stop)
        => (await seed.Runs(stop)).Where(run => run.Rounds > 0).MaxBy(run => run.Started)?.Model
            ?? throw new CommandException($"{seed.Address}: no run has finished a round yet, so there is no model to fetch.", ExitCodes.Cluster);
}

/// <summary>What <c>pbm student update --json</c> prints.</summary>
/// <param name="Student">Whose device.</param>
/// <param name="Model">The model in use.</param>
/// <param name="Kind">picture or text.</param>
/// <param name="Network">Its network.</param>
/// <param name="Round">The round that made it.</param>
/// <param name="Source">Where it came from.</param>
/// <param name="FetchedBytes">How many bytes came.</param>
/// <param name="KeptBytes">How many were here from a download that broke off.</param>
internal sealed record UpdatedModel(string Student, string Model, string Kind, string Network, int Round, string Source, long FetchedBytes, long KeptBytes);
