using System.Diagnostics.Metrics;
using Cohort.Hosting.Membership;
using Cohort.Hosting.Telemetry;
using Cohort.Seed.Api;

namespace Cohort.Seed.Host;

/// <summary>What an operator watches of a run and of the cluster.</summary>
public sealed class SeedMeter : IDisposable
{
    private readonly Meter _meter = new(Figures.MeterName);

    /// <param name="feed">How the run stands.</param>
    /// <param name="operations">Who is in.</param>
    /// <param name="epsilon">Privacy that the run under way has spent; null for none, or while it is not accounted.</param>
    public SeedMeter(RunFeed feed, IClusterOperations operations, Func<double?> epsilon)
    {
        _meter.CreateObservableGauge("cohort.seed.leading", () => feed.IsLeading ? 1 : 0, "{seed}", "1 where the run desk is.");
        _meter.CreateObservableGauge("cohort.round", () => feed.Board.Round, "{round}", "The round under way; 0 for none.");
        _meter.CreateObservableGauge("cohort.round.age", () => feed.RoundAge.TotalSeconds, "s", "Seconds since it began.");
        _meter.CreateObservableGauge(
            "cohort.round.phase",
            () => new Measurement<int>(1, new KeyValuePair<string, object?>("phase", feed.Board.Phase)),
            description: "1 for the phase the run is in.");
        _meter.CreateObservableGauge("cohort.round.asked", () => feed.Board.Asked, "{student}", "Students asked in this round.");
        _meter.CreateObservableGauge(
            "cohort.round.reported", () => feed.Board.Reported, "{student}", "Students who have reported in this round.");
        _meter.CreateObservableGauge(
            "cohort.nodes", () => operations.Members.Count(member => member is { Member.Slots: > 0, Role: not "device" }), "{node}", "Members that train.");
        _meter.CreateObservableGauge(
            "cohort.devices", () => operations.Members.Count(member => member.Role is "device"), "{device}", "Devices of resident students that are in.");
        _meter.CreateObservableGauge(
            "cohort.epsilon",
            () => epsilon() is { } spent ? [new Measurement<double>(spent)] : Array.Empty<Measurement<double>>(),
            description: "Privacy spent by the run under way.");
    }

    public void Dispose() => _meter.Dispose();
}
