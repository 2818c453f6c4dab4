using Cohort.Clustering;
using Cohort.Clustering.RabbitMq;
using Cohort.Messages;
using Google.Protobuf;

namespace Cohort.Benchmarks.Broker;

/// <summary>An entity on another member that answers with what it was asked.</summary>
internal sealed class LayerEcho : IEcho
{
    private readonly ActorSystem _asking;
    private readonly ActorSystem _answering;
    private readonly RabbitCluster _asker;
    private readonly RabbitCluster _answerer;
    private readonly IActorRef _region;

    private LayerEcho(ActorSystem asking, ActorSystem answering, RabbitCluster asker, RabbitCluster answerer)
    {
        (_asking, _answering, _asker, _answerer) = (asking, answering, asker, answerer);
        _region = asker.Region("bench");
    }

    public static async Task<LayerEcho> StartAsync(RabbitOptions options)
    {
        var (asking, answering) = (ActorSystem.Create("asking"), ActorSystem.Create("answering"));
        var asker = await RabbitCluster.JoinAsync(asking, new Member("bench-asker", 1), MemberRole.Node, options);
        var answerer = await RabbitCluster.JoinAsync(answering, new Member("bench-answerer", 1), MemberRole.Node, options);
        answerer.StartRegion("bench", _ => Props.Create(() => new Answerer()));
        await answerer.Region("bench").Ask<ModelVersion>(Question(1), TimeSpan.FromSeconds(10)); // declared, since it waits for that
        return new LayerEcho(asking, answering, asker, answerer);
    }

    public Task AskAsync(int bytes) => _region.Ask<ModelVersion>(Question(bytes));

    public async ValueTask DisposeAsync()
    {
        await _asker.DisposeAsync();
        await _answerer.DisposeAsync();
        await _asking.Terminate();
        await _answering.Terminate();
    }

    private static ShardingEnvelope Question(int bytes)
    {
        var parameters = new byte[bytes];
        parameters.AsSpan().Fill(0x3f); // zeros would travel as narrow integers
        return new("1", new ModelVersion { Parameters = UnsafeByteOperations.UnsafeWrap(parameters) });
    }

    private sealed class Answerer : ReceiveActor
    {
        public Answerer() => Receive<ModelVersion>(question => Sender.Tell(question));
    }
}
