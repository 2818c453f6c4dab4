using System.Text;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace Cohort.Deployment.Tests;

/// <summary>What each role may do on the broker (docs/cluster.md, Who may do what), asked of the broker itself.</summary>
public sealed class BrokerPermissionTests(DeployedBroker broker) : IClassFixture<DeployedBroker>, IAsyncLifetime
{
    private const string Coordinator = "cohort.singleton.coordinator";
    private const string DeadLetters = "cohort.dead-letters";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private IConnection _seed = null!;
    private IConnection _node = null!;

    public async Task InitializeAsync()
    {
        _seed = await broker.ConnectAsync(Role.Seed);
        _node = await broker.ConnectAsync(Role.Node);
        await DeclareWhatASeedDeclaresAsync();
    }

    public async Task DisposeAsync()
    {
        await _node.DisposeAsync();
        await _seed.DisposeAsync();
    }

    [Fact]
    public async Task A_node_cannot_consume_the_coordinators_queue()
    {
        await IsRefusedAsync(channel => channel.BasicConsumeAsync(Coordinator, autoAck: true, new AsyncEventingBasicConsumer(channel)));
        await IsRefusedAsync(channel => channel.BasicGetAsync(Coordinator, autoAck: true));
    }

    [Fact]
    public async Task A_node_cannot_delete_purge_or_redeclare_the_coordinators_queue()
    {
        await IsRefusedAsync(channel => channel.QueueDeleteAsync(Coordinator));
        await IsRefusedAsync(channel => channel.QueuePurgeAsync(Coordinator));
        await IsRefusedAsync(channel => channel.QueueDeclareAsync(Coordinator, durable: true, exclusive: false, autoDelete: false));
    }

    [Fact]
    public async Task A_node_cannot_listen_in_on_the_coordinator_by_a_queue_of_its_own()
    {
        await IsRefusedAsync(async channel =>
        {
            await DeclareOwnQueueAsync(channel, "cohort.refs.eavesdropper");
            await channel.QueueBindAsync("cohort.refs.eavesdropper", "cohort.singletons", "coordinator");
        });
    }

    [Fact]
    public async Task A_node_cannot_unbind_the_coordinators_queue() =>
        await IsRefusedAsync(channel => channel.QueueUnbindAsync(Coordinator, "cohort.singletons", "coordinator"));

    [Fact]
    public async Task A_node_cannot_redirect_what_nobody_takes_to_itself()
    {
        // It can delete the exchange, which is a nuisance, but not put one in its place that leads to itself.
        await IsRefusedAsync(async channel =>
        {
            await channel.ExchangeDeleteAsync("cohort.singletons");
            await channel.ExchangeDeclareAsync(
                "cohort.singletons", ExchangeType.Direct, durable: true, arguments: Alternate("cohort.members"));
        });
        await DeclareWhatASeedDeclaresAsync();
        await IsRefusedAsync(channel => channel.ExchangeBindAsync("cohort.members", "cohort.singletons", "coordinator"));
    }

    [Fact]
    public async Task A_node_declares_every_exchange_as_a_seed_does()
    {
        await using var node = await _node.CreateChannelAsync();
        await DeclareExchangesAsync(node);
    }

    [Fact]
    public async Task A_node_cannot_read_purge_or_delete_dead_letters()
    {
        await IsRefusedAsync(channel => channel.BasicGetAsync(DeadLetters, autoAck: true));
        await IsRefusedAsync(
            channel => channel.BasicConsumeAsync(DeadLetters, autoAck: true, new AsyncEventingBasicConsumer(channel)));
        await IsRefusedAsync(channel => channel.QueuePurgeAsync(DeadLetters));
        await IsRefusedAsync(channel => channel.QueueDeleteAsync(DeadLetters));
        await IsRefusedAsync(async channel =>
        {
            await DeclareOwnQueueAsync(channel, "cohort.refs.reader");
            await channel.QueueBindAsync("cohort.refs.reader", "cohort.dead", "");
        });
    }

    [Fact]
    public async Task A_node_cannot_declare_anything_that_is_not_the_clusters()
    {
        await IsRefusedAsync(channel => DeclareOwnQueueAsync(channel, "hoard"));
        await IsRefusedAsync(channel => DeclareOwnQueueAsync(channel, "cohort.anything"));
        await IsRefusedAsync(channel => channel.ExchangeDeclareAsync("hoard", ExchangeType.Fanout));
    }

