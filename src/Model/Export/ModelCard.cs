namespace Cohort.Model.Export;

/// <summary>
/// What people should know of a model before they use it (Mitchell et al. 2019, "Model Cards for Model Reporting"). Null is what nobody has
/// said or measured, and the card says so; nothing in it is guessed.
/// </summary>
public sealed record ModelCard
{
    /// <summary>SHA-256 of the model's own file, its name everywhere in Cohort.</summary>
    public required string Model { get; init; }

    /// <summary>Name of the exported file, without its folder.</summary>
    public required string File { get; init; }

    /// <summary>"onnx" or "safetensors".</summary>
    public required string Format { get; init; }

    /// <summary>SHA-256 of the exported file.</summary>
    public required string FileDigest { get; init; }

    public required string Network { get; init; }
    public required int Parameters { get; init; }
    public required IReadOnlyList<string> Classes { get; init; }

    /// <summary>What it takes: "picture" or "text".</summary>
    public required string Kind { get; init; }

    /// <summary>What the file's input is, in words.</summary>
    public required string Input { get; init; }

    /// <summary>Name of the plan; empty for a model that was imported.</summary>
    public required string Plan { get; init; }

    public required int Round { get; init; }

    /// <summary>True if it was trained with all samples in one place.</summary>
    public bool IsCentral { get; init; }

    /// <summary>As the model's file says it.</summary>
    public required string Epsilon { get; init; }

    public CardTraining? Training { get; init; }
    public CardFigures? Figures { get; init; }

    /// <summary>Differences between people, for each attribute that the test samples have; null where nobody has measured them.</summary>
    public IReadOnlyList<CardAttribute>? Attributes { get; init; }

    /// <summary>Of the model, as its owner states it.</summary>
    public string? Licence { get; init; }

    /// <summary>Of the data, as its owner states it.</summary>
    public string? DataLicence { get; init; }
}

/// <summary>How a model was trained, as the ledger and the plan have it.</summary>
/// <param name="Data">Name of the data set.</param>
/// <param name="DataDigest">SHA-256 of its samples.</param>
/// <param name="IsSynthetic">True where its pictures are generated.</param>
/// <param name="Students">Students in the plan.</param>
/// <param name="Partition">How samples were given to them.</param>
/// <param name="TookPart">Different students whose updates are in the model.</param>
/// <param name="Groups">Groups of them.</param>
/// <param name="Grouping">How they were formed.</param>
/// <param name="Algorithm">What students do: "fedAvg".</param>
/// <param name="ServerOptimizer">What the coordinator does with their mean: "fedAvg".</param>
/// <param name="Rule">How updates are combined: "mean".</param>
/// <param name="Epochs">Of a student, each round.</param>
/// <param name="BatchSize">Samples a step.</param>
/// <param name="LearningRate">Of a student.</param>
/// <param name="ClientFraction">Share of the students that are asked each round.</param>
/// <param name="Mechanism">Who draws the noise; null without any.</param>
/// <param name="Clip">Bound of every update's L2 norm; null without any.</param>
/// <param name="NoiseMultiplier">Deviation of the noise, in units of the bound.</param>
public sealed record CardTraining(
    string Data,
    string DataDigest,
    bool IsSynthetic,
    int Students,
    string Partition,
    int TookPart,
    int Groups,
    string Grouping,
    string Algorithm,
    string ServerOptimizer,
    string Rule,
    int Epochs,
    int BatchSize,
    double LearningRate,
    double ClientFraction,
    string? Mechanism,
    double? Clip,
    double NoiseMultiplier);

/// <summary>How well the model does.</summary>
/// <param name="Data">On which data set's test samples.</param>
/// <param name="IsSynthetic">True where its pictures are generated.</param>
/// <param name="Samples">How many; 0 where the ledger has only the figures.</param>
/// <param name="Values">Each figure.</param>
/// <param name="Classes">By class; empty where only the ledger's figures are known.</param>
public sealed record CardFigures(
    string Data, bool IsSynthetic, long Samples, IReadOnlyList<CardFigure> Values, IReadOnlyList<CardClass> Classes);

/// <summary>One figure, with the 95 % interval where it is known.</summary>
public sealed record CardFigure(string Name, double Value, double? Low = null, double? High = null);

/// <summary>One class's figures.</summary>
public sealed record CardClass(string Name, double Precision, double Recall, double F1, long Samples);

/// <summary>Whether the model does as well for one value of an attribute as for another.</summary>
/// <param name="Name">The attribute: "gender".</param>
/// <param name="Sentence">What a reader must know of the figures.</param>
/// <param name="Gaps">Empty where there are no two values with enough samples.</param>
public sealed record CardAttribute(string Name, string Sentence, IReadOnlyList<CardGap> Gaps);

/// <summary>The largest difference in a figure between two values of an attribute.</summary>
/// <param name="Figure">"accuracy".</param>
/// <param name="Where">Between which: "male over female".</param>
/// <param name="Value">How large, from 0.</param>
/// <param name="Low">The 95 % interval's lower end.</param>
/// <param name="High">Its upper end.</param>
/// <param name="ByChance">What 95 of 100 attributes without meaning stay below.</param>
public sealed record CardGap(string Figure, string Where, double Value, double? Low = null, double? High = null, double? ByChance = null);
