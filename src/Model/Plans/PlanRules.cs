using Cohort.Federation;
using Cohort.Model.Data;
using Cohort.Model.Data.Texts;
using Cohort.Model.Networks;
using Cohort.Model.Training.Losses;
using Cohort.Model.Training.Personal;

namespace Cohort.Model.Plans;

/// <summary>What must hold beyond the range of each single field.</summary>
internal static class PlanRules
{
    /// <summary>One rule: the field to blame, the other field it speaks about, and what is wrong or null.</summary>
    internal sealed record Rule(string Field, string Other, Func<Plan, string?> Problem);

    internal static IReadOnlyList<Rule> Contradictions { get; } =
    [
        .. ChoiceFields.Rules,
        .. RobustRules.All,
        .. AsynchronousRules.All,
        .. ResidentRules.All,
        new("groups.count", "students.count", p => p.Groups.Count > p.Students.Count
            ? $"{p.Groups.Count} groups cannot be formed of {p.Students.Count} students; " +
              "give at most as many groups as students.count."
            : null),
        new("groups.maxSize", "students.count", p => p.Groups.MaxSize > p.Students.Count
            ? $"a group of {p.Groups.MaxSize} students is larger than the population of {p.Students.Count}; give at most students.count, " +
              "or 0 for no limit."
            : null),
        new("groups.maxSize", "groups.count",
            p => p.Groups.MaxSize > 0 && (long)p.Groups.MaxSize * p.Groups.Count < p.Students.Count
                ? $"{p.Groups.Count} groups of at most {p.Groups.MaxSize} hold {(long)p.Groups.MaxSize * p.Groups.Count} of " +
                  $"{p.Students.Count} students; give groups.count {((p.Students.Count - 1) / p.Groups.MaxSize) + 1} or more, or larger " +
                  "groups."
                : null),
        new("groups.equalise", "groups.method",
            p => p.Groups is { Equalise: GroupEquality.Samples, Method: not GroupingMethod.Balanced }
                ? "only balanced groups can be made equal in samples; take balanced, or equalise students."
                : null),
        new("groups.method", "students.count",
            p => p.Groups.Method is GroupingMethod.Astraea && p.Students.Count > AstraeaGrouping.MostStudents
                ? $"astraea compares all students with all others, which takes minutes beyond {AstraeaGrouping.MostStudents}; take balanced or " +
                  "layered."
                : null),
        new("groups.histogramEpsilon", "groups.method", p => p is { Groups.HistogramEpsilon: not null, AsksForLabels: false }
            ? "random groups ask nobody for labels, so that privacy would be spent on nothing; leave it out, or take another method."
            : null),
        new("groups.histogramEpsilon", "training.labelCalibration",
            p => p is { Groups.HistogramEpsilon: not null, Training.LabelCalibration: true }
                ? "calibration tells every student all students' exact class shares, which no noise protects; leave one of the two out."
                : null),
        new("rounds.minimumParticipants", "rounds.clientFraction",
            p => p.Rounds.MinimumParticipants > p.Rounds.Participants(p.Students.Count)
                ? $"{p.Rounds.MinimumParticipants} participants are required, but rounds.clientFraction " +
                  $"{JsonTokens.Number(p.Rounds.ClientFraction)} asks only {p.Rounds.Participants(p.Students.Count)} of " +
                  $"{p.Students.Count} students; lower one or raise the other."
                : null),
        new("rounds.clientFraction", "rounds.cohorts",
            p => p.Rounds.Cohorts == CohortKind.Balanced && !IsOneOverWhole(p.Rounds.ClientFraction)
                ? $"balanced cohorts deal all students into 1/C equal parts, and 1/{JsonTokens.Number(p.Rounds.ClientFraction)} is " +
                  "no whole number; take 0.5, 0.33, 0.25, 0.2 and so on, or uniform cohorts."
                : null),
        new("rounds.overSelection", "rounds.cohorts", p => p.Rounds is { OverSelection: > 0, Cohorts: CohortKind.Poisson }
            ? "poisson cohorts have no planned size that more could be asked for; raise rounds.clientFraction instead."
            : null),
        new("rounds.minimumParticipants", "rounds.cohorts",
            p => p.Rounds is { MinimumParticipants: > 1, Cohorts: CohortKind.Poisson }
                ? "a poisson cohort may be of any size, and a round that is not averaged because it is small tells who was not in it; " +
                  "take 1, or uniform cohorts."
                : null),
        new("groups.intraGroupRounds", "rounds.cohorts",
            p => p is { Groups.IntraGroupRounds: > 1, Rounds.Cohorts: CohortKind.Poisson, Privacy.IsPrivate: true }
                ? "a group that averages by itself divides by its own size, which tells who was drawn; take 1 intra-group round, or " +
                  "uniform or balanced cohorts."
                : null),
        new("privacy.noiseMultiplier", "privacy.clip", p => p.Privacy is { NoiseMultiplier: > 0, Clip: null }
            ? "noise is measured in clipping bounds, and there is none; give privacy.clip too, or 0 for no noise."
            : null),
        new("privacy.adaptiveClip.enabled", "privacy.clip", p => p.Privacy is { AdaptiveClip.Enabled: true, Clip: null }
            ? "adaptive clipping needs a bound to begin with; give privacy.clip, such as 0.1."
            : null),
        new("privacy.adaptiveClip.enabled", "groups.intraGroupRounds",
            p => p is { Privacy.AdaptiveClip.Enabled: true, Groups.IntraGroupRounds: > 1 }
                ? "the bound moves once a round, and a group that averages by itself would need one of its own; take 1 " +
                  "intra-group round, or a fixed bound."
                : null),
        new("privacy.adaptiveClip.countNoise", "privacy.noiseMultiplier",
            p => p.Privacy is { AdaptiveClip.Enabled: true, IsPrivate: true } && CountNoiseIsTooSmall(p)
                ? $"counting the updates within the bound would spend all the privacy of noise multiplier " +
                  $"{JsonTokens.Number(p.Privacy.NoiseMultiplier)}: the count's noise of " +
                  $"{JsonTokens.Number(p.Privacy.AdaptiveClip.CountNoise)} x {p.Rounds.Participants(p.Students.Count)} students has to be " +
                  "above half of it (Andrew et al. 2021, Theorem 1); raise it, or ask more students."
                : null),
        new("privacy.epsilon", "privacy.noiseMultiplier", p => p is { Privacy.Epsilon: not null, BoundsEpsilon: false }
            ? "without noise, or with hardly any, no budget can be kept: nothing bounds epsilon; give privacy.noiseMultiplier " +
              "(pbm privacy calibrate finds it) and privacy.clip."
            : null),
        new("privacy.populationEpsilon", "privacy.noiseMultiplier",
            p => p is { Privacy.PopulationEpsilon: not null, BoundsEpsilon: false }
                ? "without noise, or with hardly any, no budget can be kept: nothing bounds epsilon; give privacy.noiseMultiplier " +
                  "(pbm privacy calibrate finds it) and privacy.clip."
                : null),
        new("privacy.mechanism", "privacy.secureAggregation",
            p => p.Privacy is { Mechanism: NoiseMechanism.Distributed, SecureAggregation: false }
                ? "a student's share of the noise protects only a sum, which nobody may see the parts of; give " +
                  "privacy.secureAggregation too, or take central or local."
                : null),
        new("privacy.mechanism", "privacy.noiseMultiplier",
            p => p.Privacy is { Mechanism: not NoiseMechanism.Central, NoiseMultiplier: 0 }
                ? "students are to draw noise, and its multiplier is 0; give privacy.noiseMultiplier."
                : null),
        new("privacy.secureAggregation", "groups.count",
            p => p.Privacy.SecureAggregation && p.Rounds.Participants(p.Students.Count) * (1 + p.Rounds.OverSelection) < 3 * p.Groups.Count
                ? $"a sum of fewer than 3 students protects nobody, and a round asks {p.Rounds.Participants(p.Students.Count)} in " +
                  $"{p.Groups.Count} groups; take fewer groups, or a larger rounds.clientFraction."
                : null),
        new("privacy.secureAggregation", "rounds.cohorts",
            p => p is { Privacy: { SecureAggregation: true, IsPrivate: true }, Rounds.Cohorts: CohortKind.Poisson }
                ? "a poisson cohort may leave a group too small for a secure sum, and that it has none tells who was not in it; " +
                  "take uniform cohorts."
                : null),
        new("privacy.secureAggregation", "privacy.clip", p => p.Privacy is { SecureAggregation: true, Clip: null }
            ? "masked updates can only be added where their size is known before; give privacy.clip too."
            : null),
        new("training.algorithm", "training.algorithm", p => p.Training.Algorithm.Kind.WhyNot(p)),
        new("personalisation.method", "students.holdOut", p => p.Personalisation.Method.Kind is not NoPersonalisation && p.Students.HoldOut == 0
            ? "personal models are judged on samples that students keep from training, and these keep none; give students.holdOut, such as 0.2."
            : null),
        new("compression.method", "privacy.secureAggregation", p => p is { Compression.IsOn: true, Privacy.SecureAggregation: true }
            ? "a masked update looks random in all of its values, and nothing makes it smaller; take none, or no secure aggregation."
            : null),
        new("compression.method", "privacy.noiseMultiplier",
            p => p.Privacy.IsPrivate && !p.Compression.Method.Kind.OnlyShrinks
                ? $"{p.Compression.Method.Name} may make an update longer than privacy.clip, which the noise is measured in; take topK or " +
                  "none."
                : null),
        new("compression.method", "privacy.mechanism",
            p => p is { Compression.IsOn: true, Privacy: { IsPrivate: true, Mechanism: NoiseMechanism.Local } }
                ? "a student's own noise lies on all of its values, and nothing makes it smaller; take none, or central noise."
                : null),
        new("compression.errorFeedback", "compression.method", p => p.Compression is { ErrorFeedback: true, IsOn: false }
            ? "nothing is left out of updates that are not compressed; give compression.method, or leave errorFeedback out."
            : null),
        new("compression.errorFeedback", "privacy.clip", p => p is { Compression.ErrorFeedback: true, Privacy.Clip: not null }
            ? "what was left out of earlier updates comes on top of one that was clipped, and would exceed the bound; leave one of them out."
            : null),
        new("training.momentum", "training.optimizer", p => p.Training is { Momentum: > 0, Optimizer: OptimizerKind.Adam }
            ? "adam has moments of its own and takes no momentum; leave it 0, or take sgd."
            : null),
        new("training.balance", "training.balanceBy", p => p.Training is { Balance: not BalanceKind.None, BalanceBy: null }
            ? "it does not say by which attribute; give training.balanceBy, such as gender."
            : null),
        new("training.balanceBy", "training.balance", p => p.Training is { Balance: BalanceKind.None, BalanceBy: not null }
            ? "nothing is balanced by it; give training.balance, reweigh or resample, or leave it out."
            : null),
        new("training.balance", "groups.histogramEpsilon", p => p is { Groups.HistogramEpsilon: not null, Training.Balance: not BalanceKind.None }
            ? "balancing goes by how many samples all students have exactly of each class, which no noise protects; leave one of the two out."
            : null),
        new("training.balance", "training.recordPrivacy.clip",
            p => p.Training is { RecordPrivacy.IsOn: true, Balance: not BalanceKind.None }
                ? "DP-SGD draws every sample with the same probability, and counts each the same; leave one of the two out."
                : null),
        new("training.recordPrivacy.clip", "training.labelCalibration",
            p => p.Training is { RecordPrivacy.IsOn: true, LabelCalibration: true }
                ? "calibration shifts every sample's loss by the student's own label counts, which no noise protects; " +
                  "leave training.labelCalibration out, or the bound."
                : null),
        new("training.warmUpRounds", "rounds.count", p => p.Training.WarmUpRounds >= p.Rounds.Count && p.Training.WarmUpRounds > 0
            ? $"the learning rate would never be more than {p.Training.WarmUpRounds} rounds of warm-up, and the run has {p.Rounds.Count}; give " +
              "fewer, or more rounds.count."
            : null),
        new("training.classWeights", "groups.histogramEpsilon",
            p => p.Groups.HistogramEpsilon is not null && p.Training.ClassWeights.Kind is not NoClassWeights
                ? "class weights tell every student all students' exact class shares, which no noise protects; leave one of the two out."
                : null),
        new("training.classWeights", "training.recordPrivacy.clip",
            p => p.Training.RecordPrivacy.IsOn && p.Training.ClassWeights.Kind is not NoClassWeights
                ? "class weights follow from the counts of everybody's samples, which no noise protects; leave training.classWeights out, or " +
                  "the bound."
                : null),
        new("server.averaging", "rounds.targetAccuracy", p => p is { Server.Averages: true, Rounds.TargetAccuracy: not null }
            ? "the mean of all rounds' models is the last round's, and a run that ends at a target does not know which that is; leave one of " +
              "the two out."
            : null),
        new("data.path", "data.set", p => p.Data is { Path: not null, Set: DataSource.Avatars }
            ? "avatar faces are generated and read no file; leave the path out, or name the set that the path holds."
            : null),
        new("network", "data.set", p => !FitsData(p)
            ? $"{p.Network} takes {NetworkCatalogue.AnyInputOf(p.Network).Kind}s, and the data are not; take " +
              $"{NetworkCatalogue.ListOf(p.Data.Set is DataSource.Text ? TokenShape.Any : ImageShape.Face)}, or other data."
            : null),
        new("training.augmentation.mirror", "data.set", p => IsAugmented(p) && p.Data.Set is DataSource.Text
            ? "texts are not mirrored, moved or turned; leave training.augmentation out."
            : null),
        new("data.text.mostCharacters", "data.text.leastCharacters",
            p => p.Data.Text is { LeastCharacters: > 0 } text && text.MostCharacters < text.LeastCharacters
                ? $"pieces of words have at least {text.LeastCharacters} characters, and cannot have at most {text.MostCharacters}; raise it."
                : null),
        new("students.partition", "data.set",
            p => p.Students.Partition == PartitionKind.ByPerson && p.Data.Set is DataSource.Fer2013 or DataSource.Idx or DataSource.Text
                ? p.Data.Set switch
                {
                    DataSource.Idx => "idx files do not say who is in which picture",
                    DataSource.Text => "files of texts do not say who wrote which",
                    _ => "FER2013 does not say who is in which picture",
                } + "; take iid, dirichlet or shards."
                : null),
    ];

