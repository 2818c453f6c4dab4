using System.Text.Json.Nodes;
using Cohort.Pbm.Tests.Processes;

namespace Cohort.Pbm.Tests;

/// <summary>Privacy is accounted, counted before it is spent, and never spent beyond its budget (docs/design.md, property 4).</summary>
public sealed class PrivacyTests : IDisposable
{
    private readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("\"adaptiveClip\": { \"enabled\": true, \"countNoise\": 0.2 },")]
    [InlineData("\"mechanism\": \"local\",")]
    public void A_private_run_gives_one_model_whatever_the_slots_and_also_when_it_was_killed(string privacy)
    {
        var plan = _place.Write("private.json", Plans.Private(privacy, rounds: 60));
        var expected = _place.Train(plan, "--slots", "1");
        _place.Train(plan, "--slots", "2", "--fresh").ShouldBe(expected);

        var killed = PbmProcess.Start(_place, "run", plan, "--slots", "1", "--fresh");
        _place.WaitForRounds(2, killed);
        killed.Kill();
        _place.Train(plan).ShouldBe(expected);
    }

    [Fact]
    public void A_run_whose_students_draw_the_noise_gives_one_model_whatever_the_slots_and_also_when_it_was_killed()
    {
        var plan = _place.Write("drawn.json", Plans.Drawn(rounds: 30));
        var expected = _place.Train(plan, "--slots", "1");
        _place.Train(plan, "--slots", "2", "--fresh").ShouldBe(expected);

        var killed = PbmProcess.Start(_place, "run", plan, "--slots", "1", "--fresh");
        _place.WaitForRounds(2, killed);
        killed.Kill();
        _place.Train(plan).ShouldBe(expected);
    }

    [Fact]
    public void What_students_draw_spends_what_the_leaders_noise_spends_and_leaders_are_told_of()
    {
        var drawn = Plans.Drawn().Replace("\"rounds\": {", "\"rounds\": { \"clientFraction\": 0.8,", StringComparison.Ordinal);
        var plan = _place.Write("drawn.json", drawn);
        var central = _place.Write("central.json", drawn.Replace("\"mechanism\": \"distributed\", ", "", StringComparison.Ordinal));

        ((double)_place.Json("privacy", "plan", plan)["epsilon"]!).ShouldBe((double)_place.Json("privacy", "plan", central)["epsilon"]!);
        var page = string.Join(' ', _place.Does("privacy", "plan", plan).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        page.ShouldContain("the sum over 2 groups carries sqrt(2) times the noise of the central mechanism");
        page.ShouldContain("for a student that is in all rounds, epsilon ");
    }

    [Fact]
    public void A_run_with_another_mechanism_gives_another_model()
        => new[] { "", "\"adaptiveClip\": { \"enabled\": true, \"countNoise\": 0.2 },", "\"mechanism\": \"local\"," }
            .Select(privacy => _place.Train(_place.Write("private.json", Plans.Private(privacy)), "--fresh"))
            .Distinct(StringComparer.Ordinal).Count().ShouldBe(3);

    [Fact]
    public void Secret_noise_gives_every_run_a_model_of_its_own()
    {
        var plan = _place.Write("private.json", Plans.Private().Replace("seeded", "secret", StringComparison.Ordinal));
        _place.Train(plan, "--fresh").ShouldNotBe(_place.Train(plan, "--fresh"), StringComparer.Ordinal);
    }

    [Fact]
    public void What_a_run_spends_is_in_the_ledger_with_the_model_and_what_the_plan_said_before()
    {
        var plan = _place.Write("private.json", Plans.Private("\"epsilon\": 20,").Replace("seeded", "secret", StringComparison.Ordinal));
        var model = _place.Train(plan);

        var planned = (double)_place.Json("privacy", "plan", plan)["epsilon"]!;
        var run = Runs().ShouldHaveSingleItem()!;
        ((double)run["epsilon"]!).ShouldBe(planned, 1e-9);
        ((int)run["charged"]!).ShouldBe(8);
        ((double)run["budget"]!).ShouldBe(20);
        ((string)_place.Json("model", "show", model)["epsilon"]!).ShouldStartWith($"{Math.Ceiling(planned * 1e4) / 1e4} at delta ");
        _place.Does("ledger", "show", "private-1").ShouldContain("Epsilon: ");
    }

    [Fact]
    public void What_a_run_spends_on_samples_is_shown_as_planned_and_apart_from_what_it_spends_on_students()
    {
        var plan = _place.Write("records.json", Plans.Records());
        var planned = _place.Json("privacy", "plan", plan)["records"]!["most"]!.AsObject();
        // 8 samples in batches of 2: 4 steps at q = 1/4 in each of 4 rounds.
        var accounted = _place.Json("privacy", "epsilon", "--q", "0.25", "--sigma", "1.5", "--steps", "16");
        ((double)planned["epsilon"]!).ShouldBe((double)accounted["upper"]!, 1e-12);

        _place.Train(plan);

        var statement = _place.Json("privacy", "show");
        var spent = statement["records"]!.AsArray().ShouldHaveSingleItem()!;
        spent["greatest"]!.ToJsonString().ShouldBe(planned.ToJsonString());
        ((string)spent["run"]!).ShouldBe("records-1");
        statement["populations"]![0]!["runs"]![0]!["epsilon"].ShouldBeNull();
        var page = _place.Does("privacy", "show");
        page.ShouldContain("Single samples, by DP-SGD, each run by itself");
        page.ShouldContain("no noise: nothing bounds it");
    }

    [Fact]
    public void A_plan_of_both_kinds_shows_a_sample_beside_a_student_with_the_most_that_chance_makes_of_it()
    {
        var plan = _place.Write("records.json", Plans.Records(0.5, "{ \"clip\": 1, \"noiseMultiplier\": 2 }"));
        var planned = _place.Json("privacy", "plan", plan);

        ((double)planned["epsilon"]!).ShouldBeGreaterThan(0);
        ((long)planned["records"]!["most"]!["trainings"]!).ShouldBe(4);
        ((long)planned["records"]!["expected"]!["trainings"]!).ShouldBe(3); // 5 of 9 students in 4 rounds
        _place.Does("privacy", "plan", plan).ShouldContain("A single sample, by DP-SGD (training.recordPrivacy); another unit than a student");
    }

    [Fact]
    public void Without_the_data_what_samples_spend_is_said_to_be_unknown()
    {
        var fer = _place.Write("fer.csv", FerFile.Text());
        var plan = _place.Write("records.json", Plans.Records().Replace(
            "\"set\": \"avatars\", \"avatars\": { \"samplesPerStudent\": 8, \"testStudents\": 2 }", "\"set\": \"fer2013\"", StringComparison.Ordinal)
            .Replace("byPerson", "iid", StringComparison.Ordinal));
        _place.Does("privacy", "plan", plan).ShouldContain("How many samples each student has is not known");

        _place.Train(plan, "--data", fer);
        ((double)_place.Json("privacy", "show")["records"]![0]!["greatest"]!["epsilon"]!).ShouldBe(
            (double)_place.Json("privacy", "plan", plan, "--data", fer)["records"]!["most"]!["epsilon"]!);
        File.Delete(_place.PathOf(fer));
        _place.Does("privacy", "show").ShouldContain("records-1: the run's data is not at hand");
    }

    [Fact]
    public void A_run_that_does_not_fit_its_budget_is_refused_before_anything_is_started()
    {
        var plan = _place.Write("private.json", Plans.Private("\"epsilon\": 4,", rounds: 100_000));
        var outcome = _place.Refuses("run", plan);

        outcome.ShouldContain("privacy.epsilon allows 4");
        outcome.ShouldContain("set rounds.count to ");
        _place.Snapshot().Keys.ShouldNotContain(file => file.EndsWith(".safetensors", StringComparison.Ordinal));
        _place.Json("ledger", "show")["runs"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public void A_run_that_was_killed_and_continued_has_spent_what_may_have_left_and_ends_at_its_budget()
    {
        var affordable = (double)_place.Json("privacy", "plan", _place.Write("private.json", Plans.Private(rounds: 40)))["epsilon"]!;
        var plan = _place.Write("private.json", Plans.Private($"\"epsilon\": {affordable + 1e-6},", rounds: 40));
        var killed = PbmProcess.Start(_place, "run", plan, "--slots", "1");
        _place.WaitForRounds(2, killed);
        killed.Kill();

        var outcome = _place.Pbm("run", plan);

        var run = Runs().ShouldHaveSingleItem()!;
        var (charged, rounds) = ((int)run["charged"]!, (int)run["rounds"]!);
        charged.ShouldBeLessThanOrEqualTo(40);
        ((double)run["epsilon"]!).ShouldBeLessThanOrEqualTo(affordable + 1e-6);
        if (rounds < 40) // it died within a round, which was begun again
        {
            outcome.ExitCode.ShouldBe(1, outcome.ToString());
            outcome.Error.ShouldContain("The round was not started; the newest model stays");
            charged.ShouldBe(40);
        }
    }

    [Theory]
    [InlineData("\"epsilon\": 0,", "privacy.epsilon")]
    [InlineData("\"epsilon\": -1,", "privacy.epsilon")]
    [InlineData("\"delta\": 1,", "privacy.delta")]
    [InlineData("\"delta\": 0,", "privacy.delta")]
    [InlineData("\"mechanism\": \"distributed\",", "privacy.mechanism")]
    [InlineData("\"adaptiveClip\": { \"enabled\": true, \"countNoise\": 0.001 },", "privacy.adaptiveClip.countNoise")]
    public void A_privacy_that_means_nothing_is_refused_by_its_field(string privacy, string field)
        => _place.Refuses("plan", "check", _place.Write("private.json", Plans.Private(privacy))).ShouldContain(field);

    [Fact]
    public void A_clipping_bound_of_zero_is_refused()
        => _place.Refuses("plan", "check", _place.Write("zero.json", Plans.Private().Replace("0.5", "0", StringComparison.Ordinal)))
            .ShouldContain("privacy.clip");

    [Theory]
    [InlineData("--q 0.04 --sigma 1.5 --steps 2250 --accountant rdp", 7.32911117143, 1e-6)]
    [InlineData("--q 0.01 --sigma 4 --steps 10000 --accountant rdp-classic", 1.26, 0.005)]
    [InlineData("--q 0.05 --sigma 1.5 --steps 1000 --delta 1e-6", 6.2, 0.01)]
    [InlineData("--sampling everyone --sigma 5 --steps 100 --delta 1e-3", 7.5812799246, 0.005)]
    [InlineData("--q 0.1 --sigma 1 --steps 0", 0, 1e-12)]
    public void Epsilon_is_what_the_literature_says(string mechanism, double expected, double tolerance)
    {
        var spent = _place.Json(["privacy", "epsilon", .. mechanism.Split(' ')]);

        spent.Select(member => member.Key).ShouldBe(["epsilon", "lower", "upper", "order"]);
        ((double)spent["epsilon"]!).ShouldBe(expected, tolerance);
        ((double)spent["upper"]!).ShouldBeGreaterThanOrEqualTo((double)spent["lower"]!);
    }

    [Theory]
    [InlineData("--q 0 --sigma 1 --steps 1", "--q 0")]
    [InlineData("--q 1.5 --sigma 1 --steps 1", "--q 1.5")]
    [InlineData("--q 0.1 --sigma 0 --steps 1", "--sigma 0")]
    [InlineData("--q 0.1 --sigma 1 --steps -1", "--steps -1")]
    [InlineData("--q 0.1 --sigma 1 --steps 1 --delta 1", "--delta 1")]
    [InlineData("--q 0.1 --sigma 1 --steps 1 --accountant moments", "moments")]
    public void An_option_that_means_nothing_is_named(string mechanism, string option)
        => _place.Refuses(["privacy", "epsilon", .. mechanism.Split(' ')]).ShouldContain(option);

    [Fact]
    public void Calibrated_noise_keeps_the_budget_and_less_would_not()
    {
        string[] rounds = ["--q", "0.1", "--steps", "60"];
        var z = (double)_place.Json(["privacy", "calibrate", "--epsilon", "8", .. rounds])["noiseMultiplier"]!;

        Epsilon(z).ShouldBeLessThanOrEqualTo(8);
        Epsilon(0.999 * z).ShouldBeGreaterThan(8);
        _place.Refuses(["privacy", "calibrate", "--epsilon", "0", .. rounds]).ShouldContain("--epsilon 0");

        double Epsilon(double sigma) => (double)_place.Json(
            ["privacy", "epsilon", "--sigma", sigma.ToString(System.Globalization.CultureInfo.InvariantCulture), .. rounds])["epsilon"]!;
    }

    private JsonArray Runs() => _place.Json("privacy", "show")["populations"]![0]!["runs"]!.AsArray();
}
