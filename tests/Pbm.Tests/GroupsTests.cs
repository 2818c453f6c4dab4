using System.Globalization;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Cohort.Model.Data;
using Cohort.Pbm.Tests.Processes;

namespace Cohort.Pbm.Tests;

/// <summary>Groups are formed, formed again and compared; what students report of their labels may be noised.</summary>
public sealed class GroupsTests : IDisposable
{
    private static readonly string[] Hundred =
        ["groups", "compare", "--students", "100", "--dirichlet", "0.1", "--groups", "10", "--classes", "fer2013", "--seed", "1"];

    private readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public void Every_algorithm_is_an_object_and_balanced_groups_are_near_the_population()
    {
        var compared = Compared(Hundred);
        compared.Select(one => (string)one["algorithm"]!).ShouldBe(["random", "astraea", "balanced", "layered", "equalSamples"]);
        compared.ShouldAllBe(one => (double)one["seconds"]! >= 0 && !one.ContainsKey("epsilon"));

        var balanced = compared[2];
        ((double)balanced["meanKl"]!).ShouldBeLessThanOrEqualTo(0.02);
        ((double)balanced["maxKl"]!).ShouldBeLessThanOrEqualTo(0.06);
        ((double)compared[0]["meanKl"]!).ShouldBeGreaterThan(0.15);
        ((double)compared[1]["maxKl"]!).ShouldBeGreaterThan((double)balanced["maxKl"]!);
        compared.Take(4).ShouldAllBe(one => (int)one["leastStudents"]! == 10 && (int)one["mostStudents"]! == 10);
    }

    [Theory]
    [InlineData("fer2013", "over FER2013's classes into 2 groups")]
    [InlineData("3,2,1", "over 3 classes into 2 groups")]
    [InlineData("5", "over 1 class into 2 groups")]
    public void What_is_compared_is_said_first(string classes, string expected)
        => _place.Does("groups", "compare", "--students", "6", "--groups", "2", "--classes", classes).ShouldContain(expected);

    [Fact]
    public void The_same_seed_compares_the_same_students_and_another_seed_others()
    {
        string[] With(string seed) => [.. Compared([.. Hundred[..^1], seed]).Select(one => one["meanKl"]!.ToJsonString())];
        With("1").ShouldBe(With("1"));
        With("2").ShouldNotBe(With("1"));
    }

    [Fact]
    public void Noise_on_reports_costs_balance_and_less_of_it_costs_less()
    {
        var balanced = Compared([.. Hundred, "--epsilon", "10,0.1,1"])
            .Where(one => string.Equals((string)one["algorithm"]!, "balanced", StringComparison.Ordinal)).ToList();
        balanced.Select(one => (double?)one["epsilon"]).ShouldBe([null, 0.1, 1, 10]);
        var kl = balanced.ConvertAll(one => (double)one["meanKl"]!);
        kl[1].ShouldBeGreaterThan(2 * kl[2]);
        kl[2].ShouldBeGreaterThan(kl[0]);
        kl[1].ShouldBeLessThan(0.35);
    }

    [Fact]
    public void Groups_are_limited_in_size_and_equal_in_samples_where_that_is_asked_for()
    {
        var equal = Compared([.. Hundred, "--max-size", "11"])[^1];
        ((int)equal["mostStudents"]!).ShouldBeLessThanOrEqualTo(11);
        ((int)equal["mostSamples"]!).ShouldBeLessThan(2 * (int)equal["leastSamples"]!);
    }

    [Fact]
    public void A_plans_students_are_compared_as_a_run_would_group_them()
    {
        _place.Write("faces.json", Plans.Faces);
        var formed = _place.Json("groups", "show", "faces.json")["formed"]!;
        var balanced = Compared("groups", "compare", "faces.json").Single(one => string.Equals((string)one["algorithm"]!, "balanced", StringComparison.Ordinal));
        ((double)balanced["meanKl"]!).ShouldBe((double)formed["meanKl"]!, 1e-12);
    }

