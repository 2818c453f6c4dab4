using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Cohort.Pbm.Tests.Processes;

namespace Cohort.Pbm.Tests;

/// <summary>Reports on finished runs, and bias by what is known of their faces.</summary>
public sealed class ReportTests(CommandTests.FinishedRun run) : IClassFixture<CommandTests.FinishedRun>
{
    private readonly Workplace _place = run.Place;
    private readonly string _hash = (string)run.Result["modelHash"]!;

    [Fact]
    public void A_page_needs_nothing_but_itself_and_is_well_formed()
    {
        _place.Does("report", "faces-1", "--output", "alone", "--resamples", "50");
        var page = Read("alone/report.html");
        page.ShouldStartWith("<!DOCTYPE html>");
        page.ShouldNotContain("<script");
        Outside(page).ShouldBeEmpty();
        var root = Parsed(page);
        string[] headings = [.. root.Descendants("h2").Select(heading => heading.Value)];
        headings.ShouldBe(["Summary", "Learning curves", "Classes", "Confusions", "Calibration", "Bias", "Students", "Groups", "Privacy", "Samples", "Reproduction"]);
        foreach (var link in root.Descendants("nav").Descendants("a"))
        {
            var target = link.Attribute("href")!.Value[1..];
            root.Descendants().Count(element => string.Equals(element.Attribute("id")?.Value, target, StringComparison.Ordinal)).ShouldBe(1, target);
        }
    }

    [Fact]
    public void Every_chart_has_its_figures_in_a_table_beside_it_and_says_what_it_shows()
    {
        _place.Does("report", "faces-1", "--output", "charts", "--resamples", "50");
        var charts = Parsed(Read("charts/report.html")).Descendants("figure").Where(figure => figure.Descendants(Svg + "svg").Any()).ToList();
        charts.Count.ShouldBeGreaterThan(7);
        foreach (var figure in charts)
        {
            figure.Descendants("figcaption").Single().Value.ShouldNotBeEmpty();
            figure.Descendants(Svg + "svg").Single().Attribute("aria-label")!.Value.ShouldNotBeEmpty();
            var table = figure.Descendants("table").Single();
            var columns = table.Descendants("thead").Descendants("th").Count();
            table.Descendants("tbody").Elements("tr").ShouldAllBe(row => row.Elements().Count() == columns);
            table.Descendants("tbody").Elements("tr").ShouldNotBeEmpty();
        }
    }

    [Fact]
    public void Json_csv_and_page_say_the_same()
    {
        var report = _place.Json("report", "faces-1", "--output", "same", "--csv", "--png", "--resamples", "50");
        var model = report["models"]![0]!;
        ((string)model["evaluation"]!["model"]!).ShouldBe(_hash);
        var measured = _place.Json("model", "eval", _hash[..10], "--resamples", "50");
        model["evaluation"]!.ToJsonString().ShouldBe(measured.ToJsonString());

        var summary = Read("same/figures/summary.csv").TrimEnd().Split('\n');
        summary[1].Split(',')[3].ShouldBe(((double)measured["accuracy"]!).ToString("R", System.Globalization.CultureInfo.InvariantCulture));
        Parsed(Read("same/report.html")).Descendants("table").First().Descendants("td").Select(cell => cell.Value)
            .ShouldContain(((double)measured["accuracy"]!).ToString("P1", System.Globalization.CultureInfo.InvariantCulture), StringComparer.Ordinal);
        var curve = Read("same/figures/learning-accuracy.csv").TrimEnd().Split('\n');
        var rounds = report["runs"]![0]!["rounds"]!.AsArray().Where(round => round!["accuracy"] is not null).ToList();
        curve.Length.ShouldBe(rounds.Count + 1);
        curve[^1].ShouldEndWith(((double)rounds[^1]!["accuracy"]!).ToString("R", System.Globalization.CultureInfo.InvariantCulture));
        foreach (var png in Directory.GetFiles(Path.Combine(_place.Folder, "same/figures"), "*.png"))
        {
            File.ReadAllBytes(png)[1..4].ShouldBe("PNG"u8.ToArray());
            File.Exists(Path.ChangeExtension(png, ".csv")).ShouldBeTrue(png);
        }
    }

    [Fact]
    public void Two_runs_stand_side_by_side()
    {
        var said = _place.Pbm("run", "faces.json", "--seed", "5", "--rounds", "3");
        _place.Does("report", "faces-1", "faces-2", "--output", "both.html", "--csv", "--resamples", "0");
        Read("both-figures/learning-loss.csv").Split('\n')[0].ShouldBe("round,faces-1,faces-2");
        Read("both-figures/learning-train-loss.csv").Split('\n')[0].ShouldBe("round,faces-1,faces-2");
        var losses = _place.Json("ledger", "show", "faces-2")["rounds"]!.AsArray().Select(round => (double)round!["lossTrain"]!).ToList();
        losses.Count.ShouldBe(3);
        losses.ShouldAllBe(loss => said.ToString().Contains(FormattableString.Invariant($"train loss {loss:F3}"), StringComparison.Ordinal));
        Read("both-figures/classes.csv").Split('\n').Count(line => line.StartsWith("happy,", StringComparison.Ordinal)).ShouldBe(2);
        Parsed(Read("both.html")).Descendants(Svg + "text").Select(text => text.Value).ShouldContain("faces-2", StringComparer.Ordinal);
    }

