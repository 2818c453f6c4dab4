using Cohort.Model.Plans;
using Cohort.Model.Tuning;

namespace Cohort.Model.Tests.Tuning;

public class SearchSpaceTests
{
    private static readonly Plan Plan = new() { Name = "p", Network = "logistic" };

    [Fact]
    public void Values_lie_in_their_ranges_and_lists_and_spread_over_them()
    {
        var space = Parse("""
            {
              "training.learningRate": { "min": 0.001, "max": 1, "scale": "log" },
              "training.momentum": { "min": 0.1, "max": 0.9 },
              "training.batchSize": { "min": 2, "max": 5, "scale": "int" },
              "training.loss": ["crossEntropy", "focal"],
              "privacy.clip": [null, 1.5], // a comment
            }
            """);
        var plans = Enumerable.Range(1, 200).Select(trial => space.Draw(Plan, 1, trial).Plan).ToList();
        plans.ShouldAllBe(plan => plan.Training.LearningRate >= 0.001 && plan.Training.LearningRate <= 1);
        plans.Count(plan => plan.Training.LearningRate < 0.0316).ShouldBeInRange(75, 125, "half of the logarithms");
        plans.ShouldAllBe(plan => plan.Training.Momentum >= 0.1 && plan.Training.Momentum <= 0.9);
        plans.Count(plan => plan.Training.Momentum < 0.5).ShouldBeInRange(75, 125);
        plans.Select(plan => plan.Training.BatchSize).Distinct().Order().ShouldBe([2, 3, 4, 5]);
        plans.Count(plan => plan.Training.Loss.Name is "focal").ShouldBeInRange(75, 125);
        plans.Count(plan => plan.Privacy.Clip is null).ShouldBeInRange(75, 125);
    }

    [Fact]
    public void A_trial_follows_from_seed_and_number_alone_whatever_the_file_s_order()
    {
        const string Rate = "\"training.learningRate\": { \"min\": 0.001, \"max\": 1, \"scale\": \"log\" }";
        const string Batch = "\"training.batchSize\": [4, 8, 16, 32, 64]";
        var space = Parse($"{{ {Rate}, {Batch} }}");
        var other = Parse($"{{ {Batch}, {Rate} }}");
        other.ToCanonicalJson().ShouldBe(space.ToCanonicalJson());
        space.Draw(Plan, 7, 3).Plan.ShouldBe(other.Draw(Plan, 7, 3).Plan);
        space.Draw(Plan, 7, 3).Plan.ShouldNotBe(space.Draw(Plan, 7, 4).Plan);
        space.Draw(Plan, 7, 3).Plan.ShouldNotBe(space.Draw(Plan, 8, 3).Plan);
    }

    [Fact]
    public void A_number_that_the_drawn_choice_has_no_use_for_stays_out()
    {
        var space = Parse("""{ "training.loss": ["crossEntropy", "focal"], "training.focalGamma": { "min": 1, "max": 3 } }""");
        var trials = Enumerable.Range(1, 30).Select(trial => space.Draw(Plan, 1, trial)).ToList();
        trials.ShouldContain(trial => trial.Values.Count == 1);
        trials.ShouldContain(trial => trial.Values.Count == 2);
        trials.ShouldAllBe(trial => trial.Values.ContainsKey("training.focalGamma") == (trial.Plan.Training.Loss.Name == "focal"));
    }

    [Fact]
    public void Values_that_contradict_each_other_are_drawn_again()
    {
        var space = Parse("""{ "training.optimizer": ["sgd", "adam"], "training.momentum": [0, 0.9] }""");
        var plans = Enumerable.Range(1, 60).Select(trial => space.Draw(Plan, 1, trial).Plan.Training).ToList();
        plans.ShouldAllBe(plan => plan.Optimizer != OptimizerKind.Adam || plan.Momentum == 0);
        plans.ShouldContain(plan => plan.Optimizer == OptimizerKind.Adam);
        plans.ShouldContain(plan => plan.Momentum > 0);

        var never = Parse("""{ "training.optimizer": ["adam"], "training.momentum": [0.5, 0.9] }""");
        Should.Throw<PlanException>(() => never.Draw(Plan, 1, 4)).Message.ShouldStartWith("trial 4 (training.momentum): adam has moments of its own");
    }