    [Fact]
    public void A_chart_is_an_svg_file_whose_bars_and_table_say_the_figures()
    {
        _place.Does([.. Hundred, "--epsilon", "0.1,1", "--plot", "groups.svg"]);
        var chart = XDocument.Load(_place.PathOf("groups.svg"));
        XNamespace svg = "http://www.w3.org/2000/svg";
        var texts = chart.Descendants(svg + "text").Select(text => text.Value).ToList();
        texts.ShouldContain("10 balanced groups against the population", StringComparer.Ordinal);
        texts.Count(text => text.StartsWith("group ", StringComparison.Ordinal)).ShouldBe(10);
        foreach (var expected in EmotionClasses.Fer2013.Append("epsilon of a student's report, for each sample"))
        {
            texts.ShouldContain(expected, StringComparer.Ordinal);
        }

        foreach (var one in Compared(Hundred))
        {
            texts.ShouldContain(((double)one["meanKl"]!).ToString("F4", CultureInfo.InvariantCulture), StringComparer.Ordinal);
        }

        // Ten groups of seven bars, each with a mark of the population's share.
        var bars = chart.Descendants(svg + "polygon").GroupBy(shape => (string)shape.Attribute("fill")!, StringComparer.Ordinal)
            .ToDictionary(shapes => shapes.Key, shapes => shapes.Count(), StringComparer.Ordinal);
        bars["#222222"].ShouldBe(70 + 1);
        bars["#0072b2"].ShouldBeGreaterThanOrEqualTo(70 + 1);
    }

    [Fact]
    public void A_chart_is_a_png_file_too()
    {
        _place.Does([.. Hundred, "--plot", "groups.png"]);
        var pixels = new byte[256 * 256];
        Vision.Decode(_place.PathOf("groups.png"), 256, pixels);
        pixels.Count(pixel => pixel > 250).ShouldBeGreaterThan(256 * 128); // dark on white
        pixels.Count(pixel => pixel < 130).ShouldBeGreaterThan(1_000);
    }

    [Theory]
    [InlineData("--students 3 --groups 4", "3 students cannot form 4 groups")]
    [InlineData("--students 30 --groups 4 --max-size 31", "A group of 31 students is larger than the population of 30")]
    [InlineData("--students 30 --groups 4 --max-size 7", "4 groups of at most 7 hold 28 of 30 students; give --groups 5 or more")]
    [InlineData("--students 0", "--students 0")]
    [InlineData("--dirichlet 0", "--dirichlet 0")]
    [InlineData("--classes mnist", "\"mnist\" is no class's size")]
    [InlineData("--epsilon 0", "\"0\" is no epsilon")]
    [InlineData("--plot groups.pdf", "charts are drawn as .svg or .png")]
    [InlineData("faces.json --students 5", "leave it out, or --students")]
    [InlineData("--histograms bad.csv", "bad.csv:3: the student has -2 samples of class sad; a count is 0 or more")]
    [InlineData("--histograms short.csv", "short.csv:2: there are 1 counts for 2 classes")]
    [InlineData("--histograms text.csv", "\"many\" is no count of class sad")]
    [InlineData("--histograms none.csv", "none.csv: the histograms cannot be read")]
    public void What_cannot_be_grouped_is_named_and_nothing_is_written(string options, string expected)
    {
        _place.Write("faces.json", Plans.Faces);
        _place.Write("bad.csv", "happy,sad\n3,4\n5,-2\n");
        _place.Write("short.csv", "happy,sad\n3\n");
        _place.Write("text.csv", "happy,sad\n3,many\n");
        var outcome = _place.Pbm(["groups", "compare", .. options.Split(' ')]);
        outcome.ExitCode.ShouldBe(2, outcome.ToString());
        outcome.Error.ShouldContain(expected);
        outcome.Output.ShouldBeEmpty();
    }

    [Fact]
    public void Histograms_of_a_file_are_grouped()
    {
        _place.Write("four.csv", "happy,sad\n10,0\n0,10\n10,0\n0,10\n");
        var balanced = Compared("groups", "compare", "--histograms", "four.csv", "--groups", "2")[2];
        ((double)balanced["meanKl"]!).ShouldBe(0, 1e-12);
        ((int)balanced["mostSamples"]!).ShouldBe(20);
    }

