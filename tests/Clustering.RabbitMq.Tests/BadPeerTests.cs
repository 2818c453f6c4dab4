using System.Text;
using Google.Protobuf;
using RabbitMQ.Client;

namespace Cohort.Clustering.RabbitMq.Tests;

public sealed class BadPeerTests(SharedBroker shared) : IClassFixture<SharedBroker>, IAsyncLifetime
{
    private readonly Party _party = new(shared.Broker);
    private IConnection _connection = null!;
    private IChannel _channel = null!;

    public async Task InitializeAsync()
    {
        _connection = await shared.ConnectAsync();
        _channel = await _connection.CreateChannelAsync();
    }

    public async Task DisposeAsync()
    {
        await _party.DisposeAsync();
        await _connection.DisposeAsync();
    }

    [Fact]
    public async Task Garbage_in_every_queue_of_a_member_harms_nothing_and_ends_as_dead_letters_that_can_be_replayed_and_purged()
    {
        var (seed, node) = (await _party.JoinAsync(role: MemberRole.Seed), await _party.JoinAsync());
        node.Cluster.StartRegion("echoes", id => Props.Create(() => new Echo(id + ":")));
        node.Cluster.Subscribe("news", node.Listen().Ref);
        seed.Cluster.StartSingleton("one", Props.Create(() => new Echo("one:")));
        await Eventually.Is(() => seed.Cluster.Runs("one"));
        await AskAsync(node, "before"); // waits until its own queues are declared
        var incarnations = (seed.Cluster.Self.Incarnation, node.Cluster.Self.Incarnation);

        byte[][] garbage =
        [
            [], [0xff], Encoding.UTF8.GetBytes("hello"),
            new Envelope { Type = "cohort.Unknown" }.ToByteArray(), new Envelope { Type = "cohort.ModelVersion", Attachment = 3 }.ToByteArray(),
        ];
        var sent = 0;
        foreach (var (exchange, key) in new[]
        {
            ("cohort.refs", node.Cluster.Self.Name), ("cohort.region.echoes", "1"), ("cohort.topics", "news"),
            ("cohort.singletons", "one"), ("cohort.members", ""),
        })
        {
            foreach (var body in garbage)
            {
                await _channel.BasicPublishAsync(exchange, key, mandatory: true, new BasicProperties(), body);
                sent += exchange is "cohort.members" ? 0 : 1;
            }
        }

        await _channel.BasicPublishAsync("cohort.refs", node.Cluster.Self.Name, new byte[20_000_000]);
        sent++;
        await AskAsync(seed, "after");
        (seed.Cluster.Self.Incarnation, node.Cluster.Self.Incarnation).ShouldBe(incarnations); // nobody lost its connection
        var letters = await LettersAsync(seed, sent);
        letters.ShouldAllBe(letter => letter.Reason == "rejected");
        letters.ShouldContain(letter => letter.Type == "cohort.Unknown" && letter.Queue == "cohort.singleton.one");
        _party.Log.Count(line => line.Contains("'form'", StringComparison.Ordinal)).ShouldBeLessThanOrEqualTo(2);

        (await seed.Cluster.ReplayDeadLettersAsync()).ShouldBe(sent);
        await LettersAsync(seed, sent); // what is garbage stays garbage
        (await seed.Cluster.PurgeDeadLettersAsync()).ShouldBe(sent);
        (await seed.Cluster.ReadDeadLettersAsync(10)).ShouldBeEmpty();
    }

    private static async Task<IReadOnlyList<DeadLetterState>> LettersAsync(Guest seed, int count)
    {
        IReadOnlyList<DeadLetterState> letters = [];
        for (var i = 0; i < 100 && letters.Count != count; i++)
        {
            await Task.Delay(50);
            letters = await seed.Cluster.ReadDeadLettersAsync(1000);
        }

        letters.Count.ShouldBe(count);
        return letters;
    }

    private static async Task AskAsync(Guest guest, string run)
    {
        var wish = new FetchModel { Run = run };
        (await guest.Cluster.Region("echoes").Ask<FetchModel>(new ShardingEnvelope("1", wish), TimeSpan.FromSeconds(20)))
            .Run.ShouldBe("1:" + run);
        (await guest.Cluster.Singleton("one").Ask<FetchModel>(wish, TimeSpan.FromSeconds(20))).Run.ShouldBe("one:" + run);
    }
}
