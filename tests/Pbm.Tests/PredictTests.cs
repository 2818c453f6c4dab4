using System.Text.Json.Nodes;
using Cohort.Model.Data;
using Cohort.Model.Faces;
using Cohort.Pbm.Tests.Processes;

namespace Cohort.Pbm.Tests;

/// <summary>What a model sees in pictures, folders and tables of pixels.</summary>
public sealed class PredictTests(CommandTests.FinishedRun run) : IClassFixture<CommandTests.FinishedRun>
{
    private readonly Workplace _place = run.Place;

    [Fact]
    public void A_small_picture_is_taken_whole_and_gets_a_probability_for_every_class()
    {
        Face("face.png", 1);
        var lines = Lines("model", "predict", Hash, "face.png", "face.png");
        lines.Count.ShouldBe(2);
        foreach (var seen in lines)
        {
            ((string)seen["model"]!).ShouldBe((string)run.Result["modelHash"]!);
            ((string)seen["image"]!).ShouldBe("face.png");
            var face = seen["faces"]!.AsArray().Single()!;
            face["box"].ShouldBeNull();
            var probabilities = face["probabilities"]!.AsObject();
            probabilities.Sum(each => (double)each.Value!).ShouldBe(1, 1e-6);
            probabilities.MaxBy(each => (double)each.Value!).Key.ShouldBe((string)face["label"]!);
        }

        _place.Does("model", "predict", "face.png").ShouldContain((string)lines[0]["faces"]![0]!["label"]!);
    }

    [Fact]
    public void A_folder_is_searched_at_any_depth_in_the_order_of_its_paths()
    {
        foreach (var (number, name) in new[] { "b/2.png", "a/c/1.png", "0.png" }.Index())
        {
            Face($"tree/{name}", number);
        }

        _place.Write("tree/notes.txt", "no picture");
        Directory.CreateSymbolicLink(_place.PathOf("tree/a/up"), _place.PathOf("tree"));
        Lines("model", "predict", Hash, "tree").Select(seen => (string)seen["image"]!)
            .ShouldBe(["tree/0.png", "tree/a/c/1.png", "tree/b/2.png"]);
    }

    [Fact]
    public void A_table_of_pixels_becomes_a_table_of_labels()
    {
        var rows = string.Concat(Enumerable.Range(0, 70).Select(number => $"\"{FerFile.Row(0, number, "").Split(',')[1]}\"\n"));
        _place.Write("test.csv", "pixels\n" + rows);
        _place.Does("model", "predict", Hash, "test.csv", "--csv", "labels.csv").ShouldContain("70 faces");

        var table = File.ReadAllLines(_place.PathOf("labels.csv"));
        table[0].ShouldBe("image,face,x,y,width,height,label,probability,angry,disgust,fear,happy,sad,surprise,neutral");
        table.Length.ShouldBe(71);
        table[70].ShouldStartWith("test.csv#70,0,,,,,");
        var lines = Lines("model", "predict", Hash, "test.csv");
        foreach (var (row, seen) in table.Skip(1).Zip(lines))
        {
            row.Split(',')[6].ShouldBe((string)seen["faces"]![0]!["label"]!);
        }

        // The same pixels as a picture file get the same answer.
        var pixels = FerFile.Row(0, 5, "").Split(',')[1].Split(' ').Select(byte.Parse).ToArray();
        File.WriteAllBytes(_place.PathOf("row6.png"), new Picture(pixels, 48, 48).ToPng());
        ((double)Lines("model", "predict", Hash, "row6.png")[0]["faces"]![0]!["probability"]!)
            .ShouldBe((double)lines[5]["faces"]![0]!["probability"]!, 1e-5);
    }

