using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Cohort.Clustering.RabbitMq.Tests;

public sealed class RedeliveryTests(SharedBroker shared) : IClassFixture<SharedBroker>, IAsyncLifetime
{
    private const int Redeliveries = 3;
    private const string Name = "deadly";

    private readonly Party _party = new(shared.Broker);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _party.DisposeAsync();

    [Fact]
    public async Task A_message_over_which_one_process_after_the_other_dies_is_a_dead_letter_which_is_read_replayed_and_purged()
    {
        await KillAllOverAsync("poison");
        var (seed, told) = await OfferAsync();
        for (var look = 0; look < 2; look++)
        {
            var letter = await LetterAsync(seed); // it stays
            (letter.Type, letter.Reason, letter.Queue, letter.Target)
                .ShouldBe(("cohort.FetchModel", "delivery_limit", "cohort.singleton.deadly", Name));
            letter.Bytes.ShouldBeGreaterThan(0);
        }

        told.Messages.ShouldBeEmpty();
        (await seed.Cluster.ReplayDeadLettersAsync()).ShouldBe(1);
        (await told.GetsAsync<FetchModel>()).Run.ShouldBe("poison");
        (await seed.Cluster.ReadDeadLettersAsync(10)).ShouldBeEmpty();

        await seed.DisposeAsync();
        await KillAllOverAsync("poison again");
        (seed, told) = await OfferAsync();
        await LetterAsync(seed);
        (await seed.Cluster.PurgeDeadLettersAsync()).ShouldBe(1);
        (await seed.Cluster.ReadDeadLettersAsync(10)).ShouldBeEmpty();
        told.Messages.ShouldBeEmpty();
    }

    private static async Task<DeadLetterState> LetterAsync(Guest seed)
    {
        IReadOnlyList<DeadLetterState> letters = [];
        for (var i = 0; i < 100 && letters.Count == 0; i++)
        {
            await Task.Delay(50);
            letters = await seed.Cluster.ReadDeadLettersAsync(10);
        }

        return letters.ShouldHaveSingleItem();
    }

    /// <summary>Sends a message that everybody dies over who takes it, until nobody gets it any more.</summary>
    private async Task KillAllOverAsync(string message)
    {
        var (seed, _) = await OfferAsync();
        await Eventually.Is(() => seed.Cluster.Runs(Name));
        await seed.DisposeAsync();
        var sender = await _party.JoinAsync();
        sender.Cluster.Singleton(Name).Tell(new FetchModel { Run = message });
        var deaths = 0;
        while (deaths <= Redeliveries + 1 && await DiesOverItAsync())
        {
            deaths++;
        }

        deaths.ShouldBe(Redeliveries + 1);
    }

    /// <summary>Takes a message and dies; false if there is none.</summary>
    private async Task<bool> DiesOverItAsync()
    {
        await using var connection = await shared.ConnectAsync();
        var channel = await connection.CreateChannelAsync();
        var taken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, _) =>
        {
            taken.TrySetResult();
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync($"cohort.singleton.{Name}", autoAck: false, consumer);
        return await Task.WhenAny(taken.Task, Task.Delay(2000)) == taken.Task;
    }

    private async Task<(Guest Seed, Inbox Told)> OfferAsync()
    {
        var seed = await _party.JoinAsync(role: MemberRole.Seed, change: options => options with { Redeliveries = Redeliveries });
        var told = seed.Listen();
        seed.Cluster.StartSingleton(Name, Props.Create(() => new Forwarder(told.Ref)));
        return (seed, told);
    }
}
