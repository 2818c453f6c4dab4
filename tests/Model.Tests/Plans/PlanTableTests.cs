using System.Text.Json.Nodes;
using Cohort.Model.Plans;

namespace Cohort.Model.Tests.Plans;

public class PlanTableTests
{
    [Fact]
    public void The_committed_schema_is_the_one_of_the_table()
    {
        var path = Path.Combine(Repository.Plans, "plan.schema.json");
        if (Environment.GetEnvironmentVariable("COHORT_WRITE_SCHEMA") is "1")
            File.WriteAllText(path, PlanSchema.ToJson());

        File.ReadAllText(path).ShouldBe(PlanSchema.ToJson(),
            "write it anew: COHORT_WRITE_SCHEMA=1 dotnet test tests/Model.Tests --filter PlanTableTests");
    }

    [Fact]
    public void The_schema_tells_type_range_words_default_and_meaning()
    {
        var schema = JsonNode.Parse(PlanSchema.ToJson())!;

        schema["required"]!.AsArray().Select(n => n!.GetValue<string>()).ShouldBe(["name", "network", "data"]);
        schema["additionalProperties"]!.GetValue<bool>().ShouldBeFalse();
        var training = schema["properties"]!["training"]!["properties"]!;
        training["epochs"]!.ToJsonString().ShouldBe(
            """{"type":"integer","minimum":1,"maximum":10000,"description":"How often a student goes through its samples """ +
            """in one round. In passes.","default":1}""");
        training["learningRate"]!["exclusiveMinimum"]!.GetValue<double>().ShouldBe(0);
        training["optimizer"]!["enum"]!.ToJsonString().ShouldBe("""["sgd","adam"]""");
        schema["properties"]!["privacy"]!["properties"]!["clip"]!["type"]!.ToJsonString().ShouldBe("""["number","null"]""");
    }

    [Fact]
    public void Every_property_of_the_records_has_one_row_in_the_table()
    {
        static IEnumerable<string> Leaves(JsonObject node, string path) => node.SelectMany(p =>
            p.Value is JsonObject inner ? Leaves(inner, $"{path}{p.Key}.") : [$"{path}{p.Key}"]);
        static int Properties(Type type) => type.GetProperties().Where(p => p.CanWrite).Sum(p =>
            p.PropertyType is { IsClass: true } inner && inner.Assembly == type.Assembly ? Properties(p.PropertyType) : 1);

        var written = Leaves(JsonNode.Parse(new Plan().ToCanonicalJson())!.AsObject(), "").ToList();

        written.ShouldBe(PlanFields.All.Where(f => f.IsWritten(new Plan())).Select(f => f.Path));
        PlanFields.All.Count(f => f is not IUnusedSetting).ShouldBe(Properties(typeof(Plan)));
    }

    [Fact]
    public void A_choice_has_its_kinds_and_their_numbers_in_schema_and_explanation()
    {
        var server = JsonNode.Parse(PlanSchema.ToJson())!["properties"]!["server"]!["properties"]!;
        server["optimizer"]!["enum"]!.ToJsonString().ShouldBe("""["fedAdagrad","fedAdam","fedAvg","fedAvgM","fedYogi"]""");
        server["beta2"]!["default"]!.GetValue<double>().ShouldBe(0.99);

        var rows = PlanExplanation.Of(new Plan { Server = new() { Optimizer = new("fedAdam") } }).Rows;
        rows.Single(row => row.Path is "server.optimizer").Meaning.ShouldContain(
            "; fedAdam, divided by the root of a moving mean of squared updates (Reddi et al. 2021);");
        rows.Single(row => row.Path is "server.tau").ShouldSatisfyAllConditions(
            row => row.Value.ShouldBe("0.001"),
            row => row.Symbol.ShouldBe("tau"),
            row => row.Meaning.ShouldEndWith("For fedAdagrad, fedAdam or fedYogi."));
    }

    [Fact]
    public void Rules_and_attacks_have_their_entries_in_schema_and_explanation()
    {
        var properties = JsonNode.Parse(PlanSchema.ToJson())!["properties"]!;
        properties["aggregation"]!["properties"]!["rule"]!["enum"]!.ToJsonString().ShouldBe(
            """["bulyan","coordinateMedian","geometricMedian","krum","mean","multiKrum","normBounding","trimmedMean"]""");
        properties["attack"]!["properties"]!["kind"]!["enum"]!.ToJsonString().ShouldBe(
            """["alie","labelFlip","noise","none","signFlip"]""");

        var rows = PlanExplanation.Of(new Plan { Aggregation = new() { Rule = new("krum") } }).Rows;
        rows.Single(row => row.Path is "aggregation.rule").Meaning.ShouldContain(
            "; krum, the update amid its nearest neighbours, of 2f + 3 or more (Blanchard et al. 2017);");
        rows.Single(row => row.Path is "aggregation.attackers").Symbol.ShouldBe("f");
    }

    [Fact]
    public void Every_default_is_within_its_range()
    {
        var plan = new Plan { Name = "p", Network = "cnn4" };

        Should.NotThrow(() => plan.Checked("defaults"));
    }

    [Fact]
    public void Every_meaning_is_a_sentence() =>
        PlanFields.All.ShouldAllBe(f => char.IsUpper(f.Meaning[0]) && f.Meaning.EndsWith('.'));

    [Theory]
    [InlineData("quick", 48, 12)]
    [InlineData("fer", 50, 10)]
    [InlineData("fedavg-mnist-2nn", 100, 10)]
    [InlineData("fedavg-mnist-2nn-noniid", 100, 10)]
    [InlineData("lr-mnist", 1_000, 10)]
    [InlineData("million", 1_000_000, 100)]
    [InlineData("class", 2, 2)]
    [InlineData("fer-best", 50, 5)]
    [InlineData("text", 50, 2)]
    public void The_plans_that_come_along_can_be_read(string name, int students, int participants)
    {
        var plan = Plan.Read(Path.Combine(Repository.Plans, name + ".json"));

        plan.Name.ShouldBe(name);
        plan.Students.Count.ShouldBe(students);
        plan.Rounds.Participants(plan.Students.Count).ShouldBe(participants);
        plan.Description.ShouldNotBeEmpty();
    }

    [Fact]
    public void No_other_plans_come_along() =>
        Directory.GetFiles(Repository.Plans).Select(Path.GetFileName).Order(StringComparer.Ordinal).ShouldBe(
            ["class.json", "fedavg-mnist-2nn-noniid.json", "fedavg-mnist-2nn.json", "fer-best.json", "fer-central.json", "fer.json",
                "lr-mnist.json", "million.json", "plan.schema.json", "private.json", "quick.json", "text.json"]);
}
