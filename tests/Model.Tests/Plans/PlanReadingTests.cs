using Cohort.Federation;
using Cohort.Model.Plans;

namespace Cohort.Model.Tests.Plans;

public class PlanReadingTests
{
    private const string Least = """{ "name": "p", "network": "cnn4", "data": { "set": "avatars" } }""";

    [Fact]
    public void A_plan_that_says_the_least_has_working_defaults()
    {
        var plan = Plan.Parse(Least, "p.json");

        plan.ShouldBe(new Plan { Name = "p", Network = "cnn4" });
        plan.Training.BatchSize.ShouldBe(10);
        plan.Rounds.Deadline.ShouldBe(TimeSpan.FromMinutes(10));
    }

    [Fact]
    public void Every_field_is_read_from_its_place()
    {
        var plan = Plan.Parse("""
            {
              "$schema": "plan.schema.json",
              "name": "all", "description": "d", "seed": 7, "network": "2nn",
              "data": { "set": "folder", "path": "faces", "dropDuplicates": false, "mean": 0.1, "deviation": 0.3,
                        "avatars": { "samplesPerStudent": 3, "testStudents": 4 } },
              "students": { "count": 20, "partition": "byPerson", "alpha": 0.7, "shardsPerStudent": 5 },
              "groups": { "count": 6, "method": "astraea", "equalise": "students", "maxSize": 4, "histogramEpsilon": 1.5, "intraGroupRounds": 3 },
              "training": { "optimizer": "sgd", "learningRate": 0.01, "learningRateDecay": 0.99, "momentum": 0.8,
                            "weightDecay": 0.001, "epochs": 8, "labelCalibration": false, "batchSize": 0,
                            "augmentation": { "mirror": true, "shift": 4, "rotation": 12.5 } },
              "rounds": { "count": 9, "clientFraction": 0.5, "cohorts": "balanced", "overSelection": 0.3, "deadlineSeconds": 1.5,
                          "minimumParticipants": 2, "targetAccuracy": 0.9, "serverLearningRate": 0.7 },
              "server": { "optimizer": "fedAvgM", "beta1": 0.5 },
              "privacy": { "clip": 1.25, "noiseMultiplier": 0.4, "noise": "seeded", "fractionBits": 20 },
              "evaluation": { "everyRounds": 5 },
              "models": { "keep": 3 },
            }
            """, "all.json");

        plan.ShouldBe(new Plan
        {
            Name = "all",
            Description = "d",
            Seed = 7,
            Network = "2nn",
            Data = new DataPlan
            {
                Set = DataSource.Folder,
                Path = "faces",
                DropDuplicates = false,
                Mean = 0.1,
                Deviation = 0.3,
                Avatars = new AvatarPlan { SamplesPerStudent = 3, TestStudents = 4 },
            },
            Students = new StudentsPlan { Count = 20, Partition = PartitionKind.ByPerson, Alpha = 0.7, ShardsPerStudent = 5 },
            Groups = new GroupsPlan { Count = 6, Method = GroupingMethod.Astraea, MaxSize = 4, HistogramEpsilon = 1.5, IntraGroupRounds = 3 },
            Training = new TrainingPlan
            {
                Optimizer = OptimizerKind.Sgd,
                LearningRate = 0.01,
                LearningRateDecay = 0.99,
                Momentum = 0.8,
                WeightDecay = 0.001,
                Epochs = 8,
                BatchSize = 0,
                Augmentation = new AugmentationPlan { Mirror = true, Shift = 4, Rotation = 12.5 },
            },
            Rounds = new RoundsPlan
            {
                Count = 9,
                ClientFraction = 0.5,
                Cohorts = CohortKind.Balanced,
                OverSelection = 0.3,
                Deadline = TimeSpan.FromSeconds(1.5),
                MinimumParticipants = 2,
                TargetAccuracy = 0.9,
                ServerLearningRate = 0.7,
            },
            Privacy = new PrivacyPlan { Clip = 1.25, NoiseMultiplier = 0.4, Noise = NoiseSource.Seeded, FractionBits = 20 },
            Evaluation = new EvaluationPlan { EveryRounds = 5 },
            Server = new ServerPlan { Optimizer = new("fedAvgM") { Settings = Settings.None.With("beta1", 0.5) } },
            Models = new ModelsPlan { Keep = 3 },
        });
    }

    [Fact]
    public void Comments_trailing_commas_and_a_byte_order_mark_are_allowed() =>
        Plan.Parse("\uFEFF{ // a comment\n \"name\": \"p\", /* another */ \"network\": \"cnn4\", \"data\": { \"set\": " +
            "\"avatars\", }, }",
            "p.json").Name.ShouldBe("p");

    [Fact]
    public void The_canonical_form_reads_back_as_the_same_plan()
    {
        var plan = new Plan
        {
            Name = "żółć \"q\"",
            Network = "cnn6",
            Seed = (1L << 53) - 1,
            Training = new TrainingPlan { LearningRate = 0.1 + 0.2 },
            Rounds = new RoundsPlan { TargetAccuracy = 1e-9 },
        };

        Plan.Parse(plan.ToCanonicalJson(), "canonical").ShouldBe(plan);
    }

