using System.Text.Json.Nodes;
using Cohort.Model.Data;
using Cohort.Model.Files;
using Cohort.Model.Randomness;
using Cohort.Pbm.Tests.Processes;

namespace Cohort.Pbm.Tests;

/// <summary>Audits of one finished run's model.</summary>
public sealed class AuditTests(CommandTests.FinishedRun run) : IClassFixture<CommandTests.FinishedRun>
{
    private readonly Workplace _place = run.Place;

    private string Audited => ((string)run.Result["modelHash"]!)[..10];

    [Fact]
    public void An_inversion_audit_tells_what_it_saw_under_every_view_and_draws_it()
    {
        var report = _place.Json(
            "audit", "inversion", Audited, "--pictures", "1", "--iterations", "5", "--output", "leak.png");
        ((string)report["title"]!).ShouldBe("What an honest but curious leader could see");
        report["section"]!.AsArray().Count.ShouldBe(7);
        report["membership"].ShouldBeNull();
        var views = report["inversion"]!["views"]!.AsArray();
        views.Count.ShouldBe(6);
        views.Count(view => (bool)view!["planned"]!).ShouldBe(1);
        views[0]!["meanPsnr"]!.GetValue<double>().ShouldBeInRange(0, 100);
        File.ReadAllBytes(_place.PathOf("leak.png"))[..4].ShouldBe([0x89, (byte)'P', (byte)'N', (byte)'G']);
    }

    [Fact]
    public void The_same_audit_finds_the_same_figures()
    {
        JsonNode Audit() => _place.Json("audit", "inversion", Audited, "--pictures", "1", "--iterations", "5")["inversion"]!;
        Audit().ToJsonString().ShouldBe(Audit().ToJsonString());
    }

    [Fact]
    public void A_membership_audit_tells_every_attack_s_rates_and_lower_bound()
    {
        var report = _place.Json("audit", "membership", Audited, "--shadows", "2", "--shadow-epochs", "1");
        report["inversion"].ShouldBeNull();
        var found = report["membership"]!;
        found["accountedEpsilon"].ShouldBeNull();
        ((bool)found["violation"]!).ShouldBeFalse();
        var attacks = found["attacks"]!.AsArray();
        attacks.Select(attack => (string)attack!["name"]!).ShouldContain("likelihood ratio", StringComparer.Ordinal);
        foreach (var attack in attacks)
        {
            ((double)attack!["epsilonLowerBound"]!).ShouldBeGreaterThanOrEqualTo(0);
            attack["curve"]!.AsArray().Count.ShouldBe(101);
        }
    }

    [Theory]
    [InlineData("audit inversion MODEL --attack analytic", "cosine")]
    [InlineData("audit inversion MODEL --pictures 0", "--pictures")]
    [InlineData("audit inversion MODEL --attack guess", "guess")]
    [InlineData("audit inversion ffffffffff", "ffffffffff")]
    [InlineData("audit inversion MODEL --plan absent.json", "absent.json")]
    [InlineData("audit inversion MODEL --pictures 1 --iterations 1 --output absent/leak.png", "absent/leak.png")]
    [InlineData("audit membership MODEL --shadows 3", "--shadows")]
    [InlineData("audit membership MODEL --delta 1.5", "--delta")]
    public void What_cannot_be_audited_is_answered_with_a_sentence_and_exit_code_2(string line, string named)
    {
        var outcome = _place.Pbm(line.Replace("MODEL", Audited, StringComparison.Ordinal).Split(' '));
        outcome.ExitCode.ShouldBe(2, outcome.ToString());
        outcome.Error.ShouldContain(named);
        outcome.Error.ShouldNotContain("   at ");
    }

    [Fact]
    public void A_model_that_knows_its_samples_by_heart_and_promises_privacy_is_a_violation_with_an_exit_code_of_its_own()
    {
        using var place = new Workplace();
        SampleFile.Write(place.PathOf("noise.safetensors"), new DataSet("noise", Noise(300, 1), Noise(300, 2), IsSynthetic: true));
        var plan = place.Write("by-heart.json", """
            {
              "name": "by-heart", "network": "2nn", "data": { "set": "folder" }, "students": { "count": 1 }, "groups": { "count": 1 },
              "training": { "learningRate": 0.05, "epochs": 60 }, "rounds": { "count": 1 }
            }
            """);
        var hash = place.Train(plan, "--data", "noise.safetensors");
        place.Does("audit", "membership", hash, "--shadows", "0");

        var promising = ModelFile.Read(Path.Combine(place.Home, "models", hash + ModelFile.Extension))
            with
        { Epsilon = "0.1 at delta 1E-05" };
        var outcome = place.Pbm(
            "audit", "membership", new ModelStore(place.Folder).Save(promising) + ModelFile.Extension, "--plan", plan, "--data",
            "noise.safetensors", "--shadows", "0");
        outcome.ExitCode.ShouldBe(ExitCodes.Violation, outcome.ToString());
        outcome.Error.ShouldContain("VIOLATION");
        outcome.Output.ShouldContain("VIOLATION");
    }

    private static ImageArray Noise(int count, ulong seed)
    {
        var random = KeyedRandom.For(seed, Purpose.Audit);
        var pixels = new byte[count * 144];
        random.NextBytes(pixels);
        return new(
            new ImageShape(1, 12, 12), ["a", "b", "c"], pixels, [.. Enumerable.Range(0, count).Select(_ => (byte)random.Next(3))]);
    }
}
