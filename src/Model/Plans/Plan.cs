using System.Security.Cryptography;
using System.Text;
using Cohort.Federation;
using Cohort.Federation.Accounting;
using Cohort.Model.Randomness;
using Cohort.Model.Training;
using Cohort.Model.Training.Algorithms;
using Cohort.Model.Training.Losses;
using Cohort.Model.Training.Personal;

namespace Cohort.Model.Plans;

/// <summary>
/// What to train, how, and on whom: one immutable tree that, with a seed and a data set, determines a run (docs/design.md, Sameness).
/// Defaults live here; meaning, unit and range of every field in <see cref="PlanFields"/>.
/// </summary>
public sealed record Plan
{
    public string Name { get; init; } = "";
    public string Description { get; init; } = "";
    public long Seed { get; init; } = 1;
    public string Network { get; init; } = "";
    public DataPlan Data { get; init; } = new();
    public StudentsPlan Students { get; init; } = new();
    public GroupsPlan Groups { get; init; } = new();
    public TrainingPlan Training { get; init; } = new();
    public RoundsPlan Rounds { get; init; } = new();
    public AggregationPlan Aggregation { get; init; } = new();
    public ServerPlan Server { get; init; } = new();
    public CompressionPlan Compression { get; init; } = new();
    public PrivacyPlan Privacy { get; init; } = new();
    public AttackPlan Attack { get; init; } = new();
    public EvaluationPlan Evaluation { get; init; } = new();
    public PersonalisationPlan Personalisation { get; init; } = new();
    public ModelsPlan Models { get; init; } = new();

    /// <summary>True if each student's samples lie on its own device, and nowhere else.</summary>
    public bool IsResident => Students.Partition is PartitionKind.Resident;

    /// <summary>True if how many samples a student has counts: as its weight, in DP-SGD's steps and accounts, or in its algorithm.</summary>
    public bool NeedsSizes => Privacy.Clip is null || Training.RecordPrivacy.IsOn || Training.Algorithm.Kind.EffectiveSteps(Training, 1) is not null;

    /// <summary>True if anybody but a student itself needs its label counts: groups, cohorts, calibration, class weights.</summary>
    public bool NeedsLabels => AsksForLabels || Training.LabelCalibration || Training.ClassWeights.Kind is not NoClassWeights;

    /// <summary>True if students are asked for their label counts: groups or cohorts are formed by them.</summary>
    public bool AsksForLabels => Groups.Method is not GroupingMethod.Random || Rounds.Cohorts is CohortKind.Balanced;

    /// <summary>
    /// SHA-256 of <see cref="ToCanonicalJson"/> in lower-case hex: two plans that train the same have the same digest.
    /// </summary>
    public string Digest => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ToCanonicalJson())));

    /// <summary>
    /// What names a run's noise beside its key: the run; or the plan where the key follows from the plan's seed, so that a run that is
    /// started anew draws the same.
    /// </summary>
    public string NoiseName(string run) => Privacy.Noise is NoiseSource.Seeded ? Digest : run;

    /// <summary>sigma_b: the deviation of the noise on how many updates lie within an adaptive bound, in students.</summary>
    public double CountDeviation => Privacy.AdaptiveClip.CountNoise * Rounds.Participants(Students.Count);

    /// <summary>
    /// True if the plan's noise is enough for an accountant to say what it bounds epsilon by. Each intra-group round is a release of
    /// its own to the same students: L Gaussians in a row are one of multiplier z / sqrt(L).
    /// </summary>
    public bool BoundsEpsilon => Privacy.IsPrivate && MultiplierOfRound >= GaussianRound.LeastNoise;

    /// <summary>True if a group's leader needs its students' updates one by one, and nodes do not add them up.</summary>
    public bool NeedsSingleUpdates => Aggregation.Rule.Kind.NeedsSingleUpdates || Attack.Kind.Kind.IsColluding;

    /// <summary>True if students remember something from one of their rounds to the next, which travels with requests and sums.</summary>
    public bool StudentsRemember => Training.Algorithm.Kind.StudentsRemember || Compression.ErrorFeedback;

    /// <summary>How many values an update has of a model of n parameters.</summary>
    public int UpdateLengthOf(int parameters) =>
        (Training.Algorithm.Kind.HasControl ? 2 * parameters : parameters) + Privacy.ExtraCoordinates;

    /// <summary>z / sqrt(L): what a round's releases amount to together.</summary>
    public double MultiplierOfRound => Privacy.NoiseMultiplier / Math.Sqrt(Groups.IntraGroupRounds);

    /// <summary>Reads a plan file: JSON in which comments and trailing commas are allowed.</summary>
    /// <exception cref="PlanException">The file is absent, is no JSON, or breaks a rule of <see cref="PlanFields"/>.</exception>
    public static Plan Read(string path)
    {
        byte[] json;
        try
        {
            json = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PlanException($"{path}: the plan cannot be read ({e.Message.TrimEnd('.')}); " +
                "name a plan file, such as plans/quick.json.", e);
        }
        return PlanReader.Read(json, path);
    }

    /// <param name="json">The text of a plan.</param>
    /// <param name="source">What errors call it: a path, "the ledger".</param>
    /// <exception cref="PlanException">The text is no JSON, or breaks a rule of <see cref="PlanFields"/>.</exception>
    public static Plan Parse(string json, string source) => PlanReader.Read(Encoding.UTF8.GetBytes(json), source);

    /// <summary>
    /// This plan, if it holds the rules; for plans changed by <c>with</c> after reading (a command line's options).
    /// </summary>
    /// <exception cref="PlanException">A value is out of its range, or two values contradict each other.</exception>
    public Plan Checked(string source)
    {
        var errors = PlanRules.Check(this);
        return errors.Count == 0 ? this : throw new PlanException(source, errors);
    }

    /// <summary>
    /// Every field that has a meaning in it, in the table's order, without comments: what the ledger keeps and <see cref="Digest"/> hashes.
    /// </summary>
    public string ToCanonicalJson() => PlanWriter.ToJson(this);
}

