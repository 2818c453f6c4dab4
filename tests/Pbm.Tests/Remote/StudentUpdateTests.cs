using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Cohort.Model.Data;
using Cohort.Model.Files;
using Cohort.Model.Networks;
using Cohort.Model.Plans;
using Cohort.Model.Training;
using Cohort.Pbm.Tests.Processes;
using Cohort.Seed.Api;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Cohort.Pbm.Tests.Remote;

/// <summary>A student's device gets the newest global model from a cluster, whole and right, or keeps the one it has.</summary>
public sealed class StudentUpdateTests : IAsyncLifetime
{
    private readonly Workplace _place = new();
    private readonly List<string> _ranges = [];
    private MemorySeed _seed = null!;
    private ScheduleState[] _schedules = [];

    /// <summary>What the seed gives out instead of the model's bytes; null for those.</summary>
    private byte[]? _instead;

    /// <summary>After how many bytes the connection breaks; null for never.</summary>
    private int? _breaksAfter;

    public async Task InitializeAsync() => _seed = await MemorySeed.Start();

    public async Task DisposeAsync()
    {
        await _seed.DisposeAsync();
        _place.Dispose();
    }

    [Fact]
    public void The_newest_model_is_fetched_once_and_the_old_one_kept_behind_it()
    {
        var (first, second) = (ModelOf(1), ModelOf(2));
        Serve(first);
        var updated = Update();
        ((string)updated["model"]!, (string)updated["source"]!, (long)updated["fetchedBytes"]!).ShouldBe((HashOf(first), _seed.Url, first.Length));
        ((long)Update()["fetchedBytes"]!).ShouldBe(0); // it is there

        Serve(second);
        ((string)Update()["model"]!).ShouldBe(HashOf(second));
        Files().ShouldBe(new[] { HashOf(first), HashOf(second) }.Select(hash => hash + ".safetensors").Order(StringComparer.Ordinal));
        Models().ShouldBe([(HashOf(first), false), (HashOf(second), true)]);

        // A device asks and tells nothing: every request is a GET without a body.
        _seed.Asked.ShouldAllBe(asked => asked.StartsWith("GET /api/v1/", StringComparison.Ordinal) && asked.Split(' ').Length == 2);
        _seed.Asked.ShouldAllBe(asked => !asked.Contains("ada", StringComparison.Ordinal));
    }

    [Fact]
    public void A_download_that_breaks_off_is_continued_where_it_broke()
    {
        var model = ModelOf(1);
        Serve(model);
        _breaksAfter = 40_000;
        var outcome = Call();
        outcome.ExitCode.ShouldBe(3, outcome.ToString());
        var part = Path.Combine(Folder, HashOf(model) + ".safetensors.part");
        var there = new FileInfo(part).Length;
        there.ShouldBeInRange(1, model.Length - 1);

        _breaksAfter = null;
        var updated = Update();
        _ranges[^1].ShouldBe($"bytes={there}-");
        ((long)updated["keptBytes"]!, (long)updated["fetchedBytes"]!).ShouldBe((there, model.Length - there));
        Files().ShouldBe([HashOf(model) + ".safetensors"]);
        File.ReadAllBytes(Path.Combine(Folder, HashOf(model) + ".safetensors")).ShouldBe(model);
    }

    [Fact]
    public void A_model_that_is_damaged_or_does_not_answer_is_refused_and_the_old_one_stays_in_use()
    {
        var old = ModelOf(1);
        Serve(old);
        Update();

        var wanted = ModelOf(2);
        Serve(wanted);
        _instead = [.. wanted[..^4], 1, 2, 3, 4];
        var outcome = Call();
        outcome.ExitCode.ShouldBe(2, outcome.ToString());
        outcome.Error.ShouldContain("it was damaged or cut short. The model used so far stays.");

        _instead = null;
        var broken = ModelOf(3, breakIt: true);
        Serve(broken);
        Call().Error.ShouldContain("is broken: its parameter 5 is");

        Models().ShouldBe([(HashOf(old), true)]);
        Files().ShouldBe([HashOf(old) + ".safetensors"]);
        Serve(wanted);
        ((string)Update()["model"]!).ShouldBe(HashOf(wanted)); // what was wrong does not come again
    }

    [Fact]
    public void A_part_that_is_longer_than_the_model_is_thrown_away()
    {
        var model = ModelOf(1);
        Serve(model);
        Directory.CreateDirectory(Folder);
        File.WriteAllBytes(Path.Combine(Folder, HashOf(model) + ".safetensors.part"), new byte[model.Length + 5]);
        ((long)Update()["keptBytes"]!).ShouldBe(0);
    }

