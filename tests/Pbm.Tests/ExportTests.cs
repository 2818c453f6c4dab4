using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Cohort.Model.Data;
using Cohort.Model.Faces;
using Cohort.Model.Files;
using Cohort.Pbm.Tests.Processes;

namespace Cohort.Pbm.Tests;

/// <summary>Models that leave the home, with their cards, and models that come into it.</summary>
public sealed class ExportTests(CommandTests.FinishedRun run) : IClassFixture<CommandTests.FinishedRun>
{
    private readonly Workplace _place = run.Place;

    [Fact]
    public void A_model_is_written_as_onnx_with_a_card_from_the_ledger()
    {
        var exported = _place.Json("model", "export", Hash[..10], "--output", "face.onnx", "--licence", "CC-BY-4.0");
        ((string)exported["format"]!).ShouldBe("onnx");
        ((string)exported["model"]!).ShouldBe(Hash);
        var bytes = File.ReadAllBytes(_place.PathOf("face.onnx"));
        ((string)exported["sha256"]!).ShouldBe(Convert.ToHexStringLower(SHA256.HashData(bytes)));

        var card = File.ReadAllText(_place.PathOf("face.onnx.card.md"));
        card.ShouldContain((string)exported["sha256"]!);
        card.ShouldContain("avatars (synthetic)");
        card.ShouldContain("6 (partition byPerson)");
        card.ShouldContain("license: \"CC-BY-4.0\"");
        card.ShouldContain("As the ledger has them");
        card.ShouldContain(((double)run.Result["accuracy"]!).ToString("F4", CultureInfo.InvariantCulture));
    }

    [Fact]
    public void A_card_is_measured_where_data_is_given()
    {
        _place.Write("few.csv", FerFile.Text());
        _place.Does("model", "export", Hash[..10], "--output", "measured.onnx", "--data", "few.csv");
        var measured = _place.Json("model", "eval", Hash[..10], "--data", "few.csv");
        var card = File.ReadAllText(_place.PathOf("measured.onnx.card.md"));
        card.ShouldContain("On 21 test samples of few");
        card.ShouldContain($"| accuracy | {((double)measured["accuracy"]!).ToString("F4", CultureInfo.InvariantCulture)} (");
    }

    [Fact]
    public void A_card_tells_of_differences_between_people_as_model_bias_measures_them()
    {
        Directory.CreateDirectory(_place.PathOf("people/all"));
        var rows = new StringBuilder("image,emotion,gender,split\n");
        for (var i = 0; i < 60; i++)
        {
            var pixels = FerFile.Row(i % 7, 100 + i, "").Split(',')[1].Split(' ').Select(byte.Parse).ToArray();
            File.WriteAllBytes(_place.PathOf($"people/all/{i}.png"), new Picture(pixels, 48, 48).ToPng());
            rows.Append(CultureInfo.InvariantCulture, $"all/{i}.png,{EmotionClasses.Fer2013[i % 7]},{(i % 2 == 0 ? "female" : "male")},{(i < 10 ? "train" : "test")}\n");
        }

        _place.Write("people/labels.csv", rows.ToString());
        _place.Does("model", "export", Hash[..10], "--output", "compared.onnx", "--data", "people");
        var gaps = _place.Json("model", "bias", Hash[..10], "--data", "people")["attributes"]![0]!["gaps"]!.AsArray();
        var card = File.ReadAllText(_place.PathOf("compared.onnx.card.md"));
        card.ShouldContain("By gender: 50 samples, 2 values.");
        gaps.Count.ShouldBeGreaterThan(0);
        foreach (var gap in gaps)
        {
            card.ShouldContain(FormattableString.Invariant($"| {(string)gap!["name"]!} |"));
            card.ShouldContain(FormattableString.Invariant($"{(double)gap["value"]!:F4} ({(double)gap["interval"]!["low"]!:F4} to"));
        }
    }

    [Fact]
    public void As_safetensors_it_is_the_models_own_file()
    {
        var exported = _place.Json("model", "export", Hash[..10], "--output", "face.safetensors");
        ((string)exported["sha256"]!).ShouldBe(Hash);
        ((string)_place.Json("model", "show", "face.safetensors")["model"]!).ShouldBe(Hash);
    }