    [Fact]
    public void Bad_pictures_are_named_and_the_others_go_on()
    {
        Face("good.png", 1);
        _place.Write("bad.png", "no picture");
        var outcome = _place.Pbm("model", "predict", Hash, "bad.png", "good.png", "gone.png", "--csv", "some.csv");
        outcome.ExitCode.ShouldBe(1, outcome.ToString());
        outcome.Error.ShouldContain("bad.png");
        outcome.Error.ShouldContain("gone.png");
        outcome.Error.ShouldContain("2 could not be read; the other 1 could.");
        File.ReadAllLines(_place.PathOf("some.csv")).Length.ShouldBe(2);

        var lines = _place.Pbm("model", "predict", Hash, "bad.png", "good.png", "--json");
        lines.ExitCode.ShouldBe(1, lines.ToString());
        var told = lines.Output.TrimEnd().Split('\n').Select(line => JsonNode.Parse(line)!).ToArray();
        ((string)told[0]["problem"]!).ShouldContain("bad.png");
        told[1]["problem"].ShouldBeNull();

        _place.Refuses("model", "predict", Hash, "bad.png", "gone.png", "--csv", "none.csv").ShouldContain("None of them");
        File.Exists(_place.PathOf("none.csv")).ShouldBeFalse();
        _place.Refuses("model", "predict", Hash, "bad.png").ShouldContain("bad.png");
        _place.Write("nothing/notes.txt", "");
        _place.Refuses("model", "predict", Hash, "nothing").ShouldContain("no picture");
        _place.Refuses("model", "predict", Hash, "good.png", "--csv", "nowhere/x.csv").ShouldContain("no such folder");
        _place.Refuses("model", "predict", Hash, "good.png", "--annotate", "bad.png").ShouldContain("--annotate");
        _place.Write("wrong.csv", "pixels\n1 2 3\n");
        _place.Refuses("model", "predict", Hash, "wrong.csv").ShouldContain("line 2");
    }

    [Fact]
    public void A_picture_without_a_face_says_so_and_is_an_error_only_if_alone()
    {
        File.WriteAllBytes(_place.PathOf("wall.png"), new Picture(new byte[300 * 200], 300, 200).ToPng());
        Face("lone.png", 2);
        _place.Does("model", "predict", Hash, "wall.png", "lone.png").ShouldContain("wall.png: no face found");
        var alone = _place.Pbm("model", "predict", Hash, "wall.png");
        alone.ExitCode.ShouldBe(1, alone.ToString());
        alone.Error.ShouldContain("--faces whole");
        Lines("model", "predict", Hash, "wall.png", "--faces", "whole")[0]["faces"]!.AsArray().Count.ShouldBe(1);
    }

    [Fact]
    public void Annotated_copies_lie_in_folders_as_the_pictures_did()
    {
        Face("album/one/face.png", 3);
        Face("album/two/face.png", 4);
        Face("face.png", 5);
        _place.Does("model", "predict", Hash, "album", "face.png", "album/one/face.png", "--annotate", "seen");
        foreach (var name in new[] { "one/face.png", "two/face.png", "face.png", "face-2.png" })
        {
            var drawn = Vision.Open(File.ReadAllBytes(_place.PathOf("seen/" + name)), inColour: true);
            (drawn.Width, drawn.Height).ShouldBe((336, 336)); // seven times 48: the least above 320
            drawn.Pixels.Chunk(3).Count(pixel => pixel[0] > pixel[2] + 100).ShouldBeGreaterThan(500, "a grey picture with a coloured box");
        }
    }

    private string Hash => ((string)run.Result["modelHash"]!)[..10];

    private void Face(string name, int number)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_place.PathOf(name))!);
        var pixels = FerFile.Row(3, number, "").Split(',')[1].Split(' ').Select(byte.Parse).ToArray();
        File.WriteAllBytes(_place.PathOf(name), new Picture(pixels, 48, 48).ToPng());
    }

    private List<JsonNode> Lines(params string[] arguments)
        => [.. _place.Does([.. arguments, "--json"]).TrimEnd().Split('\n').Select(line => JsonNode.Parse(line)!)];
}
