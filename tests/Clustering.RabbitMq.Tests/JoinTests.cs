using Cohort.Brokers;

namespace Cohort.Clustering.RabbitMq.Tests;

public sealed class JoinTests(SharedBroker shared) : IClassFixture<SharedBroker>
{
    [Fact]
    public Task A_broker_that_is_not_there_is_said_to_be_missing()
        => RefusedAsync(options => options with { Uri = new Uri("amqp://127.0.0.1:1") }, "There is no broker at amqp://127.0.0.1:1");

    [Fact]
    public Task A_wrong_password_names_the_user_and_not_the_password()
        => RefusedAsync(options => options with { Password = "wrong-one" }, "refused user 'cohort'; check user and password");

    [Fact]
    public Task A_wrong_virtual_host_is_named()
        => RefusedAsync(options => options with { VirtualHost = "elsewhere" }, "has no virtual host 'elsewhere'");

    [Fact]
    public Task A_broker_without_tls_is_not_mistaken_for_one_with_it()
        => RefusedAsync(options => options with { Uri = new Uri($"amqps://127.0.0.1:{shared.Broker.Uri.Port}") }, "TLS");

    [Theory]
    [InlineData("http://127.0.0.1:5672", "expected amqp://host:port")]
    [InlineData("amqp://me:secret@127.0.0.1:5672", "options of their own")]
    [InlineData("amqp://127.0.0.1:5672/cohort", "virtual host belongs into an option of its own")]
    public void An_address_that_is_none_is_refused_before_anything_is_tried(string uri, string sentence)
        => Should.Throw<ArgumentException>(() => (Party.OptionsOf(shared.Broker) with { Uri = new Uri(uri) }).Validate())
            .Message.ShouldContain(sentence);

    [Fact]
    public void Options_print_without_the_password()
        => Party.OptionsOf(shared.Broker).ToString().ShouldNotContain(PrivateBroker.Password);

    private async Task RefusedAsync(Func<RabbitOptions, RabbitOptions> change, string sentence)
    {
        await using var party = new Party(shared.Broker);
        var refused = await Should.ThrowAsync<ClusterException>(() => party.JoinAsync(change: change));
        refused.Message.ShouldContain(sentence);
        refused.Message.ShouldNotContain("wrong-one");
    }
}