    // z_delta = (z^-2 - (2 sigma_b)^-2)^(-1/2) exists only where 2 sigma_b > z.
    private static bool CountNoiseIsTooSmall(Plan plan) =>
        2 * plan.CountDeviation <= plan.Privacy.NoiseMultiplier;

    private static bool FitsData(Plan plan) =>
        !NetworkNames.All.Contains(plan.Network, StringComparer.Ordinal)
        || NetworkCatalogue.AnyInputOf(plan.Network) is TokenShape == plan.Data.Set is DataSource.Text;

    private static bool IsAugmented(Plan plan) => plan.Training.Augmentation != new AugmentationPlan();

    // 0.33 is meant as a third.
    private static bool IsOneOverWhole(double fraction) => Math.Abs(1 / fraction / Math.Round(1 / fraction) - 1) < 0.02;

    /// <summary>Everything wrong with a plan that was not read from text, or was changed since.</summary>
    public static IReadOnlyList<PlanError> Check(Plan plan)
    {
        var single = (from field in PlanFields.All
                      let problem = field.Check(plan)
                      where problem is not null
                      select new PlanError(field.Path, 0, 0, problem)).ToList();
        return [.. single, .. Contradicting(plan, single)];
    }

    /// <summary>Contradictions between fields that are each for itself in order.</summary>
    public static IEnumerable<PlanError> Contradicting(Plan plan, IEnumerable<PlanError> single)
    {
        var faulty = single.Select(e => e.Path).ToHashSet(StringComparer.Ordinal);
        return from rule in Contradictions
               where !faulty.Contains(rule.Field) && !faulty.Contains(rule.Other)
               let problem = rule.Problem(plan)
               where problem is not null
               select new PlanError(rule.Field, 0, 0, problem);
    }
}
