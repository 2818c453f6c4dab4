using System.Globalization;
using Cohort.Federation;
using Cohort.Model.Training.Algorithms;
using Cohort.Model.Training.Losses;
using Cohort.Model.Training.Personal;

namespace Cohort.Model.Plans;

/// <summary>One row of <c>pbm plan explain</c>.</summary>
/// <param name="Path">The field.</param>
/// <param name="Value">Its value in the plan explained.</param>
/// <param name="Default">Its value where a plan does not say; empty where a plan must.</param>
/// <param name="Allowed">The values it takes, in words.</param>
/// <param name="Unit">What the number counts, or empty.</param>
/// <param name="Symbol">Its symbol in the papers, or empty.</param>
/// <param name="Meaning">What it means, in one sentence.</param>
public sealed record PlanRow(
    string Path, string Value, string Default, string Allowed, string Unit, string Symbol, string Meaning);

/// <summary>A plan in plain words: each field, and what the whole will do.</summary>
/// <param name="Rows">Every field, in the table's order.</param>
/// <param name="Summary">Students, samples, steps and sample passes, as sentences.</param>
public sealed record PlanExplanation(IReadOnlyList<PlanRow> Rows, string Summary)
{
    /// <param name="plan">What to explain.</param>
    /// <param name="trainSamples">Training samples of its data set, where the caller has counted them.</param>
    public static PlanExplanation Of(Plan plan, long? trainSamples = null)
    {
        return new PlanExplanation(
            [.. PlanFields.All.Select(f => new PlanRow(f.Path, f.Show(plan), f.Required ? "" : f.ShowDefault(),
                f.Allowed, f.Unit ?? "", f.Symbol ?? "", f.Meaning))],
            string.Join(" ", Sentences(plan, trainSamples ?? Generated(plan))));
    }

    /// <summary>Who attacks, as a sentence that marks a run; null where nobody does.</summary>
    public static string? AttackOf(Plan plan) => plan.Attack.IsOn
        ? $"{Number(plan.Attack.Share * 100)} % of the students attack ({plan.Attack.Kind.Name})."
        : null;

    private static string Bearing(Choice<IAggregationRule> rule) =>
        rule.Kind.Hyperparameters.Contains(IAggregationRule.Attackers)
            ? $", which is to bear {Count((long)rule.Settings[IAggregationRule.Attackers], "attacker")} in a group"
            : "";

    private static long? Generated(Plan plan) => plan.Data.Set == DataSource.Avatars && !plan.IsResident
        ? (long)plan.Students.Count * plan.Data.Avatars.SamplesPerStudent
        : null;