    [Theory]
    [InlineData("{ }", "space.json: the search space is empty; give an object of fields")]
    [InlineData("[]", "space.json: the search space is empty")]
    [InlineData("{", "space.json: the search space is no JSON")]
    [InlineData("""{ "training.epochs": [1], "training.epochs": [2] }""", "space.json: the search space is no JSON")]
    [InlineData("""{ "training.learningrate": [1] }""", "space.json (training.learningrate): a plan has no field \"training.learningrate\" (did you mean \"training.learningRate\"?).")]
    [InlineData("""{ "training.epochs": [] }""", "space.json (training.epochs): the list is empty; give one value or more.")]
    [InlineData("""{ "training.epochs": 3 }""", "space.json (training.epochs): give a list of values, or {")]
    [InlineData("""{ "training.epochs": [1, 0] }""", "space.json (training.epochs): 0 is too small; give a whole number from 1 to 10000.")]
    [InlineData("""{ "training.epochs": [1, "2"] }""", "space.json (training.epochs): \"2\" is a text; give a whole number")]
    [InlineData("""{ "training.epochs": { "min": 1, "max": 20000, "scale": "int" } }""", "(training.epochs): 20000 is too large")]
    [InlineData("""{ "training.epochs": { "min": 1, "max": 20 } }""", "is not a whole number from 1 to 10000; give a whole number from 1 to 10000, or scale int.")]
    [InlineData("""{ "training.momentum": { "min": 0.9, "max": 0.1 } }""", "(training.momentum): min 0.9 is not below max 0.1.")]
    [InlineData("""{ "training.momentum": { "min": 0, "max": 0.9, "scale": "log" } }""", "a logarithmic range begins above 0, and min is 0")]
    [InlineData("""{ "training.momentum": { "min": 0, "max": 0.9, "scale": "logg" } }""", "scale \"logg\" is none of the words known here; give linear, log or int.")]
    [InlineData("""{ "training.momentum": { "min": 0 } }""", "a range needs two numbers, min and max.")]
    [InlineData("""{ "training.momentum": { "min": 0, "max": 0.5, "step": 1 } }""", "a range has no \"step\"; it has min, max and scale.")]
    [InlineData("""{ "training.batchSize": { "min": 1.5, "max": 4, "scale": "int" } }""", "of scale int have to be whole numbers")]
    [InlineData("""{ "training.loss": ["vocal"] }""", "(training.loss): there is no loss \"vocal\" (did you mean \"focal\"?)")]
    [InlineData("""{ "rounds.count": [1, 2] }""", "(rounds.count): it cannot be searched: trials are compared on the same data, after the same rounds.")]
    [InlineData("""{ "data.mean": [0.5] }""", "(data.mean): it cannot be searched")]
    [InlineData("""{ "privacy.noiseMultiplier": [1] }""", "(privacy.noiseMultiplier): trials train on the same students again and again")]
    public void What_cannot_be_searched_is_named_with_its_field(string json, string expected)
        => Should.Throw<PlanException>(() => Parse(json)).Message.ShouldContain(expected);

    [Fact]
    public void All_that_is_wrong_is_said_at_once()
        => Should.Throw<PlanException>(() => Parse("""{ "training.epochs": [0], "training.momentum": [2] }""")).Errors.Count.ShouldBe(2);

    [Fact]
    public void A_plan_with_noise_is_searched_by_nobody()
    {
        SearchSpace.WhyNot(Plan).ShouldBeNull();
        SearchSpace.WhyNot(Plan with { Privacy = new() { Clip = 1, NoiseMultiplier = 1 } })!.ShouldContain("search without noise");
        SearchSpace.WhyNot(Plan with { Training = new() { RecordPrivacy = new() { Clip = 1 } } }).ShouldNotBeNull();
    }

    private static SearchSpace Parse(string json) => SearchSpace.Parse(json, "space.json", Plan);
}