    [Fact]
    public void What_cannot_be_written_leaves_nothing_behind()
    {
        Directory.CreateDirectory(_place.PathOf("folder.onnx"));
        _place.Refuses("model", "export", Hash[..10], "--output", "nowhere/face.onnx").ShouldContain("nowhere/face.onnx");
        _place.Refuses("model", "export", Hash[..10], "--output", "folder.onnx").ShouldContain("it is a folder");
        _place.Refuses("model", "export", Hash[..10], "--format", "pickle").ShouldContain("pickle");
        _place.Refuses("model", "export", "nowhere.safetensors").ShouldContain("nowhere.safetensors");
        _place.Write("few.csv", FerFile.Text());
        _place.Refuses("model", "export", Hash[..10], "--output", "unmeasured.onnx", "--data", "nowhere.csv").ShouldContain("nowhere.csv");
        var full = PbmProcess.StartWithFilesUpTo(16, _place, "model", "export", Hash[..10], "--output", "large.onnx").WaitForExit();
        full.ExitCode.ShouldBe(2, full.ToString());
        Directory.EnumerateFileSystemEntries(_place.Folder, "*large*").ShouldBeEmpty();
        Directory.EnumerateFileSystemEntries(_place.Folder, "*unmeasured*").ShouldBeEmpty();
        Directory.Exists(_place.PathOf("nowhere")).ShouldBeFalse();
    }

    [Fact]
    public void A_checkpoint_of_another_program_becomes_a_model_that_judges_as_ours_does()
    {
        var model = ModelFile.Read(Path.Combine(_place.Home, "models", Hash + ModelFile.Extension));
        var header = SafeTensors.Header([], model.Tensors.Select(tensor => (tensor.Name, TensorType.F32, tensor.Shape)));
        File.WriteAllBytes(_place.PathOf("foreign.safetensors"), [.. header, .. model.ToBytes().AsSpan(model.Header().Length)]);

        var mean = model.PixelMean.ToString(CultureInfo.InvariantCulture);
        var deviation = model.PixelDeviation.ToString(CultureInfo.InvariantCulture);
        var imported = _place.Json(
            "model", "import", "foreign.safetensors", "--network", "cnn2-small", "--data-mean", mean, "--data-deviation", deviation, "--home", "other");
        var hash = (string)imported["model"]!;
        hash.ShouldNotBe(Hash, StringComparer.Ordinal);
        _place.Write("few.csv", FerFile.Text());
        var (ours, theirs) = (
            _place.Json("model", "eval", Hash[..10], "--data", "few.csv"), _place.Json("model", "eval", hash[..10], "--data", "few.csv", "--home", "other"));
        ((double)theirs["loss"]!).ShouldBe((double)ours["loss"]!);
        ((string)_place.Json("model", "show", hash[..10], "--home", "other")["epsilon"]!).ShouldBe("not accounted");
        _place.Does("model", "export", hash[..10], "--home", "other", "--output", "again.onnx");
        File.ReadAllText(_place.PathOf("again.onnx.card.md")).ShouldContain("imported into Cohort");

        _place.Refuses("model", "import", "foreign.safetensors", "--network", "cnn4", "--home", "other").ShouldContain("--map");
        _place.Refuses("model", "import", "foreign.safetensors", "--network", "cnn9").ShouldContain("cnn9");
        _place.Refuses("model", "import", "few.csv", "--network", "cnn4").ShouldContain("few.csv");
        _place.Refuses("model", "import", "foreign.safetensors", "--network", "cnn2-small", "--classes", "a,b").ShouldContain("shape");
        _place.Refuses("model", "import", "foreign.safetensors", "--network", "cnn2-small", "--picture", "48").ShouldContain("--picture");
        _place.Refuses("model", "import", "foreign.safetensors", "--network", "cnn2-small", "--data-deviation", "0").ShouldContain("above 0");
        _place.Refuses("model", "import", "foreign.safetensors", "--network", "cnn2-small", "--map", "few.csv").ShouldContain("few.csv");
    }

    private string Hash => (string)run.Result["modelHash"]!;
}