    [Fact]
    public void Pictures_are_told_of_and_left_out_where_that_is_asked()
    {
        var said = _place.Does("report", "faces-1", "--output", "pictures", "--resamples", "0");
        said.ShouldContain("contains test pictures");
        Read("pictures/report.html").ShouldContain("data:image/png;base64,");
        _place.Does("report", "faces-1", "--output", "none", "--no-pictures", "--resamples", "0").ShouldNotContain("contains test pictures");
        var without = Read("none/report.html");
        without.ShouldNotContain("data:image");
        without.ShouldContain("Test samples of which faces-1 was surest, and right.");
    }

    [Fact]
    public void An_audit_that_was_made_is_in_the_report()
    {
        _place.Json("audit", "membership", _hash[..10]);
        _place.Does("report", "faces-1", "--output", "audited", "--csv", "--resamples", "0");
        Parsed(Read("audited/report.html")).Descendants("h2").Select(heading => heading.Value).ShouldContain("Audits", StringComparer.Ordinal);
        Read("audited/figures/audit-membership-faces-1.csv").ShouldContain("loss,sample");
        Directory.Delete(Path.Combine(_place.Home, "audits"), recursive: true);
    }

    [Fact]
    public void What_is_named_and_not_there_is_said_with_what_is()
    {
        _place.Refuses("report", "nobody-7").ShouldContain("There is no run and no model 'nobody-7'; the newest runs are");
        _place.Refuses("model", "bias", _hash[..10], "--by", "gender").ShouldContain("no attribute \"gender\"; they have person, glasses, beard, style, light");
        _place.Refuses("report", "faces-1", "--data", "nowhere").ShouldContain("nowhere");
    }

    [Fact]
    public void Groups_are_compared_and_their_samples_add_up()
    {
        var report = _place.Json("model", "bias", _hash[..10], "--by", "light", "--by", "person", "--resamples", "50", "--csv", "light.csv", "--plot", "light.png");
        var light = report["attributes"]![0]!;
        var groups = light["groups"]!.AsArray();
        groups.Select(group => (string)group!["value"]!).ShouldBe(["front", "left", "right"]);
        groups.Sum(group => (int)group!["samples"]!).ShouldBe((int)report["samples"]!);
        var measured = _place.Json("model", "eval", _hash[..10], "--resamples", "0");
        groups.Sum(group => (int)group!["samples"]! * (double)group["accuracy"]!).ShouldBe((int)report["samples"]! * (double)measured["accuracy"]!, 1e-6);
        light["gaps"]!.AsArray().Select(gap => (string)gap!["name"]!).ShouldContain("accuracy", StringComparer.Ordinal);
        Read("light.csv").Split('\n').Count(line => line.StartsWith("light,", StringComparison.Ordinal)).ShouldBe(3 * 8);
        _place.Does("model", "bias", _hash[..10], "--by", "light", "--resamples", "50").ShouldContain("by chance");
    }

    [Fact]
    public void A_plan_that_balances_by_what_nobody_knows_is_refused_before_it_trains()
    {
        var plan = JsonNode.Parse(Read("faces.json"), documentOptions: new() { CommentHandling = System.Text.Json.JsonCommentHandling.Skip, AllowTrailingCommas = true })!.AsObject();
        var training = plan["training"]?.AsObject() ?? (JsonObject)(plan["training"] = new JsonObject())!;
        training["balance"] = "resample";
        training["balanceBy"] = "gender";
        _place.Write("balanced.json", plan.ToJsonString());
        _place.Refuses("run", "balanced.json", "--rounds", "1").ShouldContain("no attribute \"gender\"; they have person, glasses, beard, style, light");
        training["balanceBy"] = "glasses";
        _place.Write("balanced.json", plan.ToJsonString());
        var balanced = _place.Json("run", "balanced.json", "--rounds", "2", "--fresh", "--slots", "1");
        ((string)_place.Json("run", "balanced.json", "--rounds", "2", "--fresh", "--slots", "3")["modelHash"]!).ShouldBe((string)balanced["modelHash"]!);
        ((string)_place.Json("run", "faces.json", "--rounds", "2", "--fresh")["modelHash"]!).ShouldNotBe((string)balanced["modelHash"]!, StringComparer.Ordinal);
    }

    private static XNamespace Svg => "http://www.w3.org/2000/svg";

    private static XElement Parsed(string page) => XElement.Parse(Regex.Replace(page, "^<!DOCTYPE html>\n", "", RegexOptions.None, TimeSpan.FromSeconds(1)));

    // What a browser would fetch; names of namespaces are none.
    private static string[] Outside(string page) => [.. Regex.Matches(
            page, "(?:src|href|url)\\s*[=(]\\s*[\"']?(?!#|data:)[^\"'> ]+|@import", RegexOptions.IgnoreCase, TimeSpan.FromSeconds(5))
        .Select(match => match.Value)];

    private string Read(string file) => File.ReadAllText(Path.Combine(_place.Folder, file));
}
