using System.Diagnostics;
using Cohort.Messages;

namespace Cohort.Clustering.RabbitMq.Parts;

/// <summary>
/// Who is in. A member joins with its first heartbeat, and leaves by a farewell, by the broker's word that its queue is gone, or by
/// silence. A member that has connected anew has left and joined: what lay in its queues is lost. A member says that it is in when
/// its queues are on the broker, so that whoever hears of it can send.
/// </summary>
internal sealed class Membership : ReceiveActor, IWithTimers
{
    /// <summary>
    /// A connection's queues go one after the other. What is asked again between the first and the last would go into one of the others,
    /// and be lost with it.
    /// </summary>
    private static readonly TimeSpan TimeForQueues = TimeSpan.FromMilliseconds(100);

    private readonly Member _self;
    private readonly RabbitOptions _options;
    private readonly MembersPart _part;
    private readonly MembershipEvents _events;
    private readonly ClusterMetrics _metrics;
    private readonly Dictionary<string, Known> _known = new(StringComparer.Ordinal);

    /// <summary>
    /// Who is out for its silence while its queues are still there: what is sent to it lies in them, and is lost when they go.
    /// </summary>
    private readonly Dictionary<string, Known> _silent = new(StringComparer.Ordinal);

    /// <summary>Whose queues are going at this moment.</summary>
    private readonly Dictionary<string, Known?> _ending = new(StringComparer.Ordinal);

    /// <summary>Whose connection is known to be gone: a heartbeat of it that is still under way proves nothing.</summary>
    private readonly Dictionary<string, (Life Life, long Since)> _gone = new(StringComparer.Ordinal);
    private int _connection;
    private bool _connected;
    private bool _announced;
    private long _lastBeat = Stopwatch.GetTimestamp();

