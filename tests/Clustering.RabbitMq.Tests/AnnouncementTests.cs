using System.Globalization;

namespace Cohort.Clustering.RabbitMq.Tests;

/// <summary>Whoever hears that a member is in can send to all that it has asked for.</summary>
public sealed class AnnouncementTests(SharedBroker shared) : IClassFixture<SharedBroker>, IAsyncLifetime
{
    /// <summary>So many that declaring them takes longer than to hear of a member and to publish.</summary>
    private const int Topics = 60;

    private readonly Party _party = new(shared.Broker);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _party.DisposeAsync();

    [Fact]
    public async Task A_member_is_announced_when_its_subscriptions_lie_on_the_broker_at_first_and_after_a_lost_connection()
    {
        var herald = await _party.JoinAsync();
        herald.Cluster.Publish(Topic(Topics - 1), new FetchModel()); // its way there is declared
        var cluster = herald.Cluster;
        var greeter = herald.System.ActorOf(Props.Create(() => new Greeter(cluster)));
        herald.System.EventStream.Subscribe(greeter, typeof(MemberJoined));

        var member = await _party.JoinAsync();
        var heard = member.Listen();
        for (var i = 0; i < Topics; i++)
        {
            member.Cluster.Subscribe(Topic(i), heard.Ref);
        }

        await heard.GetsAsync<FetchModel>(greeting => IsFor(member, greeting));
        await _party.CutAsync(member);
        await Eventually.Is(() => member.Cluster.IsConnected && member.Cluster.Self.Incarnation.EndsWith(".2", StringComparison.Ordinal));
        await heard.GetsAsync<FetchModel>(greeting => IsFor(member, greeting));
    }

    [Fact]
    public async Task A_member_knows_when_the_others_have_been_told_of_it()
    {
        var other = await _party.JoinAsync();
        await Eventually.Is(() => other.Cluster.IsIn);

        var member = await _party.JoinAsync();
        member.Cluster.IsIn.ShouldBeFalse();
        other.Cluster.Members.ShouldNotContain(each => each.Name == member.Name);

        await Eventually.Is(() => member.Cluster.IsIn);
        await Eventually.Is(() => other.Cluster.Members.Any(member.Is));
    }

    private static bool IsFor(Guest member, FetchModel greeting)
        => string.Equals(greeting.Run, member.Cluster.Self.Incarnation, StringComparison.Ordinal);

    private static string Topic(int number) => string.Create(CultureInfo.InvariantCulture, $"topic-{number}");

    /// <summary>Sends who has joined its own incarnation, over the topic to which it subscribed last.</summary>
    private sealed class Greeter : ReceiveActor
    {
        public Greeter(RabbitCluster cluster)
            => Receive<MemberJoined>(joined =>
                cluster.Publish(Topic(Topics - 1), new FetchModel { Run = joined.Member.Incarnation }));
    }
}