    private static IEnumerable<string> Sentences(Plan plan, long? trainSamples)
    {
        var rounds = plan.Rounds;
        var students = plan.Students.Count;
        var participants = rounds.Participants(students);
        yield return plan.IsResident
            ? $"{Count(students, "resident student")} or more train the network {plan.Network} on samples of their own, which lie on their own " +
              $"devices; it is tested on {Source(plan.Data.Set)}."
            : $"{Count(students, "student")} train{(students == 1 ? "s" : "")} the network {plan.Network} on " +
            $"{Source(plan.Data.Set)}{(trainSamples is { } n ? $", {Count(n, "sample")} in all" : "")}, dealt " +
            $"{Dealt(plan.Students)}.";
        if (plan.Students.HoldOut > 0)
            yield return $"Each student keeps {Number(plan.Students.HoldOut * 100)} % of its samples from training.";
        yield return plan.Groups.Count == 1
            ? "They form one group."
            : $"They form {plan.Groups.Count} {Word(plan.Groups.Method)} groups" +
              (plan.Groups.IntraGroupRounds > 1
                  ? $", and each group averages {plan.Groups.IntraGroupRounds} times a round."
                  : ".");
        if (plan.Groups.HistogramEpsilon is { } epsilon)
            yield return $"What they report of their labels is noised, epsilon {JsonTokens.Number(epsilon)} for each sample.";
        yield return $"In each of at most {Count(rounds.Count, "round")}, {Count(participants, "student")} " +
            $"train{(participants == 1 ? "s" : "")} {Count(plan.Training.Epochs, "epoch")} with " +
            $"{(plan.Training.Optimizer == OptimizerKind.Sgd ? "SGD" : "Adam")} at learning rate " +
            $"{JsonTokens.Number(plan.Training.LearningRate)}, " +
            (plan.Training.BatchSize == 0 ? "all their samples in one batch" : $"in batches of {plan.Training.BatchSize}") +
            (plan.Training.Algorithm.Kind is PlainTraining ? "." : $", by {plan.Training.Algorithm.Name}: {plan.Training.Algorithm.Kind.Meaning}.");
        if (plan.Training is { Balance: not BalanceKind.None and var balance, BalanceBy: { } attribute })
            yield return balance is BalanceKind.Reweigh
                ? $"Losses are weighted so that {attribute} and class are independent among the samples of all students."
                : $"In every round students draw their samples anew, so that each {attribute} is as frequent as any other in each class.";
        if (LossOf(plan.Training) is { } loss)
            yield return loss;
        if (RatesOf(plan.Training) is { } rates)
            yield return rates;
        if (plan.Server.Averages)
            yield return $"The last model is a moving mean of all rounds' models, in which {Number(plan.Server.Averaging * 100)} % of the mean " +
                "before stays each round.";
        if (rounds.Mode is RoundMode.FedBuff)
            yield return $"{Count(rounds.Concurrency, "student")} train{(rounds.Concurrency == 1 ? "s" : "")} at any time, each from the model that " +
                "was the newest when it began, for a time that is drawn; a round averages those that are done first.";
        if (rounds.Cohorts == CohortKind.Balanced)
            yield return "They take turns: nobody is asked again before everybody has been, and each round's students resemble " +
                "everybody in their labels.";
        if (plan.Aggregation.Rule.Kind.NeedsSingleUpdates)
            yield return $"Leaders look at each update by itself, and combine them by the rule {plan.Aggregation.Rule.Name}" +
                $"{Bearing(plan.Aggregation.Rule)}.";
        if (AttackOf(plan) is { } attack)
            yield return attack;
        if (trainSamples is { } samples)
            yield return Work(plan, Math.Max(1, (long)Math.Round(samples * (1 - plan.Students.HoldOut))), participants);
        if (rounds.TargetAccuracy is { } target)
            yield return $"The run ends early at {(target * 100).ToString("0.##", CultureInfo.InvariantCulture)} % test " +
                "accuracy.";
        if (plan.Compression.IsOn)
            yield return $"Updates are compressed by {plan.Compression.Method.Name}: {plan.Compression.Method.Kind.Meaning}." +
                (plan.Compression.ErrorFeedback ? " What that leaves out of an update is added to its student's next one." : "");
        if (plan.Training.RecordPrivacy is { Clip: { } bound } records)
            yield return Records(bound, records.NoiseMultiplier);
        yield return Privacy(plan.Privacy, plan.Groups);
        if (plan.Personalisation.Method is { Kind: not NoPersonalisation and var own })
            yield return $"Once it is trained, students make the model their own by {own.Name}: {own.Meaning}.";
    }

    private static string? LossOf(TrainingPlan training)
    {
        var (loss, weights) = (training.Loss.Kind, training.ClassWeights.Kind);
        List<string> told =
        [
            .. loss is CrossEntropy ? Array.Empty<string>() : [$"the loss is {loss.Name}: {loss.Meaning}"],
            .. training.LabelSmoothing == 0
                ? Array.Empty<string>()
                : [$"{Number(training.LabelSmoothing * 100)} % of each label is spread over all classes"],
            .. weights is NoClassWeights ? Array.Empty<string>() : [$"samples are weighed {weights.Meaning}"],
        ];
        return told.Count == 0 ? null : $"{char.ToUpperInvariant(told[0][0])}{string.Join("; ", told)[1..]}.";
    }

