using Cohort.Federation;
using Cohort.Model.Plans;

namespace Cohort.Model.Tests.Plans;

public class PlanExplanationTests
{
    private static Plan Read(string name) => Plan.Read(Path.Combine(Repository.Plans, name + ".json"));

    private static PlanRow Row(IEnumerable<PlanRow> rows, string path) =>
        rows.Single(r => string.Equals(r.Path, path, StringComparison.Ordinal));

    [Fact]
    public void Every_field_is_explained_with_value_default_unit_and_symbol()
    {
        var rows = PlanExplanation.Of(Read("fedavg-mnist-2nn")).Rows;

        rows.Select(r => r.Path).ShouldBe(PlanFields.All.Select(f => f.Path));
        Row(rows, "rounds.clientFraction").ShouldBe(new PlanRow("rounds.clientFraction", "0.1", "1",
            "a number above 0 and of at most 1", "", "C", "Share of the students that takes part in a round, at least one " +
            "student."));
        Row(rows, "training.batchSize").ShouldSatisfyAllConditions(
            r => r.Unit.ShouldBe("samples"), r => r.Symbol.ShouldBe("B"), r => r.Value.ShouldBe("10"));
        Row(rows, "privacy.clip").Value.ShouldBe("none");
        Row(rows, "network").ShouldSatisfyAllConditions(r => r.Value.ShouldBe("2nn"), r => r.Default.ShouldBe(""));
        Row(rows, "data.set").Value.ShouldBe("idx");
    }

    [Fact]
    public void The_whole_is_told_in_plain_words_with_the_work_it_makes() =>
        PlanExplanation.Of(Read("fedavg-mnist-2nn"), trainSamples: 60_000).Summary.ShouldBe(
            "100 students train the network 2nn on idx files, 60,000 samples in all, dealt evenly at random. They form one " +
            "group. " +
            "In each of at most 200 rounds, 10 students train 1 epoch with SGD at learning rate 0.1, in batches of 10. " +
            "That is about 600 samples and 60 steps for each participant, 600 steps a round, and 1,200,000 sample passes over " +
            "the " +
            "run, as much as 20 epochs of central training. The run ends early at 97 % test accuracy. " +
            "Updates are neither clipped nor noised.");

    [Fact]
    public void A_plan_whose_students_attack_says_so_and_names_the_rule_that_is_to_bear_them()
    {
        var plan = new Plan
        {
            Aggregation = new() { Rule = new("krum") { Settings = Settings.None.With("attackers", 2) } },
            Attack = new() { Kind = new("alie") { Settings = Settings.None.With("share", 0.15) } },
        };

        PlanExplanation.Of(plan).Summary.ShouldContain(
            "Leaders look at each update by itself, and combine them by the rule krum, which is to bear 2 attackers in a group. " +
            "15 % of the students attack (alie).");
        PlanExplanation.Of(new Plan()).Summary.ShouldNotContain("attack");
    }

    [Fact]
    public void Asynchronous_rounds_and_what_compression_leaves_out_are_told()
    {
        var plan = new Plan
        {
            Rounds = new() { Mode = RoundMode.FedBuff, Concurrency = 30, ClientFraction = 0.1 },
            Compression = new() { Method = new("topK"), ErrorFeedback = true },
        };

        PlanExplanation.Of(plan).Summary.ShouldSatisfyAllConditions(
            summary => summary.ShouldContain(
                "30 students train at any time, each from the model that was the newest when it began, for a time that is drawn; a round averages " +
                "those that are done first."),
            summary => summary.ShouldContain("What that leaves out of an update is added to its student's next one."));
        PlanExplanation.Of(new Plan()).Summary.ShouldSatisfyAllConditions(
            summary => summary.ShouldNotContain("at any time"), summary => summary.ShouldNotContain("leaves out"));
    }

