using Cohort.Brokers;

namespace Cohort.Clustering.RabbitMq.Tests;

/// <summary>One broker for a class of tests; each test has names of its own, or is the only one of its class that looks.</summary>
public sealed class SharedBroker : IAsyncLifetime
{
    public PrivateBroker Broker { get; private set; } = null!;

    public async Task InitializeAsync() => Broker = await PrivateBroker.StartAsync();

    public async Task DisposeAsync()
    {
        if (Broker is not null)
        {
            await Broker.DisposeAsync();
        }
    }
}