/// <summary>Which samples, and how a network sees them: a pixel as (pixel / 255 - mean) / deviation, a text as its tokens.</summary>
public sealed record DataPlan
{
    public DataSource Set { get; init; } = DataSource.Avatars;
    public string? Path { get; init; }
    public bool DropDuplicates { get; init; } = true;
    public double Mean { get; init; } = 0.5;
    public double Deviation { get; init; } = 0.5;
    public AvatarPlan Avatars { get; init; } = new();
    public TextEncoding Text { get; init; } = new();
}

/// <summary>How many synthetic faces to draw when the set is <see cref="DataSource.Avatars"/>.</summary>
public sealed record AvatarPlan
{
    public int SamplesPerStudent { get; init; } = 40;
    public int TestStudents { get; init; } = 40;
}

/// <summary>How many students there are, and who holds which samples.</summary>
public sealed record StudentsPlan
{
    public int Count { get; init; } = 50;
    public PartitionKind Partition { get; init; } = PartitionKind.Iid;
    public double Alpha { get; init; } = 0.5;
    public int ShardsPerStudent { get; init; } = 2;
    public double Dropout { get; init; }

    /// <summary>Share of each student's samples that no training sees.</summary>
    public double HoldOut { get; init; }
}

/// <summary>How students are put into groups, each averaged by its leader.</summary>
public sealed record GroupsPlan
{
    public int Count { get; init; } = 5;
    public GroupingMethod Method { get; init; } = GroupingMethod.Balanced;
    public GroupEquality Equalise { get; init; } = GroupEquality.Students;

    /// <summary>G_max; 0 for no limit.</summary>
    public int MaxSize { get; init; }

    /// <summary>Of what a student reports of its labels; null where it reports them as they are.</summary>
    public double? HistogramEpsilon { get; init; }
    public int IntraGroupRounds { get; init; } = 1;
}

/// <summary>Local training at a student.</summary>
public sealed record TrainingPlan
{
    public Choice<IClientAlgorithm> Algorithm { get; init; } = new("fedAvg");
    public OptimizerKind Optimizer { get; init; } = OptimizerKind.Sgd;
    public double LearningRate { get; init; } = 0.05;
    public double LearningRateDecay { get; init; } = 1.0;
    public RateSchedule Schedule { get; init; } = RateSchedule.Constant;
    public int WarmUpRounds { get; init; }
    public double Momentum { get; init; }
    public double WeightDecay { get; init; }
    public int Epochs { get; init; } = 1;
    public int BatchSize { get; init; } = 10;
    public Choice<ILoss> Loss { get; init; } = new("crossEntropy");
    public double LabelSmoothing { get; init; }
    public Choice<IClassWeighting> ClassWeights { get; init; } = new("none");
    public bool LabelCalibration { get; init; }
    public BalanceKind Balance { get; init; } = BalanceKind.None;

    /// <summary>The attribute; null where nothing is balanced.</summary>
    public string? BalanceBy { get; init; }
    public AugmentationPlan Augmentation { get; init; } = new();
    public RecordPrivacyPlan RecordPrivacy { get; init; } = new();
}

/// <summary>DP-SGD at a student (Abadi et al. 2016), off where there is no clipping bound.</summary>
public sealed record RecordPrivacyPlan
{
    public double? Clip { get; init; }
    public double NoiseMultiplier { get; init; } = 1.0;

    public bool IsOn => Clip is not null;
}

/// <summary>Random changes to training pictures, off by default.</summary>
public sealed record AugmentationPlan
{
    public bool Mirror { get; init; }
    public int Shift { get; init; }
    public double Rotation { get; init; }
    public double Zoom { get; init; }
    public double Brightness { get; init; }
    public double Contrast { get; init; }
    public double Erasing { get; init; }
}

/// <summary>How many rounds, who takes part, how long the coordinator waits, and the server's optimiser.</summary>
public sealed record RoundsPlan
{
    public int Count { get; init; } = 30;
    public RoundMode Mode { get; init; } = RoundMode.Synchronous;