    [Fact]
    public void Work_on_avatars_is_known_without_counting_them() =>
        PlanExplanation.Of(new Plan
        {
            Name = "p",
            Network = "cnn4",
            Students = new StudentsPlan { Count = 20 },
            Groups = new GroupsPlan { Count = 2, IntraGroupRounds = 3, HistogramEpsilon = 0.5 },
            Training = new TrainingPlan { BatchSize = 0, Epochs = 2 },
            Rounds = new RoundsPlan { Count = 1 },
            Privacy = new PrivacyPlan { Clip = 2, NoiseMultiplier = 1.5, Noise = NoiseSource.Seeded },
        }).Summary.ShouldSatisfyAllConditions(
            s => s.ShouldContain("generated avatar faces, 800 samples in all"),
            s => s.ShouldContain("2 balanced groups, and each group averages 3 times a round."),
            s => s.ShouldContain("What they report of their labels is noised, epsilon 0.5 for each sample."),
            s => s.ShouldContain("about 40 samples and 6 steps for each participant, 120 steps a round, and 4,800 sample passes"),
            s => s.ShouldContain("Gaussian noise of standard deviation 3 to its sum, repeatable from the seed, so it protects " +
                "nobody."));

    [Theory]
    [InlineData(NoiseMechanism.Central, 1, "each leader adds Gaussian noise of standard deviation 3 to its sum.")]
    [InlineData(NoiseMechanism.Central, 4, "the leaders add Gaussian noise to their sums, of standard deviation 3 in the sum over all groups.")]
    [InlineData(NoiseMechanism.Local, 4, "each student adds Gaussian noise of standard deviation 3 to its own.")]
    [InlineData(NoiseMechanism.Distributed, 4, "every group's sum carries standard deviation 3 at least before anybody sees it.")]
    public void Who_draws_the_noise_is_told(NoiseMechanism mechanism, int groups, string words) =>
        PlanExplanation.Of(new Plan
        {
            Name = "p",
            Network = "cnn4",
            Groups = new GroupsPlan { Count = groups },
            Privacy = new PrivacyPlan { Clip = 2, NoiseMultiplier = 1.5, Mechanism = mechanism },
        }).Summary.ShouldEndWith(words);

    [Fact]
    public void Protection_of_records_is_told_with_its_noise() =>
        PlanExplanation.Of(new Plan
        {
            Name = "p",
            Network = "cnn4",
            Training = new TrainingPlan { RecordPrivacy = new() { Clip = 2, NoiseMultiplier = 1.5 } },
        }).Summary.ShouldContain("each sample's gradient is clipped to an L2 norm of 2, and a batch's sum gets Gaussian noise of " +
            "standard deviation 3.");

    [Fact]
    public void Work_on_samples_that_nobody_has_counted_is_not_guessed() =>
        PlanExplanation.Of(Read("fer")).Summary.ShouldNotContain("samples");

    [Fact]
    public void Losses_rates_and_means_are_told_in_the_summary()
    {
        var plan = new Plan
        {
            Name = "p",
            Network = "cnn4",
            Training = new()
            {
                Loss = new("focal"),
                LabelSmoothing = 0.1,
                ClassWeights = new("balanced"),
                Schedule = RateSchedule.Cosine,
                WarmUpRounds = 3,
            },
            Server = new() { Averaging = 0.95 },
        };
        var summary = PlanExplanation.Of(plan).Summary;
        summary.ShouldContain("The loss is focal: cross-entropy in which samples that the network knows already count for little");
        summary.ShouldContain("10 % of each label is spread over all classes");
        summary.ShouldContain("samples are weighed by the inverse of a class's count");
        summary.ShouldContain("The learning rate grows over 3 rounds, and then falls along half a cosine to 0.");
        summary.ShouldContain("The last model is a moving mean of all rounds' models, in which 95 % of the mean before stays each round.");
        PlanExplanation.Of(new Plan { Name = "p", Network = "cnn4" }).Summary.ShouldNotContain("learning rate grows");
    }
}