    public Membership(Member self, RabbitOptions options, MembersPart part, MembershipEvents events, ClusterMetrics metrics)
    {
        (_self, _options, _part, _events, _metrics) = (self, options, part, events, metrics);
        ReceiveAsync<Connected>(async connected =>
        {
            (_connected, _announced, _connection) = (true, false, connected.Number);
            Reset();
            if (_connection > 1)
            {
                await AnnounceAsync();
                StartAnew();
            }
            else
            {
                StartBeating(); // one heartbeat from now, with what the process declares in its first moments
            }
        });
        Receive<Disconnected>(_ => _connected = false);
        ReceiveAsync<Heartbeat>(Hear);
        Receive<QueueGone>(Note);
        Receive<ConnectionGone>(gone => End(gone.Member));
        ReceiveAsync<Beat>(_ => OnBeat());
        ReceiveAsync<Say>(async say =>
        {
            if (_announced)
            {
                await BeatAsync(hello: false, say.Farewell);
            }

            Sender.Tell(say);
        });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private void StartBeating()
        => Timers.StartPeriodicTimer(nameof(Beat), new Beat(), _options.Heartbeat, _options.Heartbeat);

    private void Note(QueueGone gone)
    {
        if (Names.MemberOfRefsQueue(gone.Queue) is not { } member)
        {
            foreach (var ending in _ending.Keys.Where(name => gone.Queue.EndsWith('.' + name, StringComparison.Ordinal)))
            {
                EndSoon(ending);
            }
        }
        else if (!IsSelf(member))
        {
            var known = _known.GetValueOrDefault(member) ?? _silent.GetValueOrDefault(member);
            if (known is not null)
            {
                _gone[member] = (known.Life, Stopwatch.GetTimestamp());
            }

            _ending[member] = known;
            EndSoon(member);
        }
    }

    private void EndSoon(string member)
        => Timers.StartSingleTimer($"{nameof(ConnectionGone)} {member}", new ConnectionGone(member), TimeForQueues);

    /// <summary>
    /// Also of a member that was out already, for its silence or with a farewell, or was never heard of: until now it could be sent
    /// messages, which are lost.
    /// </summary>
    private void End(string member)
    {
        const string reason = "its connection to the broker is gone";
        _ending.Remove(member, out var ended);
        var known = _known.GetValueOrDefault(member) ?? _silent.GetValueOrDefault(member);
        if (known is null)
        {
            _events.Left(ended?.Member ?? new Member(member, Slots: 0), reason);
        }
        else if (ReferenceEquals(known, ended))
        {
            Leave(known, reason);
        }
        else if (ended is null) // heard of since, for the first time; else its new connection has been told already
        {
            _events.Left(known.Member, reason);
            _events.Joined(known.Member, known.Life.Incarnation);
        }
    }

    private async Task OnBeat()
    {
        if (!_connected)
        {
            return;
        }

        if (_announced)
        {
            await BeatAsync(hello: false);
        }
        else if (_events.IsDeclared)
        {
            await AnnounceAsync();
        }

        await _events.FlushAsync();

        // A process that was paused itself has heard nobody; that is not the others' silence.
        if (Stopwatch.GetElapsedTime(_lastBeat) > _options.SilentAfter / 2)
        {
            Reset();
        }

        _lastBeat = Stopwatch.GetTimestamp();
        foreach (var known in _known.Values.ToList())
        {
            if (!IsSelf(known.Member.Name) && Stopwatch.GetElapsedTime(known.Heard) > _options.SilentAfter)
            {
                Leave(known, $"it has been silent for {_options.SilentAfter.TotalSeconds:0.#} s");
                _silent[known.Member.Name] = known;
            }
        }
    }

    private async Task Hear(Heartbeat heartbeat)
    {
        if (heartbeat.Member.Length == 0 || IsSelf(heartbeat.Member))
        {
            return;
        }

        var life = new Life(heartbeat.Incarnation, heartbeat.Connection);
        _known.TryGetValue(heartbeat.Member, out var known);
        if (heartbeat.Farewell)
        {
            if (known is not null)
            {
                Leave(known, "it said farewell");
            }

            return;
        }

        if (_gone.TryGetValue(heartbeat.Member, out var gone)
            && gone.Life == life
            && Stopwatch.GetElapsedTime(gone.Since) < 2 * _options.Heartbeat)
        {
            return;
        }

        if (known is not null && known.Life != life)
        {
            Leave(known, "it has connected anew, and what lay in its queues is lost");
            known = null;
        }

        if (known is null)
        {
            Join(heartbeat);
        }
        else
        {
            _metrics.Heartbeat(Stopwatch.GetElapsedTime(known.Heard));
            known.Heard = Stopwatch.GetTimestamp();
            if (known.IsDraining != heartbeat.Draining)
            {
                known.IsDraining = heartbeat.Draining;
                Show();
            }
        }

        if (heartbeat.Hello && _announced)
        {
            await BeatAsync(hello: false);
        }
    }

    private void Join(Heartbeat heartbeat)
    {
        var member = new Member(heartbeat.Member, heartbeat.Slots)
        {
            Incarnation = IncarnationOf(heartbeat.Incarnation, heartbeat.Connection),
            Role = Enum.TryParse<MemberRole>(heartbeat.Role, out var role) && Enum.IsDefined(role) ? role : MemberRole.Node,
        };
        _gone.Remove(member.Name);
        _silent.Remove(member.Name);
        _known[member.Name] = new Known(member, new Life(heartbeat.Incarnation, heartbeat.Connection))
        {
            Heard = Stopwatch.GetTimestamp(),
            IsDraining = heartbeat.Draining,
        };
        Show();
        _events.Joined(member, heartbeat.Incarnation);
    }

    private void Leave(Known known, string reason)
    {
        _known.Remove(known.Member.Name);
        _silent.Remove(known.Member.Name);
        Show();
        _events.Left(known.Member, reason);
    }

    /// <summary>The queues of this process were lost with its connection, and with the broker perhaps everybody's.</summary>
    private void StartAnew()
    {
        const string reason = "this process has connected to the broker anew, and what was under way may be lost";
        foreach (var known in _known.Values.ToList())
        {
            _events.Left(known.Member, reason);
            _events.Joined(known.Member, known.Life.Incarnation);
        }

        _events.Left(_events.Self, reason);
        _events.Joined(_events.Self, _self.Incarnation);
    }

    private void Reset()
    {
        foreach (var known in _known.Values)
        {
            known.Heard = Stopwatch.GetTimestamp();
        }
    }

    private void Show()
        => _events.Show([.. _known.Values.Select(known => (known.Member, known.IsDraining))]);

    private bool IsSelf(string member) => string.Equals(member, _self.Name, StringComparison.Ordinal);

    private async Task AnnounceAsync()
    {
        _announced = true;
        await BeatAsync(hello: true);
        _events.Announced();
    }

    private Task BeatAsync(bool hello, bool farewell = false)
        => _part.SendAsync(
            new Heartbeat
            {
                Member = _self.Name,
                Incarnation = _self.Incarnation,
                Connection = _connection,
                Role = _self.Role.ToString(),
                Slots = _self.Slots,
                Draining = _events.IsDraining,
                Hello = hello,
                Farewell = farewell,
            });

    public static string IncarnationOf(string process, int connection)
        => connection <= 1 ? process : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{process}.{connection}");

    public sealed record Connected(int Number);

    public sealed record Disconnected;

    public sealed record QueueGone(string Queue);

    /// <summary>Tells the others at once, and answers with itself.</summary>
    public sealed record Say(bool Farewell);

    private sealed record Beat;

    private sealed record ConnectionGone(string Member);

    /// <summary>A process, and which of its connections.</summary>
    private readonly record struct Life(string Incarnation, int Connection);

    private sealed class Known(Member member, Life life)
    {
        public Member Member => member;

        public Life Life => life;

        public long Heard { get; set; }

        public bool IsDraining { get; set; }
    }
}
