using RabbitMQ.Client;

namespace Cohort.Clustering.RabbitMq.Broker;

/// <summary>Something that lives on the broker and has to be declared again over every new connection.</summary>
internal interface IBrokerPart
{
    /// <summary>Opens channels, declares, binds and consumes. Parts begin one after the other, in the order they were added.</summary>
    Task BeginAsync(BrokerSession session, CancellationToken stop);

    /// <summary>The connection is gone. Called once after each <see cref="BeginAsync"/>; returns at once.</summary>
    void Lost();
}

/// <summary>One life of the connection.</summary>
/// <param name="connection">The connection.</param>
/// <param name="number">How often this process has connected, 1-based.</param>
/// <param name="lose">Gives the connection up: a channel or consumer was closed, and all begin again.</param>
internal sealed class BrokerSession(IConnection connection, int number, Action<string> lose)
{
    public int Number => number;

    public void Lose(string why) => lose(why);

    /// <summary>A channel whose end is the connection's end.</summary>
    public async Task<IChannel> OpenChannelAsync(CancellationToken stop, CreateChannelOptions? options = null)
    {
        var channel = await connection.CreateChannelAsync(options, stop);
        channel.ChannelShutdownAsync += (_, reason) =>
        {
            lose(reason.ReplyText);
            return Task.CompletedTask;
        };
        return channel;
    }

    /// <summary>A channel for something that may be forbidden: its end is nobody else's. The caller closes it.</summary>
    public Task<IChannel> OpenSeparateChannelAsync(CancellationToken stop) => connection.CreateChannelAsync(cancellationToken: stop);
}