    [Fact]
    public void A_cluster_without_a_finished_round_has_no_model_yet()
    {
        Serve(ModelOf(1));
        _seed.Run = _seed.Run with { Rounds = 0 };
        var outcome = Call();
        (outcome.ExitCode, outcome.Error.Contains("no run has finished a round yet", StringComparison.Ordinal)).ShouldBe((3, true), outcome.ToString());
    }

    [Fact]
    public void A_model_file_is_put_in_use_without_a_cluster()
    {
        File.WriteAllBytes(_place.PathOf("best.safetensors"), ModelOf(4));
        var updated = _place.Json("student", "update", "--id", "ada", "--model", "best.safetensors");
        ((string)updated["model"]!, (long)updated["fetchedBytes"]!).ShouldBe((HashOf(ModelOf(4)), 0));
    }

    [Fact]
    public void What_a_schedule_has_released_is_taken_rather_than_the_newest()
    {
        var released = ModelOf(1);
        Serve(released);
        _seed.Run = _seed.Run with { Model = HashOf(ModelOf(2)) }; // newer, and not released
        _schedules = [new("daily", "quick", "1d", "waiting", null, null, null, 0, 0, 0, HashOf(released), null, null)];
        ((string)Update()["model"]!).ShouldBe(HashOf(released));
        _seed.Asked.ShouldContain(asked => asked.Contains("/schedules/daily/model?student=", StringComparison.Ordinal));
        _seed.Asked.ShouldAllBe(asked => !asked.Contains("ada", StringComparison.Ordinal));
    }

    private string Folder => Path.Combine(_place.Home, "students", "ada", "models");

    private void Serve(byte[] model)
    {
        var hash = HashOf(model);
        _seed.Run = _seed.Run with { Model = hash, Rounds = 3 };
        _seed.Misbehave = async http =>
        {
            if (http.Request.Path == ApiRoutes.Schedules)
            {
                await http.Response.WriteAsJsonAsync(_schedules);
                return true;
            }

            if (http.Request.Path == $"{ApiRoutes.Schedules}/daily/model")
            {
                await http.Response.WriteAsJsonAsync(new ReleasedModel("daily", hash, false));
                return true;
            }

            if (http.Request.Path == $"{ApiRoutes.Models}/{hash}")
            {
                await http.Response.WriteAsJsonAsync(new ModelState(hash, NetworkNames.Logistic, "quick-1", 3, 5, model.Length));
                return true;
            }

            if (http.Request.Path != $"{ApiRoutes.Models}/{hash}/file")
            {
                return false;
            }

            _ranges.Add(http.Request.Headers.Range.ToString());
            if (_breaksAfter is { } bytes)
            {
                http.Response.ContentLength = model.Length;
                await http.Response.Body.WriteAsync(model.AsMemory(0, bytes));
                await http.Response.Body.FlushAsync();
                await Task.Delay(TimeSpan.FromMilliseconds(200)); // for what was sent to be read
                http.Abort();
                return true;
            }

            await Results.File(_instead ?? model, "application/octet-stream", entityTag: new EntityTagHeaderValue($"\"{hash}\""), enableRangeProcessing: true).ExecuteAsync(http);
            return true;
        };
    }

    private Outcome Call() => _place.Pbm("student", "update", "--id", "ada", "--cluster", _seed.Url);

    private JsonObject Update() => _place.Json("student", "update", "--id", "ada", "--cluster", _seed.Url);

    private List<string> Files() => [.. Directory.GetFiles(Folder).Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal)];

    private List<(string Model, bool InUse)> Models() => [.. _place.Json("student", "show", "--id", "ada")["models"]!.AsArray()
        .Select(model => ((string)model!["model"]!, (bool)model["inUse"]!))];

    private static string HashOf(byte[] model) => ModelHash.Of(model).ToString();

    private static byte[] ModelOf(ulong seed, bool breakIt = false)
    {
        var spec = new NetworkSpec(NetworkNames.Logistic, ImageShape.Face, EmotionClasses.Fer2013.Count);
        var (parameters, layout) = InitialModel.Create(spec, seed);
        if (breakIt)
        {
            parameters[5] = float.PositiveInfinity;
        }

        var model = new ModelFile { Network = spec.Name, Classes = EmotionClasses.Fer2013, Tensors = layout, Parameters = parameters, Round = (int)seed };
        return [.. model.Header(), .. MemoryMarshal.AsBytes<float>(parameters)];
    }
}
