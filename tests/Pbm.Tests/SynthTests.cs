using Cohort.Model.Data;
using Cohort.Pbm.Tests.Processes;

namespace Cohort.Pbm.Tests;

/// <summary>Made pictures, from the command that makes them to the run that trains on them.</summary>
public sealed class SynthTests : IDisposable
{
    private readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public void Faces_are_drawn_to_order_with_a_table_and_a_sheet()
    {
        var made = _place.Json("data", "synth", "--class", "happy=3,sad=2", "--gender", "female", "--light", "left", "--output", "drawn", "--sheet", "drawn.png");
        ((int)made["synthetic"]!).ShouldBe(5);
        var rows = File.ReadAllLines(_place.PathOf("drawn/labels.csv"));
        rows[0].ShouldBe("image,emotion,person,gender,light,split,synthetic,derivedFrom,change");
        rows.Skip(1).ShouldAllBe(row => row.Contains(",female,left,train,true,,", StringComparison.Ordinal));
        rows.Skip(1).CountBy(row => row.Split(',')[1], StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal).ShouldBe(new Dictionary<string, int>(StringComparer.Ordinal) { ["happy"] = 3, ["sad"] = 2 }, ignoreOrder: true);
        File.ReadAllBytes(_place.PathOf("drawn.png"))[1..4].ShouldBe("PNG"u8.ToArray());

        _place.Refuses("data", "synth", "--count", "5", "--output", "drawn").ShouldContain("something lies there already");
        _place.Does("data", "synth", "--class", "happy=3,sad=2", "--gender", "female", "--light", "left", "--output", "again");
        File.ReadAllBytes(_place.PathOf("again/sad/00002.png")).ShouldBe(File.ReadAllBytes(_place.PathOf("drawn/sad/00002.png")));
    }

    [Fact]
    public void A_class_is_balanced_by_variations_and_a_run_tells_how_many_it_trained_on()
    {
        _place.Write("few.csv", Few());
        var made = _place.Json("data", "synth", "--vary", "few.csv", "--balance", "class", "--class", "disgust", "--output", "more");
        ((int)made["derived"]!).ShouldBe(6);
        var cell = made["cells"]![0]!;
        ((string)cell["class"]!, (int)cell["have"]!, (int)cell["made"]!).ShouldBe(("disgust", 2, 6));

        var import = _place.Json("data", "import", "few.csv", "--add", "more", "--name", "balanced");
        ((int)import["derivedTraining"]!).ShouldBe(6);
        var shown = _place.Json("data", "show", "balanced");
        ((int)shown["classes"]![1]!["train"]!).ShouldBe(8);
        ((int)shown["classes"]![1]!["test"]!).ShouldBe(3);
        _place.Does("data", "list").ShouldContain("6 made");

        _place.Write("plan.json", Plans.Reading("fer2013"));
        _place.Does("run", "plan.json", "--data", "balanced").ShouldContain("6 derived of 56 samples");
        var run = _place.Json("run", "plan.json", "--data", "balanced", "--fresh");
        ((int)run["derivedTraining"]!).ShouldBe(6);
        ((int)run["syntheticTraining"]!).ShouldBe(0);
    }

    [Fact]
    public void Drawn_faces_fill_up_what_a_data_set_lacks_by_gender()
    {
        for (var i = 0; i < 4; i++)
        {
            WritePng($"faces/happy/{i}.png", i);
        }

        _place.Write("faces/labels.csv", "image,emotion,gender,split\nhappy/0.png,happy,male,train\nhappy/1.png,happy,male,train\nhappy/2.png,happy,female,train\nhappy/3.png,happy,female,test\n");
        var made = _place.Json("data", "synth", "--like", "faces", "--balance", "gender", "--output", "drawn");
        ((int)made["synthetic"]!).ShouldBe(1);
        File.ReadAllLines(_place.PathOf("drawn/labels.csv"))[1].ShouldContain(",female,");
        var contents = _place.Json("data", "import", "faces", "--add", "drawn", "--name", "even");
        ((int)contents["syntheticTraining"]!).ShouldBe(1);

        _place.Refuses("data", "synth", "--like", "faces", "--balance", "school", "--output", "x").ShouldContain("no attribute \"school\"; they have gender");
        _place.Refuses("data", "synth", "--like", "faces", "--balance", "class", "--class", "happy", "--output", "x").ShouldContain("Nothing is missing");
    }

    [Fact]
    public void Variations_of_other_data_whose_source_is_tested_on_here_are_not_taken()
    {
        // The same picture is for training in one set and for testing in the other.
        _place.Write("one.csv", $"{FerFile.Head}\n{FerFile.Row(1, 7, "Training")}\n{FerFile.Row(2, 8, "PublicTest")}\n");
        _place.Write("other.csv", $"{FerFile.Head}\n{FerFile.Row(2, 9, "Training")}\n{FerFile.Row(1, 7, "PublicTest")}\n");
        _place.Does("data", "synth", "--vary", "one.csv", "--output", "more");
        _place.Refuses("data", "import", "other.csv", "--add", "more", "--name", "leak").ShouldContain("derived from pictures of the test half");
        File.Exists(_place.PathOf("home/data/leak.safetensors")).ShouldBeFalse();
    }

    [Theory]
    [InlineData("--count 5 --class happy=2", "give one of the two")]
    [InlineData("--class happy=2,sad", "all of them one, or none")]
    [InlineData("--class bored=2", "cannot be drawn 'bored'")]
    [InlineData("--class happy=0", "a whole number from 1")]
    [InlineData("", "How many faces?")]
    [InlineData("--balance class", "--like DATA to draw it")]
    [InlineData("--like few.csv", "what is it to be balanced by?")]
    [InlineData("--vary few.csv --count 3", "--count and --persons are for drawn faces")]
    [InlineData("--vary few.csv --per-image 2 --balance class", "--per-image says how many")]
    [InlineData("--vary few.csv --class bored", "There is no class 'bored'; there are angry")]
    [InlineData("--vary few.csv --change colour", "--change has 'colour'")]
    [InlineData("--vary few.csv --balance light", "cannot be aimed at a light")]
    [InlineData("--vary absent.csv", "There is no file or folder 'absent.csv'")]
    public void What_cannot_be_made_is_refused_and_nothing_is_written(string line, string sentence)
    {
        _place.Write("few.csv", Few());
        var arguments = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        _place.Refuses(["data", "synth", .. arguments, "--output", "out"]).ShouldContain(sentence);
        Directory.Exists(_place.PathOf("out")).ShouldBeFalse();
        Directory.Exists(_place.PathOf("out.part")).ShouldBeFalse();
    }

    // Eight of each emotion to train on, and two of disgust; three to test on.
    private static string Few() => string.Join('\n', FerFile.Text().Split('\n').Where((line, i) => i is < 12 or > 17)) + "\n";

    private void WritePng(string name, int shade)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_place.PathOf(name))!);
        byte[] grey = [.. Enumerable.Repeat((byte)(shade * 40), 48 * 48)];
        File.WriteAllBytes(_place.PathOf(name), Vision.EncodePng(grey, 48, 48));
    }
}