    [Fact]
    public void Groups_formed_again_keep_whom_they_can()
    {
        var plan = _place.Write("many.json", Many(students: 30));
        _place.Does("groups", "form", plan, "--output", "groups.json");
        var before = GroupsOf("groups.json");
        before.Count.ShouldBe(30);
        before.GroupBy(group => group).Select(group => group.Count()).ShouldBe([6, 6, 6, 6, 6]);

        // Two go and four come.
        _place.Write("many.json", Many(students: 34));
        var formed = _place.Json("groups", "form", plan, "--from", "groups.json", "--without", "3,17", "--max-kl", "0.5", "--output", "again.json");
        var after = GroupsOf("again.json");
        after.Count.ShouldBe(34);
        (after[3], after[17]).ShouldBe((null, null));
        var moved = before.Zip(after).Count(pair => pair.Second is not null && pair.First != pair.Second);
        moved.ShouldBe((int)formed["moved"]!);
        moved.ShouldBeLessThanOrEqualTo(3);
        ((int)formed["came"]!, (int)formed["left"]!, (int)formed["students"]!).ShouldBe((4, 2, 32));
        var sizes = after.Where(group => group is not null).GroupBy(group => group).Select(group => group.Count()).ToList();
        (sizes.Max() - sizes.Min()).ShouldBeLessThanOrEqualTo(1);
    }

    [Fact]
    public void Groups_that_nothing_changed_for_are_formed_again_as_they_are()
    {
        var plan = _place.Write("many.json", Many(students: 30));
        _place.Does("groups", "form", plan, "--output", "groups.json");
        ((int)_place.Json("groups", "form", plan, "--from", "groups.json", "--output", "again.json")["moved"]!).ShouldBe(0);
        GroupsOf("again.json").ShouldBe(GroupsOf("groups.json"));
    }

    [Theory]
    [InlineData("--from none.json", "none.json: the groups cannot be read")]
    [InlineData("--from text.json", "text.json: this is no file of groups")]
    [InlineData("--from empty.json", "empty.json: groups and groupOf are missing")]
    [InlineData("--from wrong.json", "wrong.json: student 1 is in group 5; expected a group from 0 to 4")]
    [InlineData("--from two.json", "two.json: there are 2 groups, and the plan many forms 5")]
    [InlineData("--without 30", "there is no student \"30\"")]
    [InlineData("--max-kl 1", "give --from too")]
    public void Groups_that_cannot_be_formed_again_are_refused_and_nothing_is_written(string options, string expected)
    {
        var plan = _place.Write("many.json", Many(students: 30));
        _place.Write("text.json", "groups");
        _place.Write("empty.json", "{}");
        _place.Write("wrong.json", """{ "groups": 5, "groupOf": [0, 5] }""");
        _place.Write("two.json", """{ "groups": 2, "groupOf": [0, 1] }""");
        _place.Refuses(["groups", "form", plan, "--output", "new.json", .. options.Split(' ')]).ShouldContain(expected);
        File.Exists(_place.PathOf("new.json")).ShouldBeFalse();
    }

    [Fact]
    public void Noised_reports_are_counted_apart_from_the_students_epsilon()
    {
        var plan = _place.Write("noised.json", Plans.Faces.Replace("\"method\": \"balanced\"", "\"histogramEpsilon\": 0.5", StringComparison.Ordinal));
        _place.Train(plan, "--rounds", "1");
        _place.Train(plan, "--rounds", "1", "--fresh");

        var population = _place.Json("privacy", "show")["populations"]!.AsArray().ShouldHaveSingleItem()!;
        ((double)population["labelEpsilon"]!).ShouldBe(1);
        population["epsilon"].ShouldBeNull(); // the updates are not noised
        population["runs"]!.AsArray().Select(run => ((string)run!["labels"]!, (double)run["labelEpsilon"]!)).ShouldBe([("noised", 0.5), ("noised", 0.5)]);
        _place.Does("privacy", "show").ShouldContain("Reports of labels, all runs: epsilon 1.0000 for each sample of a student");
        _place.Does("groups", "show", plan).ShouldContain("A run's students noise what they report under a secret of the run");
    }

    private List<JsonObject> Compared(params string[] command)
        => [.. _place.Does([.. command, "--json"]).TrimEnd().Split('\n').Select(line => JsonNode.Parse(line)!.AsObject())];

    private List<int?> GroupsOf(string file)
        => [.. JsonNode.Parse(File.ReadAllText(_place.PathOf(file)))!["groupOf"]!.AsArray().Select(group => (int?)group)];

    private static string Many(int students) => $$"""
        {
          "name": "many",
          "network": "logistic",
          "data": { "set": "avatars", "avatars": { "samplesPerStudent": 12, "testStudents": 2 } },
          "students": { "count": {{students}}, "partition": "byPerson" },
          "groups": { "count": 5 }
        }
        """;
}
