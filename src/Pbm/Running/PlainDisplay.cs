using System.Globalization;
using Cohort.Messages;
using Cohort.Seed.Coordination;

namespace Cohort.Pbm.Running;

/// <summary>One line per event, for logs, pipes and terminals that cannot move the cursor.</summary>
public sealed class PlainDisplay(TextWriter output, TimeProvider time) : IRunDisplay
{
    private RunClock? _clock;

    public void Show(RunEvent happened)
    {
        switch (happened)
        {
            case RunStarted started:
                _clock = new RunClock(started.RoundsDone, started.Plan.Rounds.Count, time);
                output.WriteLine(Sentences.Of(started));
                break;
            case GroupsFormed groups:
                output.WriteLine(Sentences.Of(groups));
                break;
            case RoundStarted { Attempt: > 1 } again:
                output.WriteLine($"round {again.Round}: too few students answered, attempt {again.Attempt}");
                break;
            case RoundFinished { Report: var report }:
                output.WriteLine(Line(report));
                foreach (var (student, reason) in report.Failed)
                {
                    output.WriteLine($"  student {student} failed: {reason}");
                }

                break;
            default:
                break;
        }

        output.Flush();
    }

    public void Show(StudentReported report)
    {
        // A line per student would bury the rounds.
    }

    private string Line(RoundReport report)
    {
        var measured = report.Metrics is { } metrics
            ? string.Create(CultureInfo.InvariantCulture, $"accuracy {metrics.Accuracy:P1}, test loss {metrics.Loss:F3}, ")
            : "";
        var trained = report.TrainLoss is { } loss ? string.Create(CultureInfo.InvariantCulture, $"train loss {loss:F3}, ") : "";
        var left = _clock?.Left(report.Round) is { } time ? $", about {Sentences.Of(time)} left" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"round {report.Round}: {report.Participants.Count} students, {trained}{measured}"
            + $"{report.Wall.TotalSeconds:F2} s{left}");
    }
}