    /// <summary>M: how many students train at any time; 0 where rounds are synchronous.</summary>
    public int Concurrency { get; init; }
    public double StalenessExponent { get; init; } = 0.5;
    public double ClientFraction { get; init; } = 1.0;
    public CohortKind Cohorts { get; init; } = CohortKind.Uniform;
    public double OverSelection { get; init; }
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(600);
    public int MinimumParticipants { get; init; } = 1;
    public double? TargetAccuracy { get; init; }
    public double ServerLearningRate { get; init; } = 1.0;

    /// <summary>s(tau) = (1 + tau)^-a of Nguyen et al. 2022: what an update counts for that began so many models ago.</summary>
    public double DiscountOf(int staleness) =>
        staleness == 0 ? 1 : PortableMath.Exp(-StalenessExponent * PortableMath.Log(1.0 + staleness));

    /// <summary>
    /// Students whose updates a round averages, before over-selection: max(C K, 1) of McMahan et al. 2017, Algorithm 1; where all
    /// students are dealt into cohorts, as many as the smallest has.
    /// </summary>
    public int Participants(int students) => Cohorts == CohortKind.Balanced
        ? students / Math.Clamp((int)Math.Round(1 / ClientFraction), 1, students)
        : Math.Clamp((int)Math.Round(ClientFraction * students), 1, students);
}

/// <summary>How a group's leader makes one update of its students'.</summary>
public sealed record AggregationPlan
{
    public Choice<IAggregationRule> Rule { get; init; } = new("mean");
}

/// <summary>Which students attack the model, in a simulation, and how.</summary>
public sealed record AttackPlan
{
    public Choice<IAttack> Kind { get; init; } = new("none");

    /// <summary>True if somebody attacks.</summary>
    public bool IsOn => Kind.Kind is not NoAttack;

    /// <summary>Share of the students that attack.</summary>
    public double Share => IsOn ? Kind.Settings[IAttack.Share] : 0;
}

/// <summary>How the coordinator makes the next model of the groups' mean update.</summary>
public sealed record ServerPlan
{
    public Choice<IServerOptimizer> Optimizer { get; init; } = new("fedAvg");

    /// <summary>How much of the mean model before stays in the next one; 0 where the last model is what the last round made.</summary>
    public double Averaging { get; init; }

    public bool Averages => Averaging > 0;
}

/// <summary>How a student's update is made smaller before it leaves its student.</summary>
public sealed record CompressionPlan
{
    public Choice<IUpdateCompression> Method { get; init; } = new("none");

    /// <summary>A student adds to its next update what compression has left out of its last (Seide et al. 2014).</summary>
    public bool ErrorFeedback { get; init; }

    public bool IsOn => Method.Kind is not NoCompression;
}

/// <summary>What protects a student's update, and how much of the students' privacy a run may spend.</summary>
public sealed record PrivacyPlan
{
    public double? Clip { get; init; }
    public AdaptiveClipPlan AdaptiveClip { get; init; } = new();
    public double NoiseMultiplier { get; init; }
    public NoiseMechanism Mechanism { get; init; } = NoiseMechanism.Central;
    public NoiseSource Noise { get; init; } = NoiseSource.Secret;
    public double? Epsilon { get; init; }
    public double? PopulationEpsilon { get; init; }
    public double Delta { get; init; } = 1e-5;
    public AccountantKind Accountant { get; init; } = AccountantKind.Pld;
    public bool SecureAggregation { get; init; }
    public double SecureAggregationThreshold { get; init; } = 0.67;
    public int FractionBits { get; init; } = 24;

    /// <summary>True if the plan names a mechanism that adds noise.</summary>
    public bool IsPrivate => Clip is not null && NoiseMultiplier > 0;

    /// <summary>True if students draw the noise, each a share of it.</summary>
    public bool DrawsShares => IsPrivate && Mechanism == NoiseMechanism.Distributed;

    /// <summary>True if no training loss leaves its student: neither noise nor masks would cover it.</summary>
    public bool HidesLosses => IsPrivate || SecureAggregation;

    /// <summary>True if nobody but the seeds may be able to tell whom a round asks.</summary>
    public bool HidesCohorts => IsPrivate && Noise == NoiseSource.Secret;

    /// <summary>What an update has beyond the model's parameters: whether it was within the bound.</summary>
    public int ExtraCoordinates => AdaptiveClip.Enabled ? 1 : 0;
}

/// <summary>The clipping bound follows a quantile of the updates' norms (Andrew et al. 2021).</summary>
public sealed record AdaptiveClipPlan
{
    public bool Enabled { get; init; }
    public double Quantile { get; init; } = 0.5;
    public double LearningRate { get; init; } = 0.2;
    public double CountNoise { get; init; } = 0.05;
}

/// <summary>When the global model is tried on the test samples.</summary>
public sealed record EvaluationPlan
{
    public int EveryRounds { get; init; } = 1;
}

/// <summary>How students make the global model their own. No run trains another model for it.</summary>
public sealed record PersonalisationPlan
{
    public Choice<IPersonalisation> Method { get; init; } = new("none");
}

/// <summary>What stays on disk.</summary>
public sealed record ModelsPlan
{
    public int Keep { get; init; } = 10;
}
