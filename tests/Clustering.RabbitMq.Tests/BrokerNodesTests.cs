namespace Cohort.Clustering.RabbitMq.Tests;

/// <summary>A broker that is a cluster of several RabbitMQ nodes: a member knows all of their addresses.</summary>
public sealed class BrokerNodesTests(SharedBroker shared) : IClassFixture<SharedBroker>
{
    private static readonly Uri Nobody = new("amqp://127.0.0.1:1");

    [Fact]
    public async Task Where_a_node_of_the_broker_is_down_a_member_joins_by_another()
    {
        await using var party = new Party(shared.Broker);

        var guest = await party.JoinAsync(change: options => options with { Uri = Nobody, FurtherUris = [shared.Broker.Uri] });

        guest.Cluster.IsConnected.ShouldBeTrue();
    }

    [Fact]
    public async Task Where_all_are_down_all_are_named()
    {
        await using var party = new Party(shared.Broker);

        var refused = await Should.ThrowAsync<ClusterException>(
            () => party.JoinAsync(change: options => options with { Uri = Nobody, FurtherUris = [new Uri("amqp://127.0.0.1:2")] }));

        refused.Message.ShouldContain("There is no broker at amqp://127.0.0.1:1,amqp://127.0.0.1:2");
    }

    [Fact]
    public void A_further_address_that_is_none_is_refused_before_anything_is_tried()
        => Should.Throw<ArgumentException>(
                () => (Party.OptionsOf(shared.Broker) with { FurtherUris = [new Uri("amqp://me:secret@127.0.0.1:5672")] }).Validate())
            .Message.ShouldContain("options of their own");
}