    [Fact]
    public async Task Another_members_queue_is_its_own()
    {
        await using var others = await broker.ConnectAsync(Role.Node);
        await using var other = await others.CreateChannelAsync();
        await DeclareOwnQueueAsync(other, "cohort.refs.other");
        var refused = await Should.ThrowAsync<OperationInterruptedException>(async () =>
        {
            await using var channel = await _node.CreateChannelAsync();
            await channel.BasicGetAsync("cohort.refs.other", autoAck: true);
        });
        refused.ShutdownReason!.ReplyCode.ShouldBe((ushort)Constants.ResourceLocked);
    }

    [Fact]
    public async Task A_node_speaks_to_the_coordinator_and_gets_its_answer()
    {
        await using var seed = await _seed.CreateChannelAsync();
        await using var node = await _node.CreateChannelAsync(new CreateChannelOptions(true, true));
        await DeclareOwnQueueAsync(node, "cohort.refs.n1");
        await node.QueueBindAsync("cohort.refs.n1", "cohort.refs", "n1");

        await node.BasicPublishAsync("cohort.singletons", "coordinator", mandatory: true, Encoding.UTF8.GetBytes("question"));
        await NextAsync(seed, Coordinator, "question");
        await seed.BasicPublishAsync("cohort.refs", "n1", mandatory: true, Encoding.UTF8.GetBytes("answer"));
        await NextAsync(node, "cohort.refs.n1", "answer");
    }

    [Fact]
    public async Task A_node_hosts_regions_follows_topics_and_hears_heartbeats()
    {
        await using var seed = await _seed.CreateChannelAsync(new CreateChannelOptions(true, true));
        await using var node = await _node.CreateChannelAsync(new CreateChannelOptions(true, true));
        await node.ExchangeDeclareAsync("cohort.region.students.hash", "x-consistent-hash", durable: true);
        await node.ExchangeDeclareAsync("cohort.region.students", ExchangeType.Direct, durable: true, arguments: Alternate("cohort.region.students.hash"));
        await DeclareOwnQueueAsync(node, "cohort.region.students.n1", deadLetterExchange: "cohort.dead");
        await node.QueueBindAsync("cohort.region.students.n1", "cohort.region.students.hash", "4");
        await node.QueueBindAsync("cohort.region.students.n1", "cohort.region.students", "resident-1");
        await seed.BasicPublishAsync("cohort.region.students", "17", mandatory: true, Encoding.UTF8.GetBytes("hashed"));
        await NextAsync(node, "cohort.region.students.n1", "hashed");
        await seed.BasicPublishAsync("cohort.region.students", "resident-1", mandatory: true, Encoding.UTF8.GetBytes("direct"));
        await NextAsync(node, "cohort.region.students.n1", "direct");

        await DeclareOwnQueueAsync(node, "cohort.topic.models.n1");
        await node.QueueBindAsync("cohort.topic.models.n1", "cohort.topics", "models");
        await seed.BasicPublishAsync("cohort.topics", "models", mandatory: true, Encoding.UTF8.GetBytes("model"));
        await NextAsync(node, "cohort.topic.models.n1", "model");

        await DeclareOwnQueueAsync(node, "cohort.members.n1");
        await node.QueueBindAsync("cohort.members.n1", "cohort.members", "");
        await node.BasicPublishAsync("cohort.members", "", mandatory: true, Encoding.UTF8.GetBytes("heartbeat"));
        await NextAsync(node, "cohort.members.n1", "heartbeat");
        await node.BasicPublishAsync("cohort.dead", "", mandatory: true, Encoding.UTF8.GetBytes("given up"));
        await NextAsync(seed, DeadLetters, "given up");
    }

    [Fact]
    public async Task What_a_node_rejects_lies_in_the_dead_letters()
    {
        await using var seed = await _seed.CreateChannelAsync();
        await using var node = await _node.CreateChannelAsync();
        await DeclareOwnQueueAsync(node, "cohort.region.leaders.n1", deadLetterExchange: "cohort.dead");
        await node.ExchangeDeclareAsync("cohort.region.leaders", ExchangeType.Direct, durable: true);
        await node.QueueBindAsync("cohort.region.leaders.n1", "cohort.region.leaders", "3");
        await seed.BasicPublishAsync("cohort.region.leaders", "3", mandatory: true, Encoding.UTF8.GetBytes("poison"));
        var poison = await NextAsync(node, "cohort.region.leaders.n1", "poison", acknowledge: false);
        await node.BasicRejectAsync(poison, requeue: false);
        await NextAsync(seed, DeadLetters, "poison");
    }

