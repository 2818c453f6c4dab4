using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Cohort.Deployment.Tests;

public sealed class BrokerTlsTests(PrivateTlsBroker broker) : IClassFixture<PrivateTlsBroker>
{
    [Fact]
    public async Task Who_trusts_the_clusters_authority_gets_in()
    {
        await using var connection = await broker.ConnectAsync(Role.Node);
        connection.IsOpen.ShouldBeTrue();
    }

    [Fact]
    public async Task Who_does_not_know_the_authority_does_not_speak_to_the_broker() =>
        await Should.ThrowAsync<BrokerUnreachableException>(() => broker.ConnectAsync("cohort-node", "any", authority: null));

    [Fact]
    public async Task Without_TLS_the_broker_does_not_answer()
    {
        var plain = new ConnectionFactory
        {
            HostName = "localhost",
            Port = broker.Uri.Port,
            RequestedConnectionTimeout = TimeSpan.FromSeconds(3),
        };
        await Should.ThrowAsync<BrokerUnreachableException>(() => plain.CreateConnectionAsync());
    }

    [Theory]
    [InlineData("certificates/ca-key.pem")]
    [InlineData("certificates/server-key.pem")]
    [InlineData("secrets/broker-seed-password")]
    [InlineData("secrets/broker-node-password")]
    [InlineData("secrets/enrolment-token")]
    [InlineData("secrets/operator-token")]
    [InlineData("secrets/broker-definitions.json")]
    public void Keys_and_secrets_are_for_their_owner_only(string file) =>
        File.GetUnixFileMode(broker.FileNamed(file)).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
}
