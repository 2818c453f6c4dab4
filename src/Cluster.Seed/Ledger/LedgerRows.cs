using System.Globalization;
using System.Text.Json;
using Cohort.Model.Evaluation;
using Cohort.Model.Files;

namespace Cohort.Seed.Ledger;

/// <summary>A run as its row holds it.</summary>
internal sealed class RunRow
{
    public const string Columns = """
        id AS Id, plan_name AS PlanName, plan_json AS PlanJson, plan_digest AS PlanDigest, seed AS Seed,
        data_digest AS DataDigest, data_path AS DataPath, noise_secret AS NoiseSecret, initial_model AS InitialModel,
        status AS Status, created AS Created
        """;

    public string Id { get; init; } = "";
    public string PlanName { get; init; } = "";
    public string PlanJson { get; init; } = "";
    public string PlanDigest { get; init; } = "";
    public long Seed { get; init; }
    public string DataDigest { get; init; } = "";
    public string? DataPath { get; init; }
    public byte[] NoiseSecret { get; init; } = [];
    public string InitialModel { get; init; } = "";
    public string Status { get; init; } = "";
    public string Created { get; init; } = "";

    public static RunRow Of(RunRecord run) => new()
    {
        Id = run.Id,
        PlanName = run.PlanName,
        PlanJson = run.PlanJson,
        PlanDigest = run.PlanDigest,
        Seed = run.Seed,
        DataDigest = run.DataDigest,
        DataPath = run.DataPath,
        NoiseSecret = run.NoiseSecret,
        InitialModel = run.InitialModel.ToString(),
        Status = RowText.Of(run.Status),
        Created = RowText.Of(run.Created),
    };

    public RunRecord ToRecord() => new()
    {
        Id = Id,
        PlanName = PlanName,
        PlanJson = PlanJson,
        PlanDigest = PlanDigest,
        Seed = Seed,
        DataDigest = DataDigest,
        DataPath = DataPath,
        NoiseSecret = NoiseSecret,
        InitialModel = ModelHash.Parse(InitialModel),
        Status = RowText.ToStatus(Status),
        Created = RowText.ToTime(Created),
    };
}

/// <summary>A round as its row holds it: lists as bytes or JSON, spans of time in seconds.</summary>
internal sealed class RoundRow
{
    public const string Columns = """
        run AS Run, round AS Round, model AS Model, parent AS Parent, participants AS Participants, failed AS Failed,
        missing AS Missing, groups_json AS Groups, epsilon AS Epsilon, loss AS Loss, accuracy AS Accuracy,
        macro_f1 AS MacroF1, confusion AS Confusion, train_seconds AS TrainSeconds, wall_seconds AS WallSeconds,
        created AS Created
        """;

    public string Run { get; init; } = "";
    public int Round { get; init; }
    public string Model { get; init; } = "";
    public string Parent { get; init; } = "";
    public byte[] Participants { get; init; } = [];
    public string Failed { get; init; } = "";
    public byte[] Missing { get; init; } = [];
    public string Groups { get; init; } = "";
    public double? Epsilon { get; init; }
    public double? Loss { get; init; }
    public double? Accuracy { get; init; }
    public double? MacroF1 { get; init; }
    public string? Confusion { get; init; }
    public double TrainSeconds { get; init; }
    public double WallSeconds { get; init; }
    public string Created { get; init; } = "";

    public static RoundRow Of(RoundRecord round) => new()
    {
        Run = round.Run,
        Round = round.Round,
        Model = round.Model.ToString(),
        Parent = round.Parent.ToString(),
        Participants = StudentSet.Encode(round.Participants),
        Failed = JsonSerializer.Serialize(round.Failed),
        Missing = StudentSet.Encode(round.Missing),
        Groups = JsonSerializer.Serialize(round.Groups),
        Epsilon = round.Epsilon,
        Loss = round.Loss,
        Accuracy = round.Accuracy,
        MacroF1 = round.MacroF1,
        Confusion = round.Confusion is { } confusion ? JsonSerializer.Serialize(confusion.ToRows()) : null,
        TrainSeconds = round.Training.TotalSeconds,
        WallSeconds = round.Wall.TotalSeconds,
        Created = RowText.Of(round.Created),
    };

    public RoundRecord ToRecord() => new()
    {
        Run = Run,
        Round = Round,
        Model = ModelHash.Parse(Model),
        Parent = ModelHash.Parse(Parent),
        Participants = StudentSet.Decode(Participants),
        Failed = JsonSerializer.Deserialize<StudentFailure[]>(Failed) ?? [],
        Missing = StudentSet.Decode(Missing),
        Groups = JsonSerializer.Deserialize<GroupShare[]>(Groups) ?? [],
        Epsilon = Epsilon,
        Loss = Loss,
        Accuracy = Accuracy,
        MacroF1 = MacroF1,
        Confusion = Confusion is null ? null : ConfusionMatrix.FromRows(JsonSerializer.Deserialize<long[][]>(Confusion) ?? []),
        Training = TimeSpan.FromSeconds(TrainSeconds),
        Wall = TimeSpan.FromSeconds(WallSeconds),
        Created = RowText.ToTime(Created),
    };
}

internal static class RowText
{
    public static string Of(RunStatus status) => status.ToString().ToLowerInvariant();

    public static RunStatus ToStatus(string text) =>
        Enum.TryParse<RunStatus>(text, ignoreCase: true, out var status) && Enum.IsDefined(status)
            ? status
            : throw new FormatException($"\"{text}\" is no status of a run.");

    // UTC in one fixed form, so that texts sort as times do.
    public static string Of(DateTimeOffset time) => time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    public static DateTimeOffset ToTime(string text) => DateTimeOffset.ParseExact(text, "O", CultureInfo.InvariantCulture);
}