    [Fact]
    public async Task A_node_is_told_when_another_members_connection_is_gone()
    {
        await using var node = await _node.CreateChannelAsync();
        await DeclareOwnQueueAsync(node, "cohort.members.watcher");
        await node.QueueBindAsync("cohort.members.watcher", "amq.rabbitmq.event", "queue.deleted");
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await ConsumeAsync(node, "cohort.members.watcher", acknowledge: true, message =>
        {
            if (message.BasicProperties.Headers!["name"] is byte[] name && name.AsSpan().SequenceEqual("cohort.refs.leaving"u8))
                gone.TrySetResult();
        });
        await using (var others = await broker.ConnectAsync(Role.Node))
            await DeclareOwnQueueAsync(await others.CreateChannelAsync(), "cohort.refs.leaving");
        await gone.Task.WaitAsync(Patience);
    }

    [Theory]
    [InlineData("guest", "guest")]
    [InlineData("cohort-node", "guess")]
    [InlineData("cohort-seed", "")]
    public async Task Nobody_gets_in_by_a_default_or_a_guess(string user, string password) =>
        (await Should.ThrowAsync<BrokerUnreachableException>(() => broker.ConnectAsync(user, password, authority: null)))
            .InnerException.ShouldBeOfType<AuthenticationFailureException>();

    private async Task DeclareWhatASeedDeclaresAsync()
    {
        await using var channel = await _seed.CreateChannelAsync();
        await DeclareExchangesAsync(channel);
        await channel.QueueDeclareAsync(DeadLetters, durable: true, exclusive: false, autoDelete: false, Quorum());
        await channel.QueueBindAsync(DeadLetters, "cohort.dead", "");
        var single = Quorum();
        single["x-single-active-consumer"] = true;
        await channel.QueueDeclareAsync(Coordinator, durable: true, exclusive: false, autoDelete: false, single);
        await channel.QueueBindAsync(Coordinator, "cohort.singletons", "coordinator");
        await channel.QueuePurgeAsync(DeadLetters);
    }

    private static async Task DeclareExchangesAsync(IChannel channel)
    {
        foreach (var direct in new[] { "cohort.refs", "cohort.singletons", "cohort.topics" })
            await channel.ExchangeDeclareAsync(direct, ExchangeType.Direct, durable: true);
        foreach (var fanout in new[] { "cohort.members", "cohort.dead" })
            await channel.ExchangeDeclareAsync(fanout, ExchangeType.Fanout, durable: true);
    }

    private static Dictionary<string, object?> Alternate(string exchange) =>
        new(StringComparer.Ordinal) { ["alternate-exchange"] = exchange };

    private static Dictionary<string, object?> Quorum() => new(StringComparer.Ordinal) { ["x-queue-type"] = "quorum" };

    private static Task DeclareOwnQueueAsync(IChannel channel, string name, string? deadLetterExchange = null)
    {
        var arguments = new Dictionary<string, object?>(StringComparer.Ordinal);
        if (deadLetterExchange is not null)
            arguments["x-dead-letter-exchange"] = deadLetterExchange;
        return channel.QueueDeclareAsync(name, durable: false, exclusive: true, autoDelete: false, arguments);
    }

    private async Task IsRefusedAsync(Func<IChannel, Task> act)
    {
        await using var channel = await _node.CreateChannelAsync();
        var refused = await Should.ThrowAsync<OperationInterruptedException>(() => act(channel));
        refused.ShutdownReason!.ReplyCode.ShouldBe((ushort)Constants.AccessRefused, refused.Message);
    }

    /// <summary>The next message of a queue, which has to be the expected one.</summary>
    private static async Task<ulong> NextAsync(IChannel channel, string queue, string expected, bool acknowledge = true)
    {
        var next = new TaskCompletionSource<(ulong Tag, string Text)>(TaskCreationOptions.RunContinuationsAsynchronously);
        var tag = await ConsumeAsync(channel, queue, acknowledge, message =>
            next.TrySetResult((message.DeliveryTag, Encoding.UTF8.GetString(message.Body.Span))));
        var (delivery, text) = await next.Task.WaitAsync(Patience);
        text.ShouldBe(expected);
        await channel.BasicCancelAsync(tag);
        return delivery;
    }

    private static Task<string> ConsumeAsync(
        IChannel channel, string queue, bool acknowledge, Action<BasicDeliverEventArgs> receive)
    {
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, message) =>
        {
            receive(message);
            return Task.CompletedTask;
        };
        return channel.BasicConsumeAsync(queue, autoAck: acknowledge, consumer);
    }
}
