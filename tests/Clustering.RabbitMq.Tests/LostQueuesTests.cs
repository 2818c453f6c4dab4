using Google.Protobuf;
using RabbitMQ.Client;

namespace Cohort.Clustering.RabbitMq.Tests;

/// <summary>When what lay in a member's queues is lost, which is when it has to be asked of others.</summary>
public sealed class LostQueuesTests(SharedBroker shared) : IClassFixture<SharedBroker>, IAsyncLifetime
{
    private readonly Party _party = new(shared.Broker);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _party.DisposeAsync();

    [Fact]
    public async Task A_silent_member_whose_queues_go_later_is_lost_once_more_with_what_it_was_sent_in_between()
    {
        var left = (await _party.JoinAsync(change: MembershipTests.Attentive)).ListenTo<MemberLeft>();
        await using var connection = await shared.ConnectAsync();
        await using var channel = await GhostAsync(connection, "paused");

        (await left.GetsAsync<MemberLeft>()).Reason.ShouldContain("silent");
        await channel.QueueDeleteAsync("cohort.refs.paused");

        var (silent, gone) = ((await left.HasAsync(2)).Cast<MemberLeft>().First(), left.Messages.Cast<MemberLeft>().Last());
        gone.Reason.ShouldBe("its connection to the broker is gone");
        gone.Member.ShouldBe(silent.Member); // with its role, slots and life
    }

    [Fact]
    public async Task A_silent_member_that_is_heard_again_is_not_lost_once_more()
    {
        var observer = await _party.JoinAsync(change: MembershipTests.Attentive);
        var (joined, left) = (observer.ListenTo<MemberJoined>(), observer.ListenTo<MemberLeft>());
        await using var connection = await shared.ConnectAsync();
        await using var channel = await GhostAsync(connection, "dozing");

        await left.HasAsync(1);
        await BeatAsync(channel, "dozing");
        await joined.HasAsync(2);
        await channel.QueueDeleteAsync("cohort.refs.dozing");

        await left.HasAsync(2); // by the connection, or by silence: once
        await Task.Delay(TimeSpan.FromSeconds(1));
        left.Messages.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_member_is_lost_with_the_last_of_its_queues_not_with_the_first()
    {
        var left = (await _party.JoinAsync()).ListenTo<MemberLeft>();
        await using var connection = await shared.ConnectAsync();
        await using var channel = await GhostAsync(connection, "dying");
        string[] queues = ["cohort.refs.dying", .. Enumerable.Range(0, 12).Select(kind => $"cohort.region.k{kind}.dying")];
        foreach (var queue in queues.Skip(1))
        {
            await channel.QueueDeclareAsync(queue, durable: false, exclusive: true);
        }

        foreach (var queue in queues)
        {
            left.Messages.ShouldBeEmpty();
            await channel.QueueDeleteAsync(queue);
            await Task.Delay(20);
        }

        await left.HasAsync(1);
    }

    [Fact]
    public async Task A_member_that_ends_before_it_was_ever_heard_is_lost_too_since_it_could_be_sent_messages()
    {
        var left = (await _party.JoinAsync()).ListenTo<MemberLeft>();
        await using var connection = await shared.ConnectAsync();
        await using var channel = await connection.CreateChannelAsync();
        await channel.QueueDeclareAsync("cohort.refs.mute", durable: false, exclusive: true);
        await channel.QueueDeleteAsync("cohort.refs.mute");

        (await left.GetsAsync<MemberLeft>()).Member.Name.ShouldBe("mute");
    }

    private static async Task<IChannel> GhostAsync(IConnection connection, string name)
    {
        var channel = await connection.CreateChannelAsync();
        await channel.QueueDeclareAsync($"cohort.refs.{name}", durable: false, exclusive: true);
        await BeatAsync(channel, name);
        return channel;
    }

    private static async Task BeatAsync(IChannel channel, string name)
        => await channel.BasicPublishAsync(
            "cohort.members", "", new Heartbeat { Member = name, Incarnation = "i", Connection = 1 }.ToByteArray());
}
