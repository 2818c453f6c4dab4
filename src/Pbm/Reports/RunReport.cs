using System.Text.Json.Serialization;
using Cohort.Model.Audit;
using Cohort.Model.Evaluation;
using Cohort.Pbm.Commands;

namespace Cohort.Pbm.Reports;

/// <summary>What <c>pbm report --json</c> prints. Page, pictures and tables of a report show what is in it, and compute nothing again.</summary>
/// <param name="Runs">The runs, in the order they were named.</param>
/// <param name="Models">The models, in the order they were named; of a run, the last.</param>
internal sealed record RunReport(IReadOnlyList<ReportedRun> Runs, IReadOnlyList<ReportedModel> Models)
{
    /// <summary>What it is about, in a line.</summary>
    [JsonIgnore]
    public string Title => $"Report on {string.Join(", ", Models.Select(model => model.Name))}";

    /// <summary>The models by the classes they know, so that those of the same classes stand side by side.</summary>
    public IEnumerable<IReadOnlyList<ReportedModel>> SameClasses()
        => Models.GroupBy(model => string.Join('\n', model.Evaluation.Classes.Select(each => each.Name)), StringComparer.Ordinal).Select(same => same.ToList());
}

/// <summary>One run, as the ledger has it.</summary>
/// <param name="Run">Its id.</param>
/// <param name="Plan">Its plan's name.</param>
/// <param name="PlanDigest">SHA-256 of the plan in its canonical form.</param>
/// <param name="PlanJson">The plan in that form.</param>
/// <param name="Seed">The run's seed.</param>
/// <param name="Status">running (or its process died), finished, stopped or failed.</param>
/// <param name="PlannedRounds">The plan's.</param>
/// <param name="Data">Where the samples were read; null where the plan generates them.</param>
/// <param name="DataDigest">SHA-256 over the samples.</param>
/// <param name="InitialModel">Before round 1.</param>
/// <param name="Command">What trains it again, once the plan is in a file.</param>
/// <param name="Rounds">Finished rounds.</param>
/// <param name="Privacy">What it has spent.</param>
internal sealed record ReportedRun(
    string Run,
    string Plan,
    string PlanDigest,
    string PlanJson,
    long Seed,
    string Status,
    int PlannedRounds,
    string? Data,
    string DataDigest,
    string InitialModel,
    string Command,
    IReadOnlyList<ReportedRound> Rounds,
    ReportedPrivacy Privacy);

/// <summary>One finished round.</summary>
/// <param name="Round">From 1.</param>
/// <param name="Model">The model it made.</param>
/// <param name="Participants">Students whose updates are in it.</param>
/// <param name="Loss">On the test samples; null where it was not evaluated, like the next two.</param>
/// <param name="Accuracy">Share of test samples whose class was found.</param>
/// <param name="MacroF1">Mean F1 over all classes.</param>
/// <param name="LossTrain">Mean of the participants' training losses; null where the plan protects updates or records.</param>
/// <param name="Epsilon">Spent up to here, by the plan's accountant; null where nothing bounds it.</param>
internal sealed record ReportedRound(
    int Round, string Model, int Participants, double? Loss, double? Accuracy, double? MacroF1, double? LossTrain, double? Epsilon);

/// <summary>The privacy a run has spent; the unit is a student.</summary>
/// <param name="Accountant">The plan's.</param>
/// <param name="Delta">The plan's.</param>
/// <param name="Budget">The plan's privacy.epsilon; null where it has none.</param>
/// <param name="Charged">Rounds charged, repeated ones included.</param>
/// <param name="Spent">By every accountant; empty where nothing bounds it.</param>
/// <param name="Labels">How students reported their labels: exact, noised, seeded or unasked.</param>
/// <param name="LabelEpsilon">Of such a report, for each sample; null where there is none.</param>
/// <param name="Note">Why the number is none, or means nothing; empty else.</param>
internal sealed record ReportedPrivacy(
    string Accountant,
    double Delta,
    double? Budget,
    int Charged,
    IReadOnlyList<AccountedEpsilon> Spent,
    string Labels,
    double? LabelEpsilon,
    string Note);

/// <summary>Epsilon by one accountant.</summary>
internal sealed record AccountedEpsilon(string Accountant, double Epsilon);

/// <summary>One model, measured.</summary>
/// <param name="Name">Its run's id, or the first digits of its hash; no two models of a report share it.</param>
/// <param name="Run">The run that made it; null where none is known.</param>
/// <param name="Network">Its network.</param>
/// <param name="Round">The round that made it.</param>
/// <param name="Epsilon">What its file says was spent; "not accounted" where nothing was.</param>
/// <param name="Evaluation">On test samples.</param>
/// <param name="Bias">By the attributes of the test samples; null where they have none.</param>
/// <param name="Students">On students' own samples; null where its run or its data is not at hand.</param>
/// <param name="Groups">The groups of its run; null likewise.</param>
/// <param name="Audits">What audits of it were kept.</param>
/// <param name="Samples">Of test samples, those of which it was surest, right and wrong.</param>
/// <param name="Notes">What a reader should know; whole sentences.</param>
internal sealed record ReportedModel(
    string Name,
    string? Run,
    string Network,
    int Round,
    string Epsilon,
    Evaluation Evaluation,
    BiasReport? Bias,
    StudentAccuracies? Students,
    GroupFigures? Groups,
    IReadOnlyList<AuditReport> Audits,
    IReadOnlyList<SamplePrediction> Samples,
    IReadOnlyList<string> Notes);

/// <summary>A global model on the samples of single students.</summary>
/// <param name="Students">Students of the run.</param>
/// <param name="Judged">Those looked at: all, or the first so many.</param>
/// <param name="HeldOut">The samples were kept from training; else they are those the students train on.</param>
/// <param name="Distribution">Their accuracies.</param>
internal sealed record StudentAccuracies(int Students, int Judged, bool HeldOut, AccuracyDistribution Distribution);

/// <summary>What a model said of one test sample.</summary>
/// <param name="Sample">Its index among the test samples.</param>
/// <param name="Actual">Its class.</param>
/// <param name="Predicted">What it was taken for.</param>
/// <param name="Confidence">How sure the model was.</param>
internal sealed record SamplePrediction(int Sample, string Actual, string Predicted, double Confidence)
{
    /// <summary>True if the model was right.</summary>
    public bool Right => string.Equals(Actual, Predicted, StringComparison.Ordinal);

    /// <summary>The sample as a PNG file; null where a report is to hold no pictures.</summary>
    [JsonIgnore]
    public byte[]? Picture { get; init; }
}
