using System.Globalization;
using Cohort.Pbm.Printing;
using Cohort.Pbm.Running;
using Cohort.Seed.Api;

namespace Cohort.Pbm.Remote;

/// <summary>News of a run elsewhere in words, the same on every display.</summary>
internal static class NewsSentences
{
    public static string Of(RunState run)
    {
        var seed = run.Seed.ToString(CultureInfo.InvariantCulture);
        var reason = run.Reason is null ? "" : $" ({run.Reason.TrimEnd('.')})";
        return Printable.Of(
            $"Run {run.Run} of plan {run.Plan}, seed {seed}: {run.Status}, {run.Rounds} of {run.PlannedRounds} rounds{reason}.");
    }

    public static string Of(RoundState round, TimeSpan? left)
    {
        var trained = round.LossTrain is { } trainLoss ? string.Create(CultureInfo.InvariantCulture, $"train loss {trainLoss:F3}, ") : "";
        var measured = round.Accuracy is { } accuracy && round.LossTest is { } loss
            ? string.Create(CultureInfo.InvariantCulture, $"accuracy {accuracy:P1}, test loss {loss:F3}, ")
            : "";
        var absent = (Number(round.Failed.Count, "failed"), Number(round.Missing.Count, "missing"));
        var toGo = left is { } time ? $", about {Sentences.Of(time)} left" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"round {round.Round}: {Figures.Count(round.Participants.Count, "student")}, {absent.Item1}{absent.Item2}{trained}{measured}"
            + $"{round.WallSeconds:F2} s{toGo}");
    }

    private static string Number(int count, string what) => count == 0 ? "" : $"{Figures.Count(count)} {what}, ";
}
