using Cohort.Brokers;
using RabbitMQ.Client;

namespace Cohort.Clustering.RabbitMq.Tests;

/// <summary>One broker for a class of tests; each test has names of its own, or is the only one of its class that looks.</summary>
public sealed class SharedBroker : IAsyncLifetime
{
    public PrivateBroker Broker { get; private set; } = null!;

    public async Task InitializeAsync() => Broker = await PrivateBroker.StartAsync();

    /// <summary>A connection that is no member's; the caller closes it.</summary>
    public Task<IConnection> ConnectAsync()
        => new ConnectionFactory
        {
            Uri = Broker.Uri,
            VirtualHost = PrivateBroker.VirtualHost,
            UserName = PrivateBroker.User,
            Password = PrivateBroker.Password,
            AutomaticRecoveryEnabled = false,
        }.CreateConnectionAsync();

    public async Task DisposeAsync()
    {
        if (Broker is not null)
        {
            await Broker.DisposeAsync();
        }
    }
}
