using Cohort.Clustering;
using Cohort.Messages;

namespace Cohort.Hosting.Telemetry;

/// <summary>Tells the seeds every second how this member's work goes.</summary>
public sealed class FiguresReport : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    /// <param name="cluster">The seam.</param>
    /// <param name="figures">This process's.</param>
    /// <param name="isConnected">Nothing is said while it is false: only the newest figures matter.</param>
    public FiguresReport(ICluster cluster, Figures figures, Func<bool> isConnected) => Receive<Tick>(_ =>
    {
        if (isConnected())
        {
            cluster.Publish(Topics.Figures, Of(cluster.Self, figures));
        }
    });

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => Timers.StartPeriodicTimer(nameof(Tick), new Tick(), TimeSpan.Zero, Every);

    private static MemberFigures Of(Member self, Figures figures) => new()
    {
        Member = self.Name,
        Incarnation = self.Incarnation,
        SlotsBusy = (int)figures.Sum("cohort.slots.busy"),
        StudentsWaiting = (int)figures.Sum("cohort.students.waiting"),
        StudentsTrained = figures.Sum("cohort.students.trained"),
        StudentsFailed = figures.Sum("cohort.students.failed"),
        UpdateBytes = figures.Sum("cohort.update.bytes"),
        BytesIn = figures.Sum("cohort.cluster.bytes.in"),
        BytesOut = figures.Sum("cohort.cluster.bytes.out"),
        Redelivered = figures.Sum("cohort.cluster.redelivered"),
        Refused = figures.Sum("cohort.cluster.refused") + figures.Sum("cohort.updates.refused"),
        DeadLetters = figures.Sum("cohort.cluster.dead_letters"),
        Residents = (int)figures.Sum("cohort.residents"),
    };

    private sealed record Tick;
}
