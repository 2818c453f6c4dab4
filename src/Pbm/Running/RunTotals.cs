using Cohort.Messages;
using Cohort.Seed.Coordination;

namespace Cohort.Pbm.Running;

/// <summary>Adds up a run's rounds while another display shows them.</summary>
public sealed class RunTotals(IRunDisplay shown, TimeProvider time) : IRunDisplay
{
    private long _started;

    public TimeSpan Train { get; private set; }

    public TimeSpan Evaluation { get; private set; }

    /// <summary>From the run's start to its end.</summary>
    public TimeSpan Wall { get; private set; }

    public long Samples { get; private set; }

    /// <summary>Of all updates averaged, as their students sent them.</summary>
    public long UpdateBytes { get; private set; }

    public int Participants { get; private set; }

    public int Failures { get; private set; }

    public void Show(RunEvent happened)
    {
        switch (happened)
        {
            case RunStarted:
                _started = time.GetTimestamp();
                break;
            case RoundFinished { Report: var report }:
                Train += report.Train;
                Evaluation += report.Evaluation;
                Samples += report.Samples;
                UpdateBytes += report.UpdateBytes;
                Participants += report.Participants.Count;
                Failures += report.Failed.Count;
                break;
            case RunFinished:
                Wall = time.GetElapsedTime(_started);
                break;
            default:
                break;
        }

        shown.Show(happened);
    }

    public void Show(StudentReported report) => shown.Show(report);
}
