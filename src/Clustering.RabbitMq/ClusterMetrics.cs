using System.Diagnostics.Metrics;

namespace Cohort.Clustering.RabbitMq;

/// <summary>What an operator sees of the cluster's traffic, under the meter <see cref="MeterName"/>.</summary>
internal sealed class ClusterMetrics : IDisposable
{
    public const string MeterName = "Cohort.Clustering";

    private readonly Meter _meter = new(MeterName);
    private readonly Counter<long> _out;
    private readonly Counter<long> _outBytes;
    private readonly Counter<long> _in;
    private readonly Counter<long> _inBytes;
    private readonly Counter<long> _returned;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _redelivered;
    private readonly Counter<long> _deadLetters;
    private readonly Counter<long> _reconnects;
    private readonly Histogram<double> _heartbeats;

    public ClusterMetrics(Func<int> unconfirmed, Func<int> members)
    {
        _out = _meter.CreateCounter<long>("cohort.cluster.messages.out", "{message}", "Messages published");
        _outBytes = _meter.CreateCounter<long>("cohort.cluster.bytes.out", "By", "Bytes published");
        _in = _meter.CreateCounter<long>("cohort.cluster.messages.in", "{message}", "Messages received");
        _inBytes = _meter.CreateCounter<long>("cohort.cluster.bytes.in", "By", "Bytes received");
        _returned = _meter.CreateCounter<long>("cohort.cluster.returned", "{message}", "Messages that no queue took");
        _refused = _meter.CreateCounter<long>("cohort.cluster.refused", "{message}", "Messages refused, by cause");
        _redelivered = _meter.CreateCounter<long>("cohort.cluster.redelivered", "{message}", "Messages that came again");
        _deadLetters = _meter.CreateCounter<long>("cohort.cluster.dead_letters", "{message}", "Messages this process gave up");
        _reconnects = _meter.CreateCounter<long>("cohort.cluster.reconnects", "{connection}", "Connections after the first");
        _heartbeats = _meter.CreateHistogram<double>("cohort.cluster.heartbeat.gap", "s", "Time between two heartbeats of a member");
        _meter.CreateObservableGauge("cohort.cluster.unconfirmed", unconfirmed, "{message}", "Published, not yet confirmed");
        _meter.CreateObservableGauge("cohort.cluster.members", members, "{member}", "Members of the cluster");
    }

    public void Sent(long bytes)
    {
        _out.Add(1);
        _outBytes.Add(bytes);
    }

    public void Received(long bytes, bool redelivered)
    {
        _in.Add(1);
        _inBytes.Add(bytes);
        if (redelivered)
        {
            _redelivered.Add(1);
        }
    }

    public void Returned() => _returned.Add(1);

    public void Refused(string cause) => _refused.Add(1, new KeyValuePair<string, object?>("cause", cause));

    public void DeadLetter() => _deadLetters.Add(1);

    public void Reconnected() => _reconnects.Add(1);

    public void Heartbeat(TimeSpan gap) => _heartbeats.Record(gap.TotalSeconds);

    public void Dispose() => _meter.Dispose();
}
