using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using Cohort.Model.Evaluation;
using Cohort.Model.Files;
using Cohort.Model.Training;

namespace Cohort.Seed.Ledger;

/// <summary>A run as its row holds it.</summary>
internal static class RunRow
{
    public const string Columns =
        "id, plan_name, plan_json, plan_digest, seed, data_digest, data_path, noise_secret, initial_model, status, created, " +
        "reason, label_epsilon, started_from, roster";

    public static (string Name, object? Value)[] Of(RunRecord run) =>
    [
        ("@id", run.Id),
        ("@plan_name", run.PlanName),
        ("@plan_json", run.PlanJson),
        ("@plan_digest", run.PlanDigest),
        ("@seed", run.Seed),
        ("@data_digest", run.DataDigest),
        ("@data_path", run.DataPath),
        ("@noise_secret", run.NoiseSecret),
        ("@initial_model", run.InitialModel.ToString()),
        ("@status", RowText.Of(run.Status)),
        ("@created", RowText.Of(run.Created)),
        ("@reason", run.Reason),
        ("@label_epsilon", run.LabelEpsilon),
        ("@started_from", run.StartedFrom?.ToString()),
        ("@roster", run.Roster?.ToJson()),
    ];

    public static RunRecord Read(DbDataReader row) => new()
    {
        Id = row.GetString(0),
        PlanName = row.GetString(1),
        PlanJson = row.GetString(2),
        PlanDigest = row.GetString(3),
        Seed = row.GetInt64(4),
        DataDigest = row.GetString(5),
        DataPath = row.IsDBNull(6) ? null : row.GetString(6),
        NoiseSecret = row.GetFieldValue<byte[]>(7),
        InitialModel = ModelHash.Parse(row.GetString(8)),
        Status = RowText.ToStatus(row.GetString(9)),
        Created = RowText.ToTime(row.GetString(10)),
        Reason = row.IsDBNull(11) ? null : row.GetString(11),
        LabelEpsilon = row.IsDBNull(12) ? null : row.GetDouble(12),
        StartedFrom = row.IsDBNull(13) ? null : ModelHash.Parse(row.GetString(13)),
        Roster = row.IsDBNull(14) ? null : Roster.Parse(row.GetString(14)),
    };
}

/// <summary>A round as its row holds it: lists as bytes or JSON, spans of time in seconds.</summary>
internal static class RoundRow
{
    public const string Columns =
        "run, round, model, parent, participants, failed, missing, groups_json, epsilon, loss, accuracy, macro_f1, confusion, " +
        "train_seconds, wall_seconds, created, next_clip, train_loss";

    public static (string Name, object? Value)[] Of(RoundRecord round) =>
    [
        ("@run", round.Run),
        ("@round", round.Round),
        ("@model", round.Model.ToString()),
        ("@parent", round.Parent.ToString()),
        ("@participants", StudentSet.Encode(round.Participants)),
        ("@failed", JsonSerializer.Serialize(round.Failed)),
        ("@missing", StudentSet.Encode(round.Missing)),
        ("@groups_json", JsonSerializer.Serialize(round.Groups)),
        ("@epsilon", round.Epsilon),
        ("@loss", round.Loss),
        ("@accuracy", round.Accuracy),
        ("@macro_f1", round.MacroF1),
        ("@confusion", round.Confusion is { } confusion ? JsonSerializer.Serialize(confusion.ToRows()) : null),
        ("@train_seconds", round.Training.TotalSeconds),
        ("@wall_seconds", round.Wall.TotalSeconds),
        ("@created", RowText.Of(round.Created)),
        ("@next_clip", round.NextClip),
        ("@train_loss", round.TrainLoss),
    ];

    public static RoundRecord Read(DbDataReader row) => new()
    {
        Run = row.GetString(0),
        Round = row.GetInt32(1),
        Model = ModelHash.Parse(row.GetString(2)),
        Parent = ModelHash.Parse(row.GetString(3)),
        Participants = StudentSet.Decode(row.GetFieldValue<byte[]>(4)),
        Failed = JsonSerializer.Deserialize<StudentFailure[]>(row.GetString(5)) ?? [],
        Missing = StudentSet.Decode(row.GetFieldValue<byte[]>(6)),
        Groups = JsonSerializer.Deserialize<GroupShare[]>(row.GetString(7)) ?? [],
        Epsilon = Number(row, 8),
        Loss = Number(row, 9),
        Accuracy = Number(row, 10),
        MacroF1 = Number(row, 11),
        Confusion = row.IsDBNull(12)
            ? null
            : ConfusionMatrix.FromRows(JsonSerializer.Deserialize<long[][]>(row.GetString(12)) ?? []),
        Training = TimeSpan.FromSeconds(row.GetDouble(13)),
        Wall = TimeSpan.FromSeconds(row.GetDouble(14)),
        Created = RowText.ToTime(row.GetString(15)),
        NextClip = Number(row, 16),
        TrainLoss = Number(row, 17),
    };

    private static double? Number(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetDouble(column);
}

/// <summary>A charge as its row holds it.</summary>
internal static class ChargeRow
{
    public const string Columns = "run, epoch, sequence, round, population, noise_multiplier, sampling, rate, created";

    public static (string Name, object? Value)[] Of(ChargeRecord charge) =>
    [
        ("@run", charge.Run),
        ("@epoch", charge.Epoch),
        ("@sequence", charge.Sequence),
        ("@round", charge.Round),
        ("@population", charge.Population),
        ("@noise_multiplier", charge.NoiseMultiplier),
        ("@sampling", charge.Sampling.ToString()),
        ("@rate", charge.Rate),
        ("@created", RowText.Of(charge.Created)),
    ];

    public static ChargeRecord Read(DbDataReader row) => new()
    {
        Run = row.GetString(0),
        Epoch = row.GetInt64(1),
        Sequence = row.GetInt32(2),
        Round = row.GetInt32(3),
        Population = row.GetString(4),
        NoiseMultiplier = row.GetDouble(5),
        Sampling = Enum.Parse<ChargedSampling>(row.GetString(6)),
        Rate = row.GetDouble(7),
        Created = RowText.ToTime(row.GetString(8)),
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
