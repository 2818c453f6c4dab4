using System.Diagnostics;
using System.Diagnostics.Metrics;
using Cohort.Messages;

namespace Cohort.Nodes;

/// <summary>
/// What a node tells about its work, for whoever listens to the meter "Cohort" and to traces; free of cost where nobody does.
/// </summary>
internal static class NodeMeter
{
    private static readonly Meter Meter = new("Cohort");

    public static readonly UpDownCounter<int> Slots = Meter.CreateUpDownCounter<int>(
        "cohort.slots", "{slot}", "Students that this process can train at a time.");

    public static readonly UpDownCounter<int> SlotsBusy = Meter.CreateUpDownCounter<int>(
        "cohort.slots.busy", "{slot}", "Slots in which a student trains now.");

    public static readonly UpDownCounter<int> StudentsWaiting = Meter.CreateUpDownCounter<int>(
        "cohort.students.waiting", "{student}", "Students that wait for a slot.");

    public static readonly UpDownCounter<int> Residents = Meter.CreateUpDownCounter<int>(
        "cohort.residents", "{student}", "Students whose samples lie on this device.");

    public static readonly Counter<long> StudentsTrained = Meter.CreateCounter<long>(
        "cohort.students.trained", "{training}", "Trainings that gave an update.");

    public static readonly Counter<long> StudentsFailed = Meter.CreateCounter<long>(
        "cohort.students.failed", "{training}", "Trainings that failed.");

    public static readonly Counter<long> UpdateBytes = Meter.CreateCounter<long>(
        "cohort.update.bytes", "By", "Bytes of sums that the combiner gave to leaders.");

    public static readonly Counter<long> StudentBytes = Meter.CreateCounter<long>(
        "cohort.student_update.bytes", "By", "Bytes of updates that students gave to the combiner, as they are compressed.");

    /// <summary>The span of one student's training; null where nobody traces.</summary>
    public static Activity? Training(TrainStudent request)
        => RoundTrace.Start("train student", request.Key)
            ?.SetTag("cohort.group", request.Group)
            .SetTag("cohort.intra_round", request.IntraRound)
            .SetTag("cohort.student", request.Student);

    /// <summary>The span of one leader's request, from its coming to its answer; null where nobody traces.</summary>
    public static Activity? Leading(TrainGroup request)
        => RoundTrace.Start("lead group", request.Key)
            ?.SetTag("cohort.group", request.Group)
            .SetTag("cohort.students", request.Students.Count);
}
