using System.Globalization;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Cohort.Clustering.RabbitMq.Tests;

public sealed class SingletonTests(SharedBroker shared) : IClassFixture<SharedBroker>, IAsyncLifetime
{
    private readonly Party _party = new(shared.Broker);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _party.DisposeAsync();

    [Fact]
    public async Task One_of_all_who_offer_it_runs_and_when_it_leaves_another_does_with_what_waits()
    {
        var node = await _party.JoinAsync();
        var first = await OfferAsync("leaving");
        await Eventually.Is(() => first.Cluster.Runs("leaving"));
        var second = await OfferAsync("leaving");
        await Task.Delay(300);
        second.Cluster.Runs("leaving").ShouldBeFalse();
        (await AskAsync(node, "leaving")).ShouldStartWith(first.Cluster.Self.Name);

        await first.DisposeAsync();
        (await AskAsync(node, "leaving")).ShouldStartWith(second.Cluster.Self.Name);
        second.Cluster.Runs("leaving").ShouldBeTrue();
    }

    [Fact]
    public async Task It_starts_without_a_message_when_the_one_that_ran_it_has_lost_its_connection()
    {
        var first = await OfferAsync("cut");
        await Eventually.Is(() => first.Cluster.Runs("cut"));
        var second = await OfferAsync("cut", silentAfter: TimeSpan.FromSeconds(60)); // so that it is the broker who tells

        await _party.CutAsync(first);
        await Eventually.Is(() => second.Cluster.Runs("cut"));
        await Eventually.Is(() => !first.Cluster.Runs("cut"));
        await Eventually.Is(() => first.Cluster.IsConnected && !first.Cluster.Runs("cut"));
    }

    [Fact]
    public async Task It_stops_at_once_with_its_connection_whatever_waits_in_its_mailbox_and_no_two_lives_of_it_overlap()
    {
        var (seed, lives) = (await _party.JoinAsync(role: MemberRole.Seed), new Lives());
        seed.Cluster.StartSingleton("busy", Props.Create(() => new Busy(lives)));
        for (var i = 0; i < 500; i++)
        {
            seed.Cluster.Singleton("busy").Tell(new FetchModel { Run = i.ToString(CultureInfo.InvariantCulture) });
        }

        await Eventually.Is(() => lives.HandledBy(1) > 0);
        await _party.CutAsync(seed);
        await Eventually.Is(() => lives.Stopped >= 1);
        lives.HandledBy(1).ShouldBeLessThan(500);
        await Eventually.Is(() => lives.Begun == 2);
        (await seed.Cluster.Singleton("busy").Ask<FetchModel>(new FetchModel(), TimeSpan.FromSeconds(15))).ShouldNotBeNull();
        lives.HandledBy(2).ShouldBe(1); // what the first life had taken went with it
        lives.MostAtATime.ShouldBe(1);
    }

    [Fact]
    public async Task It_stops_with_its_consumer_and_starts_anew_when_somebody_has_deleted_its_queue()
    {
        var (seed, lives) = (await _party.JoinAsync(role: MemberRole.Seed), new Lives());
        seed.Cluster.StartSingleton("deleted", Props.Create(() => new Busy(lives)));
        await Eventually.Is(() => lives.Begun == 1);
        await shared.Broker.ControlAsync("delete_queue", "-p", "cohort", "cohort.singleton.deleted");

        await Eventually.Is(() => lives.Begun == 2);
        (lives.Stopped, lives.MostAtATime).ShouldBe((1, 1));
    }

    [Fact]
    public async Task Who_only_waits_to_run_it_writes_to_its_queue_once_and_when_somebody_leaves_and_not_with_every_heartbeat()
    {
        await using var connection = await shared.ConnectAsync();
        var wakes = await WakesAsync(connection, "quiet");
        var other = await _party.JoinAsync();
        await OfferAsync("quiet", TimeSpan.FromMilliseconds(50));
        await OfferAsync("quiet", TimeSpan.FromMilliseconds(50));
        await Eventually.Is(() => wakes.Count == 2);
        await Task.Delay(1500); // thirty heartbeats
        wakes.Count.ShouldBe(2);

        await other.DisposeAsync();
        await Eventually.Is(() => wakes.Count > 2);
        await Task.Delay(500);
        wakes.Count.ShouldBeLessThanOrEqualTo(4); // for its farewell, and for the end of its queues
    }

