using System.Diagnostics.Metrics;

namespace Cohort.Clustering.RabbitMq.Tests;

public sealed class PublisherTests(SharedBroker shared) : IClassFixture<SharedBroker>, IAsyncLifetime
{
    private readonly Party _party = new(shared.Broker);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _party.DisposeAsync();

    [Fact]
    public async Task While_the_broker_takes_nothing_no_more_than_the_allowed_bytes_are_under_way_and_then_all_of_it_arrives()
    {
        var most = 0;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Name is "cohort.cluster.unconfirmed")
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<int>((_, value, _, _) => most = Math.Max(most, value));
        listener.Start();
        var member = await _party.JoinAsync(change: options => options with { OutstandingBytes = 8 << 20 });
        var heard = member.Listen();
        member.Cluster.Subscribe("dammed", heard.Ref);
        var parameters = new float[10 << 20];
        Array.Fill(parameters, 0.5f);

        // As when the broker's memory is full: it reads from nobody who publishes.
        await shared.Broker.ControlAsync("set_vm_memory_high_watermark", "absolute", "1");
        try
        {
            member.Cluster.Publish("dammed", new ModelVersion { Run = "r", Parameters = Tensors.Wrap(parameters) });
            for (var look = 0; look < 20; look++)
            {
                await Task.Delay(50);
                listener.RecordObservableInstruments();
            }
        }
        finally
        {
            await shared.Broker.ControlAsync("set_vm_memory_high_watermark", "absolute", "2GB");
        }

        most.ShouldBe(2); // parts of 4 MiB
        (await heard.GetsAsync<ModelVersion>()).Parameters.Length.ShouldBe(40 << 20);
    }

    [Fact]
    public async Task A_message_over_which_the_broker_closes_every_connection_is_given_up_and_the_member_goes_on()
    {
        await shared.Broker.ControlAsync("add_user", "mute", "mute");
        await shared.Broker.ControlAsync("set_permissions", "-p", "cohort", "mute", ".*", "^cohort[.](?!singletons).*", ".*");
        var member = await _party.JoinAsync(change: options => options with { User = "mute", Password = "mute" });
        var (letters, heard) = (member.ListenTo<DeadLetter>(), member.Listen());
        member.Cluster.Subscribe("still", heard.Ref);
        member.Cluster.Singleton("forbidden").Tell(new FetchModel { Run = "poison" });

        (await letters.GetsAsync<DeadLetter>()).Message.ShouldBe(new FetchModel { Run = "poison" });
        _party.Log.ShouldContain(line => line.Contains("the broker closes the connection over it", StringComparison.Ordinal));
        for (var attempt = 0; attempt < 150 && heard.Messages.Count == 0; attempt++)
        {
            member.Cluster.Publish("still", new FetchModel { Run = "here" }); // lost while its own subscription is not declared again
            await Task.Delay(100);
        }

        heard.Messages.ShouldNotBeEmpty();
    }
}