    private static string? RatesOf(TrainingPlan training)
    {
        var grows = training.WarmUpRounds > 0 ? $"grows over {Count(training.WarmUpRounds, "round")}" : "";
        var falls = training.Schedule is RateSchedule.Cosine ? "falls along half a cosine to 0" : "";
        return (grows + falls).Length == 0 ? null
            : $"The learning rate {grows}{(grows.Length > 0 && falls.Length > 0 ? ", and then " : "")}{falls}.";
    }

    private static string Word(GroupingMethod method) => method switch
    {
        GroupingMethod.Random => "random",
        GroupingMethod.Astraea => "greedily filled",
        GroupingMethod.Layered => "layered",
        _ => "balanced",
    };

    private static string Work(Plan plan, long samples, int participants)
    {
        var each = (double)samples / plan.Students.Count;
        var batch = plan.Training.BatchSize == 0 ? Math.Max(1, each) : plan.Training.BatchSize;
        var localPasses = (long)plan.Training.Epochs * plan.Groups.IntraGroupRounds;
        var steps = localPasses * Math.Max(1, Math.Ceiling(each / batch));
        var passes = each * participants * localPasses * plan.Rounds.Count;
        return $"That is about {Number(each)} samples and {Number(steps)} steps for each participant, " +
            $"{Number(steps * participants)} steps a round, and {Number(passes)} sample passes over the run, " +
            $"as much as {Number(passes / samples)} epochs of central training.";
    }

    private static string Records(double bound, double multiplier) =>
        "Students train by DP-SGD: batches are drawn sample by sample, each sample's gradient is clipped to an L2 norm of " +
        $"{JsonTokens.Number(bound)}, and a batch's sum gets Gaussian noise of standard deviation " +
        $"{JsonTokens.Number(multiplier * bound)}.";

    private static string Privacy(PrivacyPlan privacy, GroupsPlan groups) => privacy switch
    {
        { Clip: null } => "Updates are neither clipped nor noised.",
        { NoiseMultiplier: 0 } => $"Updates are clipped to an L2 norm of {JsonTokens.Number(privacy.Clip.Value)} and not noised.",
        _ => $"Updates are clipped to an L2 norm of {JsonTokens.Number(privacy.Clip.Value)}, and " +
            Noised(privacy.Mechanism, groups, JsonTokens.Number(privacy.NoiseMultiplier * privacy.Clip.Value)) +
            (privacy.Noise == NoiseSource.Seeded ? ", repeatable from the seed, so it protects nobody." : "."),
    };

    private static string Noised(NoiseMechanism mechanism, GroupsPlan groups, string deviation) => mechanism switch
    {
        NoiseMechanism.Distributed => "each student adds a share of Gaussian noise before it masks its update, so that every group's sum " +
            $"carries standard deviation {deviation} at least before anybody sees it",
        NoiseMechanism.Local => $"each student adds Gaussian noise of standard deviation {deviation} to its own",
        _ when groups is { Count: 1 } or { IntraGroupRounds: > 1 } =>
            $"each leader adds Gaussian noise of standard deviation {deviation} to its sum",
        _ => $"the leaders add Gaussian noise to their sums, of standard deviation {deviation} in the sum over all groups",
    };

    private static string Source(DataSource set) => set switch
    {
        DataSource.Avatars => "generated avatar faces",
        DataSource.Fer2013 => "FER2013",
        DataSource.Idx => "idx files",
        DataSource.Text => "texts",
        _ => "folders of pictures",
    };

    private static string Dealt(StudentsPlan students) => students.Partition switch
    {
        PartitionKind.Iid => "evenly at random",
        PartitionKind.Dirichlet => $"by Dirichlet({JsonTokens.Number(students.Alpha)})",
        PartitionKind.Shards => $"in {Count(students.ShardsPerStudent, "label shard")} each",
        _ => "by person",
    };

    private static string Count(long n, string noun) => $"{Number(n)} {noun}{(n == 1 ? "" : "s")}";

    private static string Number(double value) =>
        value.ToString(value < 10 ? "#,0.##" : "#,0", CultureInfo.InvariantCulture);
}
