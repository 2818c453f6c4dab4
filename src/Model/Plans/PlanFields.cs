using Cohort.Federation;
using Cohort.Federation.Accounting;
using Cohort.Model.Training;

namespace Cohort.Model.Plans;

/// <summary>The table of all fields of a plan, in the order in which they are written.</summary>
public static class PlanFields
{
    private const int MostStudents = 100_000_000;
    private const int MostRounds = 10_000_000;

    // JSON readers in other languages keep whole numbers exactly up to 2^53 - 1 only (RFC 8259, section 6).
    private const long MostSeed = (1L << 53) - 1;

    private static readonly NumberRange ZeroToOne = new(0, 1);
    private static readonly NumberRange ZeroToBelowOne = new(0, 1) { OpenAbove = true };
    private static readonly NumberRange AboveZeroToOne = new(0, 1) { OpenBelow = true };
    private static readonly NumberRange NotNegative = new(0);
    private static readonly NumberRange Positive = NumberRange.Above(0);

    public static IReadOnlyList<PlanField> All { get; } =
    [
        new TextField("name", p => p.Name, (p, v) => p with { Name = v },
            "Short name of the plan; runs and models are listed under it.") { Required = true },
        new TextField("description", p => p.Description, (p, v) => p with { Description = v },
            "What the plan is for, for people."),
        new WholeField("seed", 0, MostSeed, p => p.Seed, (p, v) => p with { Seed = v },
            "Every random choice follows from it: the same seed, plan and data give the same model, bit by bit."),
        new NameField("network", NetworkNames.All, p => p.Network, (p, v) => p with { Network = v },
            "Which network is trained.") { Required = true },

        new WordField<DataSource>("data.set", p => p.Data.Set, (p, v) => p with { Data = p.Data with { Set = v } },
            "Where samples come from: generated avatar faces, FER2013's CSV, idx files as MNIST has them, folders of " +
            "pictures, or texts.")
        { Required = true },
        new OptionalTextField("data.path", p => p.Data.Path, (p, v) => p with { Data = p.Data with { Path = v } },
            "File or folder of the data set; the option --data takes its place."),
        new FlagField("data.dropDuplicates", p => p.Data.DropDuplicates,
            (p, v) => p with { Data = p.Data with { DropDuplicates = v } },
            "Drops test samples that also stand, byte by byte, among the training samples."),
        new NumberField("data.mean", ZeroToOne, p => p.Data.Mean, (p, v) => p with { Data = p.Data with { Mean = v } },
            "Subtracted from every pixel after its scaling to 0..1.") { Unit = "brightness" },
        new NumberField("data.deviation", Positive, p => p.Data.Deviation,
            (p, v) => p with { Data = p.Data with { Deviation = v } },
            "Every pixel is divided by it after the mean is subtracted.") { Unit = "brightness" },
        new WholeField("data.avatars.samplesPerStudent", 1, 100_000, p => p.Data.Avatars.SamplesPerStudent,
            (p, v) => p with { Data = p.Data with { Avatars = p.Data.Avatars with { SamplesPerStudent = (int)v } } },
            "How many avatar faces each student holds.") { Unit = "samples" },
        new WholeField("data.avatars.testStudents", 1, 100_000, p => p.Data.Avatars.TestStudents,
            (p, v) => p with { Data = p.Data with { Avatars = p.Data.Avatars with { TestStudents = (int)v } } },
            "How many further students, whom no training sees, the model is tried on.") { Unit = "students" },
        new WholeField("data.text.buckets", 1, TextEncoding.LargestBuckets, p => p.Data.Text.Buckets,
            (p, v) => With(p, p.Data.Text with { Buckets = (int)v }),
            "Every token of a text is hashed to one of so many numbers, and each has a vector of its own in the network (Weinberger et al. " +
            "2009).") { Unit = "buckets", Means = OfTexts },
        new WholeField("data.text.mostTokens", 4, TextEncoding.LargestTokens, p => p.Data.Text.MostTokens,
            (p, v) => With(p, p.Data.Text with { MostTokens = (int)v }),
            "How many tokens of a text a network sees, from its beginning.") { Unit = "tokens", Means = OfTexts },
        new WholeField("data.text.wordGrams", 1, TextEncoding.LargestRun, p => p.Data.Text.WordGrams,
            (p, v) => With(p, p.Data.Text with { WordGrams = (int)v }),
            "Words, and up to so many of them that stand side by side, are tokens (Joulin et al. 2017).")
        { Unit = "words", Means = OfTexts },
        new WholeField("data.text.leastCharacters", 0, TextEncoding.LargestRun, p => p.Data.Text.LeastCharacters,
            (p, v) => With(p, p.Data.Text with { LeastCharacters = (int)v }),
            "Pieces of words of at least so many characters are tokens too (Bojanowski et al. 2017); 0 for no pieces.")
        { Unit = "characters", Means = OfTexts },
        new WholeField("data.text.mostCharacters", 0, TextEncoding.LargestRun, p => p.Data.Text.MostCharacters,
            (p, v) => With(p, p.Data.Text with { MostCharacters = (int)v }),
            "Pieces of words have up to so many characters.") { Unit = "characters", Means = OfTexts },

        new WholeField("students.count", 1, MostStudents, p => p.Students.Count,
            (p, v) => p with { Students = p.Students with { Count = (int)v } },
            "How many students hold the training samples; of resident students, how many have to be there for a run to begin.")
        { Unit = "students", Symbol = "K" },
        new WordField<PartitionKind>("students.partition", p => p.Students.Partition,
            (p, v) => p with { Students = p.Students with { Partition = v } },
            "How samples are dealt to students: evenly at random, by a Dirichlet draw of each student's labels, " +
            "by shards of samples sorted by label (McMahan et al. 2017), or each person's samples to one student. Resident students " +
            "have samples of their own on their own devices, and the plan's data is what models are tested on."),
        new NumberField("students.alpha", Positive, p => p.Students.Alpha,
            (p, v) => p with { Students = p.Students with { Alpha = v } },
            "Concentration of the Dirichlet partition: 0.1 gives students of few labels, 100 nearly equal ones.")
        { Symbol = "alpha" },
        new WholeField("students.shardsPerStudent", 1, 1_000_000, p => p.Students.ShardsPerStudent,
            (p, v) => p with { Students = p.Students with { ShardsPerStudent = (int)v } },
            "How many shards each student gets in the shards partition.") { Unit = "shards" },
        new NumberField("students.dropout", ZeroToBelowOne, p => p.Students.Dropout,
            (p, v) => p with { Students = p.Students with { Dropout = v } },
            "Simulates students that fall silent: the share of those asked in a round that never answer."),
        new NumberField("students.holdOut", ZeroToBelowOne, p => p.Students.HoldOut,
            (p, v) => p with { Students = p.Students with { HoldOut = v } },
            "Share of its samples that each student keeps from training, so that its personal model can be judged on them; of each " +
            "class as nearly as whole samples allow.")
        { Means = p => p.Students.HoldOut > 0 },

        new WholeField("groups.count", 1, 100_000, p => p.Groups.Count,
            (p, v) => p with { Groups = p.Groups with { Count = (int)v } },
            "How many groups the students form; each has a leader that averages it.") { Unit = "groups" },
        new WordField<GroupingMethod>("groups.method", p => p.Groups.Method,
            (p, v) => p with { Groups = p.Groups with { Method = v } },
            "Balanced groups resemble the whole population's labels: students are dealt out greedily, then swapped. Layered ones are " +
            "dealt out alone, for very many students; astraea fills one group after the other (Duan et al. 2019); random ones are drawn " +
            "by lot."),
        new WordField<GroupEquality>("groups.equalise", p => p.Groups.Equalise,
            (p, v) => p with { Groups = p.Groups with { Equalise = v } },
            "What groups have equally much of: students, within one, or samples, within one student's."),
        new WholeField("groups.maxSize", 0, MostStudents, p => p.Groups.MaxSize,
            (p, v) => p with { Groups = p.Groups with { MaxSize = (int)v } },
            "How many students a group may have at most; 0 for no limit.") { Unit = "students", Symbol = "G_max" },
        new OptionalNumberField("groups.histogramEpsilon", new NumberRange(HistogramReport.LeastEpsilon, HistogramReport.LargestEpsilon), p => p.Groups.HistogramEpsilon,
            (p, v) => p with { Groups = p.Groups with { HistogramEpsilon = v } },
            "Students report their label counts under geometric noise (Ghosh et al. 2012): what a report tells of any one sample, " +
            "once a run. Without it they report them as they are.") { Unit = "per sample", Symbol = "epsilon" },
        new WholeField("groups.intraGroupRounds", 1, 1_000, p => p.Groups.IntraGroupRounds,
            (p, v) => p with { Groups = p.Groups with { IntraGroupRounds = (int)v } },
            "How many rounds a group averages by itself before the coordinator averages the groups.") { Unit = "rounds" },

        .. ChoiceFields.Of("training", "algorithm", p => p.Training.Algorithm,
            (p, v) => p with { Training = p.Training with { Algorithm = v } },
            "How students train, and what their updates count for in the average"),
        new WordField<OptimizerKind>("training.optimizer", p => p.Training.Optimizer,
            (p, v) => p with { Training = p.Training with { Optimizer = v } },
            "The optimiser of local training; its state starts anew in every round."),
        new NumberField("training.learningRate", Positive, p => p.Training.LearningRate,
            (p, v) => p with { Training = p.Training with { LearningRate = v } },
            "Step size of local training in the first round.") { Symbol = "eta" },
        new NumberField("training.learningRateDecay", AboveZeroToOne, p => p.Training.LearningRateDecay,
            (p, v) => p with { Training = p.Training with { LearningRateDecay = v } },
            "The learning rate is multiplied by it after every round.") { Unit = "factor per round" },
        new WordField<RateSchedule>("training.schedule", p => p.Training.Schedule,
            (p, v) => p with { Training = p.Training with { Schedule = v } },
            "How the learning rate changes over the run, beside its decay: not at all, or along half a cosine down to 0 after the last round " +
            "(Loshchilov, Hutter 2017).")
        { Means = p => p.Training.Schedule is not RateSchedule.Constant },
        new WholeField("training.warmUpRounds", 0, MostRounds, p => p.Training.WarmUpRounds,
            (p, v) => p with { Training = p.Training with { WarmUpRounds = (int)v } },
            "Over so many rounds the learning rate grows to its full size (Goyal et al. 2017).")
        { Unit = "rounds", Means = p => p.Training.WarmUpRounds > 0 },
        new NumberField("training.momentum", ZeroToBelowOne, p => p.Training.Momentum,
            (p, v) => p with { Training = p.Training with { Momentum = v } },
            "Momentum of local SGD."),
        new NumberField("training.weightDecay", NotNegative, p => p.Training.WeightDecay,
            (p, v) => p with { Training = p.Training with { WeightDecay = v } },
            "L2 penalty of local training."),
        new WholeField("training.epochs", 1, 10_000, p => p.Training.Epochs,
            (p, v) => p with { Training = p.Training with { Epochs = (int)v } },
            "How often a student goes through its samples in one round.") { Unit = "passes", Symbol = "E" },
        new WholeField("training.batchSize", 0, 1_000_000, p => p.Training.BatchSize,
            (p, v) => p with { Training = p.Training with { BatchSize = (int)v } },
            "Samples in one step of local training; 0 takes all samples of the student at once.")
        { Unit = "samples", Symbol = "B" },
        .. ChoiceFields.Of("training", "loss", p => p.Training.Loss,
            (p, v) => p with { Training = p.Training with { Loss = v } },
            "What local training makes small"),
        new NumberField("training.labelSmoothing", ZeroToBelowOne, p => p.Training.LabelSmoothing,
            (p, v) => p with { Training = p.Training with { LabelSmoothing = v } },
            "Share of each label that is spread evenly over all classes (Szegedy et al. 2016).")
        { Symbol = "epsilon", Means = p => p.Training.LabelSmoothing > 0 },
        .. ChoiceFields.Of("training", "classWeights", p => p.Training.ClassWeights,
            (p, v) => p with { Training = p.Training with { ClassWeights = v } },
            "What a sample counts for in the loss, by its class's count over all students"),
        new FlagField("training.labelCalibration", p => p.Training.LabelCalibration,
            (p, v) => p with { Training = p.Training with { LabelCalibration = v } },
            "Shifts a student's logits by log(its share of a class / everybody's share), so that a student with few classes " +
            "does not unlearn the others (Menon et al. 2021; Zhang et al. 2022)."),
        new WordField<BalanceKind>("training.balance", p => p.Training.Balance,
            (p, v) => p with { Training = p.Training with { Balance = v } },
            "Makes up for training samples that are uneven in training.balanceBy: reweigh weights losses so that attribute and class are " +
            "independent (Kamiran and Calders 2012); resample draws samples so that each value is equally frequent within each class.")
        { Means = p => p.Training.Balance is not BalanceKind.None },
        new OptionalTextField("training.balanceBy", p => p.Training.BalanceBy,
            (p, v) => p with { Training = p.Training with { BalanceBy = v } },
            "The attribute of samples that training.balance goes by, such as gender.")
        { Means = p => p.Training.BalanceBy is not null },
        new FlagField("training.augmentation.mirror", p => p.Training.Augmentation.Mirror,
            (p, v) => With(p, p.Training.Augmentation with { Mirror = v }),
            "Mirrors every other training picture, left to right."),
        new WholeField("training.augmentation.shift", 0, 24, p => p.Training.Augmentation.Shift,
            (p, v) => With(p, p.Training.Augmentation with { Shift = (int)v }),
            "Moves training pictures by up to so much in both directions.") { Unit = "pixels" },
        new NumberField("training.augmentation.rotation", new NumberRange(0, 180), p => p.Training.Augmentation.Rotation,
            (p, v) => With(p, p.Training.Augmentation with { Rotation = v }),
            "Turns training pictures by up to so much in both directions.") { Unit = "degrees" },
        new NumberField("training.augmentation.zoom", new NumberRange(0, 0.5), p => p.Training.Augmentation.Zoom,
            (p, v) => With(p, p.Training.Augmentation with { Zoom = v }),
            "Makes training pictures larger or smaller by up to this share.") { Means = p => p.Training.Augmentation.Zoom > 0 },
        new NumberField("training.augmentation.brightness", ZeroToOne, p => p.Training.Augmentation.Brightness,
            (p, v) => With(p, p.Training.Augmentation with { Brightness = v }),
            "Makes training pictures brighter or darker by up to so much.")
        { Unit = "full brightness", Means = p => p.Training.Augmentation.Brightness > 0 },
        new NumberField("training.augmentation.contrast", ZeroToBelowOne, p => p.Training.Augmentation.Contrast,
            (p, v) => With(p, p.Training.Augmentation with { Contrast = v }),
            "Multiplies how pixels differ from their picture's mean by 1 plus or minus up to this share.")
        { Means = p => p.Training.Augmentation.Contrast > 0 },
        new NumberField("training.augmentation.erasing", ZeroToOne, p => p.Training.Augmentation.Erasing,
            (p, v) => With(p, p.Training.Augmentation with { Erasing = v }),
            "Probability with which a rectangle of a training picture, 2 to 20 % of it, gets the picture's mean brightness (Zhong et al. 2020).")
        { Means = p => p.Training.Augmentation.Erasing > 0 },
        new OptionalNumberField("training.recordPrivacy.clip", Positive, p => p.Training.RecordPrivacy.Clip,
            (p, v) => With(p, p.Training.RecordPrivacy with { Clip = v }),
            "Trains by DP-SGD (Abadi et al. 2016): bound on the L2 norm of one sample's gradient. Batches are then drawn sample by " +
            "sample, and training.batchSize is their expected size.") { Symbol = "C" },
        new NumberField("training.recordPrivacy.noiseMultiplier", Positive, p => p.Training.RecordPrivacy.NoiseMultiplier,
            (p, v) => With(p, p.Training.RecordPrivacy with { NoiseMultiplier = v }),
            "Standard deviation of DP-SGD's noise on the sum of a batch's gradients.")
        { Unit = "clipping bounds", Symbol = "sigma" },

        new WholeField("rounds.count", 1, MostRounds, p => p.Rounds.Count,
            (p, v) => p with { Rounds = p.Rounds with { Count = (int)v } },
            "After how many rounds the run ends.") { Unit = "rounds" },
        new WordField<RoundMode>("rounds.mode", p => p.Rounds.Mode,
            (p, v) => p with { Rounds = p.Rounds with { Mode = v } },
            "Synchronous rounds begin with one model and wait for all their students (McMahan et al. 2017); by fedBuff students train at their " +
            "own pace, in a time of their own that is drawn and not measured, and a round is made of the next C K updates, whatever models " +
            "they began with (Nguyen et al. 2022).")
        { Means = IsAsynchronous },
        new WholeField("rounds.concurrency", 0, MostStudents, p => p.Rounds.Concurrency,
            (p, v) => p with { Rounds = p.Rounds with { Concurrency = (int)v } },
            "How many students train at any time by fedBuff.") { Unit = "students", Symbol = "M_c", Means = IsAsynchronous },
        new NumberField("rounds.stalenessExponent", NotNegative, p => p.Rounds.StalenessExponent,
            (p, v) => p with { Rounds = p.Rounds with { StalenessExponent = v } },
            "By fedBuff an update that began tau models ago is multiplied by (1 + tau)^-a; 0 takes all of them as they are.")
        { Symbol = "a", Means = IsAsynchronous },
        new NumberField("rounds.clientFraction", AboveZeroToOne, p => p.Rounds.ClientFraction,
            (p, v) => p with { Rounds = p.Rounds with { ClientFraction = v } },
            "Share of the students that takes part in a round, at least one student.") { Symbol = "C" },
        new WordField<CohortKind>("rounds.cohorts", p => p.Rounds.Cohorts,
            (p, v) => p with { Rounds = p.Rounds with { Cohorts = v } },
            "Uniform cohorts are drawn anew for every round (McMahan et al. 2017); balanced ones take turns: everybody is asked " +
            "once in 1/C rounds, with students whose labels, taken together, resemble everybody's (after Cho et al. 2023); poisson ones " +
            "ask each student with probability C, which costs the least privacy."),
        new NumberField("rounds.overSelection", new NumberRange(0, 10), p => p.Rounds.OverSelection,
            (p, v) => p with { Rounds = p.Rounds with { OverSelection = v } },
            "Share of further students that is asked in case some fail: 0.3 asks 130 where 100 are needed (Bonawitz et al. " +
            "2019)."),
        new SecondsField("rounds.deadlineSeconds", new NumberRange(0, 1e7) { OpenBelow = true }, p => p.Rounds.Deadline,
            (p, v) => p with { Rounds = p.Rounds with { Deadline = v } },
            "How long a round waits for its students; whoever is later is left out.") { Unit = "seconds" },
        new WholeField("rounds.minimumParticipants", 1, MostStudents, p => p.Rounds.MinimumParticipants,
            (p, v) => p with { Rounds = p.Rounds with { MinimumParticipants = (int)v } },
            "A round with fewer students than this changes no model.") { Unit = "students" },
        new OptionalNumberField("rounds.targetAccuracy", AboveZeroToOne, p => p.Rounds.TargetAccuracy,
            (p, v) => p with { Rounds = p.Rounds with { TargetAccuracy = v } },
            "The run ends early once the accuracy on the test samples reaches it."),
        new NumberField("rounds.serverLearningRate", Positive, p => p.Rounds.ServerLearningRate,
            (p, v) => p with { Rounds = p.Rounds with { ServerLearningRate = v } },
            "The server optimiser's step is multiplied by it; 1 is plain federated averaging (Reddi et al. 2021)."),

        .. ChoiceFields.Of("aggregation", "rule", p => p.Aggregation.Rule,
            (p, v) => p with { Aggregation = p.Aggregation with { Rule = v } },
            "How a group's leader makes one update of its students', which the coordinator averages by the groups' weights"),

        .. ChoiceFields.Of("server", "optimizer", p => p.Server.Optimizer,
            (p, v) => p with { Server = p.Server with { Optimizer = v } },
            "How the mean update, times rounds.serverLearningRate, moves the model"),
        new NumberField("server.averaging", ZeroToBelowOne, p => p.Server.Averaging,
            (p, v) => p with { Server = p.Server with { Averaging = v } },
            "The last round's model is a moving mean of all rounds' models, in which this share of the mean before stays (Polyak, Juditsky " +
            "1992); training itself goes on from what each round made. 0 for no mean.")
        { Unit = "factor per round", Means = p => p.Server.Averages },

        .. ChoiceFields.Of("compression", "method", p => p.Compression.Method,
            (p, v) => p with { Compression = p.Compression with { Method = v } },
            "How a student's update is made smaller before it leaves its student, after it was clipped"),
        new FlagField("compression.errorFeedback", p => p.Compression.ErrorFeedback,
            (p, v) => p with { Compression = p.Compression with { ErrorFeedback = v } },
            "A student remembers what compression has left out of its update, and adds it to its next one (Seide et al. 2014; Stich et al. " +
            "2018; Karimireddy et al. 2019).")
        { Means = p => p.Compression.ErrorFeedback },

        new OptionalNumberField("privacy.clip", Positive, p => p.Privacy.Clip,
            (p, v) => p with { Privacy = p.Privacy with { Clip = v } },
            "Bound on the L2 norm of one student's update; longer ones are shortened to it. With adaptive clipping the first " +
            "round's bound.") { Symbol = "S" },
        new FlagField("privacy.adaptiveClip.enabled", p => p.Privacy.AdaptiveClip.Enabled,
            (p, v) => With(p, p.Privacy.AdaptiveClip with { Enabled = v }),
            "Moves the clipping bound from round to round towards a quantile of the updates' norms (Andrew et al. 2021)."),
        new NumberField("privacy.adaptiveClip.quantile", ZeroToOne, p => p.Privacy.AdaptiveClip.Quantile,
            (p, v) => With(p, p.Privacy.AdaptiveClip with { Quantile = v }),
            "Share of updates that should lie within the bound.") { Symbol = "gamma" },
        new NumberField("privacy.adaptiveClip.learningRate", Positive, p => p.Privacy.AdaptiveClip.LearningRate,
            (p, v) => With(p, p.Privacy.AdaptiveClip with { LearningRate = v }),
            "How fast the bound moves: it is multiplied by exp(-eta_C (share within - gamma)).") { Symbol = "eta_C" },
        new NumberField("privacy.adaptiveClip.countNoise", Positive, p => p.Privacy.AdaptiveClip.CountNoise,
            (p, v) => With(p, p.Privacy.AdaptiveClip with { CountNoise = v }),
            "Standard deviation of the noise on how many updates lie within the bound, as a share of the students asked.")
        { Unit = "students asked", Symbol = "sigma_b / m" },
        new NumberField("privacy.noiseMultiplier", new NumberRange(0, GaussianRound.MostNoise), p => p.Privacy.NoiseMultiplier,
            (p, v) => p with { Privacy = p.Privacy with { NoiseMultiplier = v } },
            "Standard deviation of the Gaussian noise in the sum over all groups (with several intra-group rounds, or drawn by students, " +
            "in each group's), in clipping bounds (McMahan et al. 2018).")
        { Unit = "clipping bounds", Symbol = "z" },
        new WordField<NoiseMechanism>("privacy.mechanism", p => p.Privacy.Mechanism,
            (p, v) => p with { Privacy = p.Privacy with { Mechanism = v } },
            "Who draws the noise: leaders on their groups' sums, students a share each under secure aggregation, so that neither leader " +
            "nor coordinator sees a sum without (Kairouz et al. 2021), or students all of it on their own updates (local differential " +
            "privacy)."),
        new WordField<NoiseSource>("privacy.noise", p => p.Privacy.Noise,
            (p, v) => p with { Privacy = p.Privacy with { Noise = v } },
            "Whether the noise comes from a secret of the run, or from the seed: seeded noise can be repeated by anybody who " +
            "has the plan, and protects nobody."),
        new OptionalNumberField("privacy.epsilon", Positive, p => p.Privacy.Epsilon,
            (p, v) => p with { Privacy = p.Privacy with { Epsilon = v } },
            "Budget of the run's model and those it descends from: a round that would exceed it does not start.")
        { Symbol = "epsilon" },
        new OptionalNumberField("privacy.populationEpsilon", Positive, p => p.Privacy.PopulationEpsilon,
            (p, v) => p with { Privacy = p.Privacy with { PopulationEpsilon = v } },
            "Budget of all runs together on the same students and samples."),
        new NumberField("privacy.delta", new NumberRange(0, 1) { OpenBelow = true, OpenAbove = true }, p => p.Privacy.Delta,
            (p, v) => p with { Privacy = p.Privacy with { Delta = v } },
            "Probability with which epsilon may be exceeded; well below one over the number of students.") { Symbol = "delta" },
        new WordField<AccountantKind>("privacy.accountant", p => p.Privacy.Accountant,
            (p, v) => p with { Privacy = p.Privacy with { Accountant = v } },
            "How epsilon is computed: from the privacy loss distribution (the tightest), or from Renyi differential privacy with " +
            "the conversion of 2020 or that of 2017."),
        new FlagField("privacy.secureAggregation", p => p.Privacy.SecureAggregation,
            (p, v) => p with { Privacy = p.Privacy with { SecureAggregation = v } },
            "Students mask their updates, so that nobody sees more than a group's sum (Bonawitz et al. 2017)."),
        new NumberField("privacy.secureAggregationThreshold", new NumberRange(0.5, 1) { OpenBelow = true },
            p => p.Privacy.SecureAggregationThreshold,
            (p, v) => p with { Privacy = p.Privacy with { SecureAggregationThreshold = v } },
            "Share of a group's asked students that must last to the end, or the group gives nothing.") { Symbol = "t / n" },
        new WholeField("privacy.fractionBits", 8, 30, p => p.Privacy.FractionBits,
            (p, v) => p with { Privacy = p.Privacy with { FractionBits = (int)v } },
            "Updates are rounded to multiples of 2^-bits, so that sums are exact whatever their order.") { Unit = "bits" },

        .. ChoiceFields.Of("attack", "kind", p => p.Attack.Kind, (p, v) => p with { Attack = p.Attack with { Kind = v } },
            "Simulates students that attack the model, the same ones all run long"),

        new WholeField("evaluation.everyRounds", 1, MostRounds, p => p.Evaluation.EveryRounds,
            (p, v) => p with { Evaluation = p.Evaluation with { EveryRounds = (int)v } },
            "The model is tried on the test samples after every so many rounds, and after the last.") { Unit = "rounds" },

        .. ChoiceFields.Of("personalisation", "method", p => p.Personalisation.Method,
            (p, v) => p with { Personalisation = p.Personalisation with { Method = v } },
            "How students make the global model their own, for themselves alone, where pbm model personalise judges it"),

        new WholeField("models.keep", 1, MostRounds, p => p.Models.Keep,
            (p, v) => p with { Models = p.Models with { Keep = (int)v } },
            "How many model files of a run stay on disk, the newest and the best among them.") { Unit = "files" },
    ];

