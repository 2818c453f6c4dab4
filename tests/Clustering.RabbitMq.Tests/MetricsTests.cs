using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Cohort.Clustering.RabbitMq.Tests;

public sealed class MetricsTests(SharedBroker shared) : IClassFixture<SharedBroker>, IAsyncLifetime
{
    private readonly Party _party = new(shared.Broker);
    private readonly ConcurrentDictionary<string, double> _counts = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ConcurrentBag<int>> _gauges = new(StringComparer.Ordinal);
    private readonly MeterListener _listener = new();

    public Task InitializeAsync()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name is "Cohort.Clustering")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument.Name, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, _, _, _) => Add(instrument.Name, 1, []));
        _listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => _gauges.GetOrAdd(instrument.Name, _ => []).Add(value));
        _listener.Start();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        _listener.Dispose();
        await _party.DisposeAsync();
    }

    [Fact]
    public async Task What_is_sent_received_returned_refused_and_given_up_is_counted_as_often_as_it_happened()
    {
        var (one, two) = (await _party.JoinAsync(), await _party.JoinAsync());
        await _party.AllSeeEachOtherAsync();
        two.Cluster.StartRegion("counted", _ => Props.Create(() => new Echo("")));
        var wish = new ShardingEnvelope("1", new FetchModel { Run = "r", Model = "m" });
        for (var i = 0; i < 5; i++)
        {
            await two.Cluster.Region("counted").Ask<FetchModel>(wish, TimeSpan.FromSeconds(10));
        }

        (Of("messages.out"), Of("messages.in")).ShouldBe((5, 5)); // who asked is here, and has its answers without the broker
        Of("bytes.out").ShouldBe(Of("bytes.in"));
        Of("bytes.out").ShouldBeInRange(5 * 20, 5 * 400);
        (Of("returned"), Of("refused"), Of("dead_letters"), Of("redelivered"), Of("reconnects")).ShouldBe((0, 0, 0, 0, 0));

        one.Cluster.Region("nobody-hosts-it").Tell(wish);
        await Eventually.Is(() => Of("dead_letters") == 1);
        one.Cluster.Region("counted").Tell(new ShardingEnvelope("1", "no message"));
        await Eventually.Is(() => Of("dead_letters") == 2);
        (Of("returned"), Of("refused.type"), Of("messages.out")).ShouldBe((1, 1, 6));

        await using var connection = await shared.ConnectAsync();
        await using var channel = await connection.CreateChannelAsync();
        await channel.BasicPublishAsync("cohort.refs", one.Name, new byte[] { 0xff });
        await channel.BasicPublishAsync("cohort.members", "", new byte[] { 0xff });
        await Eventually.Is(() => Of("refused.form") == 3); // both members hear the second
        (Of("messages.in"), Of("refused")).ShouldBe((6, 4)); // heartbeats are no messages

        _listener.RecordObservableInstruments();
        _gauges["cohort.cluster.members"].ShouldBe([2, 2]);
        _gauges["cohort.cluster.unconfirmed"].ShouldBe([0, 0]);
    }

    [Fact]
    public async Task Connections_after_the_first_and_messages_that_come_again_are_counted()
    {
        var sender = await _party.JoinAsync();
        await using (var connection = await shared.ConnectAsync())
        {
            // The first to take the message dies over it; the second is a member.
            var channel = await connection.CreateChannelAsync();
            var taken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var first = await _party.JoinAsync(role: MemberRole.Seed);
            first.Cluster.StartSingleton("counted", Props.Create(() => new Echo("")));
            await Eventually.Is(() => first.Cluster.Runs("counted"));
            await first.DisposeAsync();
            var consumer = new AsyncEventingBasicConsumer(channel);
            consumer.ReceivedAsync += (_, _) =>
            {
                taken.TrySetResult();
                return Task.CompletedTask;
            };
            await channel.BasicConsumeAsync("cohort.singleton.counted", autoAck: false, consumer);
            sender.Cluster.Singleton("counted").Tell(new FetchModel());
            await taken.Task.WaitAsync(TimeSpan.FromSeconds(15));
        }

        Of("redelivered").ShouldBe(0);
        var second = await _party.JoinAsync(role: MemberRole.Seed);
        second.Cluster.StartSingleton("counted", Props.Create(() => new Echo("")));
        await Eventually.Is(() => Of("redelivered") == 1);

        Of("reconnects").ShouldBe(0);
        await _party.CutAsync(second);
        await Eventually.Is(() => Of("reconnects") == 1);
        await Eventually.Is(() => Of("heartbeat.gap") > 0);
    }

    private double Of(string instrument) => _counts.GetValueOrDefault("cohort.cluster." + instrument);

    private void Add(string instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        _counts.AddOrUpdate(instrument, value, (_, sum) => sum + value);
        foreach (var tag in tags)
        {
            _counts.AddOrUpdate($"{instrument}.{tag.Value}", value, (_, sum) => sum + value);
        }
    }
}
