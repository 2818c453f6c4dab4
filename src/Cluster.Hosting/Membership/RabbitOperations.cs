using Cohort.Clustering;
using Cohort.Clustering.RabbitMq;
using Cohort.Hosting.Configuration;

namespace Cohort.Hosting.Membership;

/// <summary>A cluster on a RabbitMQ broker.</summary>
public sealed class RabbitOperations : IClusterOperations
{
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(500);

    private readonly RabbitCluster _cluster;

    private RabbitOperations(RabbitCluster cluster) => _cluster = cluster;

    public ICluster Cluster => _cluster;

    public bool IsConnected => _cluster.IsConnected;

    public bool IsIn => _cluster.IsIn;

    public IReadOnlyList<MemberState> Members
        =>
        [
            .. _cluster.MemberStates.Select(state => new MemberState(
                new Member(state.Name, state.Slots) { Incarnation = state.Incarnation },
                state.Role.ToString().ToLowerInvariant(),
                state.Draining)),
        ];

    /// <summary>Joins; tries again until the deadline where the broker is not there.</summary>
    /// <exception cref="ConfigurationException">The options, or who we say we are, are wrong.</exception>
    /// <exception cref="TemporaryFailureException">There was no broker before the deadline.</exception>
    public static async Task<RabbitOperations> Join(
        ActorSystem system, MemberOptions options, int slots, MemberRole role, RabbitOptions broker, CancellationToken stop)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                return new(await RabbitCluster.JoinAsync(system, new Member(options.Member, slots), role, broker, log: null, stop));
            }
            catch (ArgumentException wrong)
            {
                throw new ConfigurationException($"Broker: {wrong.Message}", wrong);
            }
            catch (ClusterException absent)
            {
                if (TimeProvider.System.GetElapsedTime(started) + Retry > options.StartDeadline)
                {
                    throw new TemporaryFailureException(absent.Message, absent);
                }
            }

            await Task.Delay(Retry, stop);
        }
    }

    /// <summary>The broker as options name it.</summary>
    /// <exception cref="ConfigurationException">The password cannot be read.</exception>
    public static RabbitOptions OptionsOf(BrokerOptions broker) => new()
    {
        Uri = broker.Uris[0],
        FurtherUris = [.. broker.Uris.Skip(1)],
        VirtualHost = broker.VirtualHost,
        User = broker.User,
        Password = broker.ReadPassword(),
        CertificateAuthority = broker.CertificateAuthority.Length > 0 ? broker.CertificateAuthority : null,
    };

    public async Task DrainAsync(TimeSpan deadline)
    {
        using var patience = new CancellationTokenSource(deadline);
        try
        {
            await _cluster.DrainAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            // What is not finished is handed back: its leader asks another node when this one says farewell.
        }
    }

    public async Task<IReadOnlyList<DeadMessage>> ReadDeadLettersAsync(int limit, CancellationToken stop)
        =>
        [
            .. (await _cluster.ReadDeadLettersAsync(limit, stop)).Select(letter => new DeadMessage(
                letter.Type, letter.Reason, letter.Queue, letter.Target, letter.Run, letter.Round, letter.Bytes, letter.Time)),
        ];

    public Task<int> ReplayDeadLettersAsync(CancellationToken stop) => _cluster.ReplayDeadLettersAsync(stop);

    public Task<int> PurgeDeadLettersAsync(CancellationToken stop) => _cluster.PurgeDeadLettersAsync(stop);

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();
}