    internal static IReadOnlyDictionary<string, PlanField> ByPath { get; } =
        All.ToDictionary(f => f.Path, StringComparer.Ordinal);

    /// <summary>The objects that hold fields, such as <c>data</c> and <c>data.avatars</c>.</summary>
    internal static IReadOnlyDictionary<string, string> Sections { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["data"] = "Which samples, and how a network sees them.",
        ["data.avatars"] = "How many synthetic faces are drawn, where the set is avatars.",
        ["data.text"] = "How texts become tokens, where the set is text.",
        ["students"] = "How many students there are, and who holds which samples.",
        ["groups"] = "How students are put into groups.",
        ["training"] = "Local training at a student.",
        ["training.augmentation"] = "Random changes to training pictures.",
        ["training.recordPrivacy"] = "DP-SGD: each step's gradients are clipped sample by sample, and noised.",
        ["rounds"] = "How many rounds, who takes part, how long the coordinator waits, and the server's optimiser.",
        ["aggregation"] = "How a group's leader makes one update of its students'.",
        ["server"] = "How the coordinator makes the next model of the groups' mean update.",
        ["compression"] = "How a student's update is made smaller before it leaves its student.",
        ["privacy"] = "What protects a student's update, and how much privacy a run may spend.",
        ["privacy.adaptiveClip"] = "A clipping bound that follows the updates' norms.",
        ["attack"] = "Students that attack the model, in a simulation.",
        ["evaluation"] = "When the model is tried on the test samples.",
        ["personalisation"] = "How students make the global model their own, once it is trained.",
        ["models"] = "Which model files stay on disk.",
    };

    /// <returns>The fields and inner sections of a section; of the plan itself for "".</returns>
    internal static IReadOnlyList<string> NamesIn(string section) =>
        [.. All.Select(f => f.Path).Concat(Sections.Keys)
            .Where(p => InSection(p, section))
            .Select(p => p[(p.LastIndexOf('.') + 1)..])];

    private static bool InSection(string path, string section) =>
        path.AsSpan(0, Math.Max(0, path.LastIndexOf('.'))).SequenceEqual(section);

    private static bool IsAsynchronous(Plan plan) => plan.Rounds.Mode is not RoundMode.Synchronous;

    private static bool OfTexts(Plan plan) => plan.Data.Set is DataSource.Text;

    private static Plan With(Plan plan, TextEncoding text) => plan with { Data = plan.Data with { Text = text } };

    private static Plan With(Plan plan, AugmentationPlan augmentation) =>
        plan with { Training = plan.Training with { Augmentation = augmentation } };

    private static Plan With(Plan plan, RecordPrivacyPlan records) =>
        plan with { Training = plan.Training with { RecordPrivacy = records } };

    private static Plan With(Plan plan, AdaptiveClipPlan adaptive) =>
        plan with { Privacy = plan.Privacy with { AdaptiveClip = adaptive } };
}
