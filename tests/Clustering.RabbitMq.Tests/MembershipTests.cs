using Google.Protobuf;
using RabbitMQ.Client;

namespace Cohort.Clustering.RabbitMq.Tests;

public sealed class MembershipTests(SharedBroker shared) : IClassFixture<SharedBroker>, IAsyncLifetime
{
    private readonly Party _party = new(shared.Broker);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _party.DisposeAsync();

    [Fact]
    public async Task Who_joins_and_who_leaves_is_told_to_the_event_streams_of_the_others()
    {
        var first = await _party.JoinAsync(role: MemberRole.Seed, slots: 0);
        var (joined, left) = (first.ListenTo<MemberJoined>(), first.ListenTo<MemberLeft>());

        var second = await _party.JoinAsync(slots: 5);
        await _party.AllSeeEachOtherAsync();
        var member = (await joined.GetsAsync<MemberJoined>()).Member;
        member.ShouldBe(second.Cluster.Self);
        member.Slots.ShouldBe(5);
        first.SeenBy(second)!.Role.ShouldBe(MemberRole.Seed);

        await second.DisposeAsync();
        var gone = await left.GetsAsync<MemberLeft>();
        gone.Member.Name.ShouldBe(member.Name);
        gone.Reason.ShouldBe("it said farewell");
        first.Cluster.Members.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_name_that_is_in_already_is_refused_with_a_sentence()
    {
        var first = await _party.JoinAsync();
        var refused = await Should.ThrowAsync<ClusterException>(
            () => _party.JoinAsync(first.Cluster.Self.Name, change: options => options with { Patience = TimeSpan.FromSeconds(1) }));
        refused.Message.ShouldStartWith("A member of this name is in the cluster");
    }

    [Fact]
    public async Task After_a_restart_of_the_broker_everybody_is_back_and_what_is_sent_meanwhile_arrives()
    {
        // The node comes back after the seed, so that what the seed sends again finds no queue at first.
        var seed = await _party.JoinAsync(role: MemberRole.Seed, change: options => Returning(options, TimeSpan.FromSeconds(0.2)));
        var node = await _party.JoinAsync(change: options => Returning(options, TimeSpan.FromSeconds(2)));
        await _party.AllSeeEachOtherAsync();
        node.Cluster.StartRegion("echoes", id => Props.Create(() => new Echo(id + ":")));
        // The host's own ask waits until its queue is declared; another member's would be returned before.
        await node.Cluster.Region("echoes").Ask<FetchModel>(Envelope("0"), TimeSpan.FromSeconds(10));
        var (left, incarnation) = (seed.ListenTo<MemberLeft>(), node.Cluster.Self.Incarnation);

        await shared.Broker.KillAsync();
        await Eventually.Is(() => !seed.Cluster.IsConnected && !node.Cluster.IsConnected);
        var asked = seed.Cluster.Region("echoes").Ask<FetchModel>(Envelope("meanwhile"), TimeSpan.FromSeconds(60));
        await shared.Broker.StartAgainAsync();

        (await asked).Run.ShouldBe("meanwhile:?");
        await left.GetsAsync<MemberLeft>(member => node.Is(member.Member));
        await _party.AllSeeEachOtherAsync();
        string.Equals(node.Cluster.Self.Incarnation, incarnation, StringComparison.Ordinal).ShouldBeFalse();
    }

    [Fact]
    public async Task A_member_whose_heartbeats_stop_while_its_connection_lives_is_out_and_back_with_the_next()
    {
        var observer = await _party.JoinAsync(change: Attentive);
        var (joined, left) = (observer.ListenTo<MemberJoined>(), observer.ListenTo<MemberLeft>());
        // So slow a pulse is silence to the observer.
        var slow = await _party.JoinAsync(change: options => options with
        {
            Heartbeat = TimeSpan.FromSeconds(2),
            SilentAfter = TimeSpan.FromSeconds(20),
        });

        var member = (await joined.GetsAsync<MemberJoined>(each => slow.Is(each.Member))).Member;
        (await left.GetsAsync<MemberLeft>(each => slow.Is(each.Member))).Reason.ShouldBe("it has been silent for 0.5 s");
        await Eventually.Is(() => joined.Messages.Cast<MemberJoined>().Count(each => each.Member == member) >= 2);
        (slow.Cluster.IsConnected, slow.Cluster.Self).ShouldBe((true, member)); // it never went away
    }

    [Fact]
    public async Task Who_stood_still_itself_does_not_take_the_others_for_silent()
    {
        var observer = await _party.JoinAsync(change: options => Attentive(options) with { SilentAfter = TimeSpan.FromSeconds(1) });
        var left = observer.ListenTo<MemberLeft>();
        await _party.JoinAsync(change: Attentive);
        await _party.AllSeeEachOtherAsync();

        // What logs that somebody has joined is the observer's membership, which hears nobody until the line is written.
        var stood = 0;
        _party.Logged = line =>
        {
            if (line.StartsWith(observer.Name + " ", StringComparison.Ordinal) && line.Contains("slow-log is in", StringComparison.Ordinal))
            {
                Thread.Sleep(2000);
                Volatile.Write(ref stood, 1);
            }
        };
        await _party.JoinAsync("slow-log", change: Attentive);
        await Eventually.Is(() => Volatile.Read(ref stood) == 1);
        await Task.Delay(500);
        left.Messages.ShouldBeEmpty();
        observer.Cluster.Members.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_heartbeat_that_was_under_way_when_its_members_connection_ended_does_not_bring_it_back_but_its_next_life_does()
    {
        var observer = await _party.JoinAsync(change: options => options with
        {
            Heartbeat = TimeSpan.FromSeconds(10),
            SilentAfter = TimeSpan.FromSeconds(60),
        });
        var (joined, left) = (observer.ListenTo<MemberJoined>(), observer.ListenTo<MemberLeft>());
        await using var connection = await shared.ConnectAsync();
        await using var channel = await connection.CreateChannelAsync();
        await channel.QueueDeclareAsync("cohort.refs.ghost", durable: false, exclusive: true);
        await BeatAsync(life: 1);
        await joined.HasAsync(1);
        await channel.QueueDeleteAsync("cohort.refs.ghost");
        await left.HasAsync(1);

        await BeatAsync(life: 1);
        await Task.Delay(500);
        joined.Messages.Count.ShouldBe(1);
        await BeatAsync(life: 2);
        await joined.HasAsync(2, seconds: 8);

        async Task BeatAsync(int life)
            => await channel.BasicPublishAsync(
                "cohort.members", "", new Heartbeat { Member = "ghost", Incarnation = "i", Connection = life }.ToByteArray());
    }

    [Fact]
    public async Task Whom_the_broker_does_not_let_listen_is_told_so_once_and_notices_a_loss_by_silence()
    {
        await shared.Broker.ControlAsync("add_user", "deaf", "deaf");
        await shared.Broker.ControlAsync("set_permissions", "-p", "cohort", "deaf", ".*", ".*", @"^cohort\..*");
        var observer = await _party.JoinAsync(change: options => Attentive(options) with { User = "deaf", Password = "deaf" });
        _party.Log.Count(line => line.Contains("does not tell whose connection is gone", StringComparison.Ordinal)).ShouldBe(1);

        await LossIsNoticedBySilenceAsync(_party, observer);
    }

    /// <summary>Somebody joins, and is lost without a farewell.</summary>
    internal static async Task LossIsNoticedBySilenceAsync(Party party, Guest observer)
    {
        var (joined, left) = (observer.ListenTo<MemberJoined>(), observer.ListenTo<MemberLeft>());
        var lost = await party.JoinAsync(change: options => options with
        {
            ReconnectAfter = TimeSpan.FromSeconds(60),
            ReconnectAtMost = TimeSpan.FromSeconds(60),
            Heartbeat = TimeSpan.FromMilliseconds(50),
        });
        await joined.GetsAsync<MemberJoined>(each => lost.Is(each.Member));
        await party.CutAsync(lost);
        (await left.GetsAsync<MemberLeft>(each => lost.Is(each.Member))).Reason.ShouldBe("it has been silent for 0.5 s");
    }

    private static RabbitOptions Returning(RabbitOptions options, TimeSpan after)
        => options with { ReconnectAfter = after, ReconnectAtMost = after };

    internal static RabbitOptions Attentive(RabbitOptions options)
        => options with { Heartbeat = TimeSpan.FromMilliseconds(100), SilentAfter = TimeSpan.FromMilliseconds(500) };

    private static ShardingEnvelope Envelope(string id) => new(id, new FetchModel { Run = "?" });
}