    [Fact]
    public void Numbers_of_a_choice_are_read_before_or_after_its_word_and_written_where_it_uses_them()
    {
        const string Server = """{ "server": { "beta1": 0.5, "optimizer": "fedYogi" }, """;
        var plan = Plan.Parse(Server + Least.TrimStart()[1..], "p.json");

        plan.Server.Optimizer.ShouldBe(new("fedYogi") { Settings = Settings.None.With("beta1", 0.5) });
        plan.ToCanonicalJson().ShouldContain(
            """
              "server": {
                "optimizer": "fedYogi",
                "beta1": 0.5,
                "beta2": 0.99,
                "tau": 0.001
              },

            """);
        Plan.Parse(plan.ToCanonicalJson(), "canonical").Digest.ShouldBe(plan.Digest);
    }

    [Fact]
    public void What_was_not_there_to_choose_once_is_written_where_it_is_chosen_alone()
    {
        var plan = Plan.Parse(Least, "p.json");
        plan.ToCanonicalJson().ShouldNotContain("algorithm");
        foreach (var section in (string[])["compression", "server", "aggregation", "attack"])
            plan.ToCanonicalJson().ShouldNotContain($"\"{section}\"");

        var chosen = plan with
        {
            Training = plan.Training with { Algorithm = new("fedProx") },
            Compression = new() { Method = new("topK") },
        };

        chosen.ToCanonicalJson().ShouldContain("\"algorithm\": \"fedProx\",\n    \"mu\": 0.01,\n");
        chosen.ToCanonicalJson().ShouldContain("\"method\": \"topK\",\n    \"share\": 0.05\n");
        Plan.Parse(chosen.ToCanonicalJson(), "canonical").Digest.ShouldBe(chosen.Digest);
        chosen.Digest.ShouldNotBe(plan.Digest, StringComparer.Ordinal);
    }

    [Fact]
    public void The_digest_is_blind_to_layout_and_sees_every_value()
    {
        var digest = Plan.Parse(Least, "a").Digest;

        digest.ShouldMatch("^[0-9a-f]{64}$");
        Plan.Parse("""{ "data": { "set": "avatars" }, /* same */ "network": "cnn4", "seed": 1, "name": "p" }""", "b").Digest
            .ShouldBe(digest);
        var plan = Plan.Parse(Least, "a");
        new[] { plan, plan with { Seed = 2 }, plan with { Models = new ModelsPlan { Keep = 11 } } }
            .Select(p => p.Digest).ShouldBeUnique(StringComparer.Ordinal);
    }

    [Fact]
    public void The_canonical_form_is_the_same_on_every_machine()
    {
        var plan = new Plan { Name = "ż", Network = "cnn4", Training = new TrainingPlan { LearningRate = 1e-7 } };

        var json = plan.ToCanonicalJson();

        json.ShouldStartWith("{\n  \"name\": \"ż\",\n  \"description\": \"\",\n  \"seed\": 1,\n");
        json.ShouldContain("\n    \"learningRate\": 1E-07,\n    \"learningRateDecay\": 1,\n");
        json.ShouldEndWith("\n    \"keep\": 10\n  }\n}\n");
    }

    [Fact]
    public void Participants_are_the_client_fraction_and_at_least_one()
    {
        new RoundsPlan { ClientFraction = 0.1 }.Participants(100).ShouldBe(10);
        new RoundsPlan { ClientFraction = 0.0001 }.Participants(1_000_000).ShouldBe(100);
        new RoundsPlan { ClientFraction = 0.0001 }.Participants(10).ShouldBe(1);
        new RoundsPlan { ClientFraction = 1 }.Participants(7).ShouldBe(7);
    }

    [Fact]
    public void Losses_schedules_and_means_are_read_written_and_left_out_where_they_change_nothing()
    {
        var plan = Plan.Parse("""
            {
              "name": "p", "network": "cnn4", "data": { "set": "avatars" },
              "training": { "schedule": "cosine", "warmUpRounds": 2, "loss": "focal", "focalGamma": 1.5, "labelSmoothing": 0.1,
                            "classWeights": "balanced", "weightExponent": 0.5,
                            "augmentation": { "zoom": 0.1, "brightness": 0.2, "contrast": 0.3, "erasing": 0.4 } },
              "server": { "averaging": 0.9 }
            }
            """, "p.json");

        plan.ShouldBe(new Plan
        {
            Name = "p",
            Network = "cnn4",
            Training = new()
            {
                Schedule = RateSchedule.Cosine,
                WarmUpRounds = 2,
                Loss = new("focal") { Settings = Settings.None.With("focalGamma", 1.5) },
                LabelSmoothing = 0.1,
                ClassWeights = new("balanced") { Settings = Settings.None.With("weightExponent", 0.5) },
                Augmentation = new() { Zoom = 0.1, Brightness = 0.2, Contrast = 0.3, Erasing = 0.4 },
            },
            Server = new() { Averaging = 0.9 },
        });
        Plan.Parse(plan.ToCanonicalJson(), "again").ShouldBe(plan);

        var plain = Plan.Parse(Least, "p.json").ToCanonicalJson();
        foreach (var field in new[]
        {
            "schedule", "warmUpRounds", "loss", "focalGamma", "labelSmoothing", "classWeights", "zoom", "brightness", "contrast", "erasing", "averaging",
        })
        {
            plain.ShouldNotContain($"\"{field}\"", Case.Sensitive, "a plan of an earlier time keeps its digest");
        }
    }
}