    [Fact]
    public async Task It_starts_elsewhere_also_when_the_one_that_ran_it_was_out_already_when_its_connection_ended()
    {
        // So slow a pulse is silence to the second.
        var first = await OfferAsync("silent", TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(20), reconnectAfter: TimeSpan.FromSeconds(60));
        await Eventually.Is(() => first.Cluster.Runs("silent"));
        var second = await OfferAsync("silent", TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(500));
        var left = second.ListenTo<MemberLeft>();
        await left.GetsAsync<MemberLeft>(member => first.Is(member.Member));
        second.Cluster.Runs("silent").ShouldBeFalse();

        await _party.CutAsync(first);
        await Eventually.Is(() => second.Cluster.Runs("silent"));
    }

    private static async Task<string> AskAsync(Guest guest, string name)
        => (await guest.Cluster.Singleton(name).Ask<FetchModel>(new FetchModel { Run = "?" }, TimeSpan.FromSeconds(15))).Run;

    /// <summary>What goes into a singleton's queue, from now on.</summary>
    private static async Task<System.Collections.Concurrent.ConcurrentBag<string>> WakesAsync(IConnection connection, string singleton)
    {
        var wakes = new System.Collections.Concurrent.ConcurrentBag<string>();
        var channel = await connection.CreateChannelAsync();
        await channel.ExchangeDeclareAsync("cohort.singletons", ExchangeType.Direct, durable: true);
        var queue = (await channel.QueueDeclareAsync()).QueueName;
        await channel.QueueBindAsync(queue, "cohort.singletons", singleton);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            wakes.Add(delivery.BasicProperties.Type ?? "");
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(queue, autoAck: true, consumer);
        return wakes;
    }

    private async Task<Guest> OfferAsync(
        string singleton, TimeSpan? heartbeat = null, TimeSpan? silentAfter = null, TimeSpan? reconnectAfter = null)
    {
        var seed = await _party.JoinAsync(role: MemberRole.Seed, change: options => options with
        {
            Heartbeat = heartbeat ?? options.Heartbeat,
            SilentAfter = silentAfter ?? options.SilentAfter,
            ReconnectAfter = reconnectAfter ?? options.ReconnectAfter,
            ReconnectAtMost = reconnectAfter ?? options.ReconnectAtMost,
        });
        var name = seed.Cluster.Self.Name;
        seed.Cluster.StartSingleton(singleton, Props.Create(() => new Echo(name + ":")));
        return seed;
    }

    /// <summary>What the lives of one actor did.</summary>
    private sealed class Lives
    {
        private readonly Lock _lock = new();
        private readonly Dictionary<int, int> _handled = [];
        private int _running;

        public int Begun { get; private set; }

        public int Stopped { get; private set; }

        public int MostAtATime { get; private set; }

        public int HandledBy(int life)
        {
            lock (_lock)
            {
                return _handled.GetValueOrDefault(life);
            }
        }

        public int Begin()
        {
            lock (_lock)
            {
                MostAtATime = Math.Max(MostAtATime, ++_running);
                return ++Begun;
            }
        }

        public void Handle(int life)
        {
            lock (_lock)
            {
                _handled[life] = _handled.GetValueOrDefault(life) + 1;
            }
        }

        public void Stop()
        {
            lock (_lock)
            {
                _running--;
                Stopped++;
            }
        }
    }

    /// <summary>Takes its time over messages, and to stop.</summary>
    private sealed class Busy : ReceiveActor
    {
        private readonly Lives _lives;

        public Busy(Lives lives)
        {
            _lives = lives;
            var life = lives.Begin();
            ReceiveAsync<FetchModel>(async wish =>
            {
                await Task.Delay(20);
                lives.Handle(life);
                Sender.Tell(wish);
            });
        }

        protected override void PostStop()
        {
            Thread.Sleep(1500); // longer than a new connection takes
            _lives.Stop();
        }
    }
}
