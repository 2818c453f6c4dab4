namespace Cohort.Clustering.RabbitMq;

/// <summary>How a process joins a cluster on a RabbitMQ broker. Immutable; change with <c>with</c>.</summary>
public sealed record RabbitOptions
{
    /// <summary>Where the broker is: <c>amqp://host:port</c>, or <c>amqps://host:port</c> for TLS. Without user and path.</summary>
    public required Uri Uri { get; init; }

    /// <summary>
    /// The other nodes, where the broker is a cluster of RabbitMQ: whichever answers is used, and another one when that is lost.
    /// </summary>
    public IReadOnlyList<Uri> FurtherUris { get; init; } = [];

    /// <summary>All addresses, for people.</summary>
    public string Address => string.Join(',', Uris.Select(uri => uri.GetLeftPart(UriPartial.Authority)));

    internal IEnumerable<Uri> Uris => [Uri, .. FurtherUris];

    /// <summary>The cluster: one virtual host is one cluster.</summary>
    public string VirtualHost { get; init; } = "cohort";

    public required string User { get; init; }

    /// <summary>Never logged.</summary>
    public required string Password { get; init; }

    /// <summary>PEM file of the authority that signed the broker's certificate; null: those of the machine.</summary>
    public string? CertificateAuthority { get; init; }

    /// <summary>Messages published and not yet confirmed by the broker; then senders wait.</summary>
    public int Outstanding { get; init; } = 256;

    /// <summary>As <see cref="Outstanding"/>, in bytes, so that no payload delays a heartbeat for long. One message is always let
    /// through.</summary>
    public long OutstandingBytes { get; init; } = 32L << 20;

    /// <summary>Messages of a confirming region that this member holds at a time. 0: twice its slots, and two.</summary>
    public int Prefetch { get; init; }

    /// <summary>How often a member says that it is there.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>A member silent for so long is out.</summary>
    public TimeSpan SilentAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>AMQP's own heartbeat: the broker drops a connection that is silent for two of them. Whole seconds.</summary>
    public TimeSpan RequestedHeartbeat { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Bytes of the largest message, its attachment included; larger ones are refused on both sides.</summary>
    public int LargestMessage { get; init; } = 512 << 20;

    /// <summary>Time from a lost connection to the first attempt to connect again; doubles with each, plus or minus a random half.</summary>
    public TimeSpan ReconnectAfter { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest time between two attempts.</summary>
    public TimeSpan ReconnectAtMost { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>For connecting, and for each of the broker's answers.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long an entity that lives in one place is asked for while another connection has it: that may be of a predecessor which the broker
    /// does not know yet to be gone.
    /// </summary>
    public TimeSpan ClaimPatience { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often a message may come back undone before it becomes a dead letter.</summary>
    public int Redeliveries { get; init; } = 5;

    /// <exception cref="ArgumentException">A value is out of range; the sentence says which and what is allowed.</exception>
    public void Validate()
    {
        foreach (var uri in Uris)
        {
            Check(
                uri is { IsAbsoluteUri: true, Scheme: "amqp" or "amqps" } && uri.Host.Length > 0,
                $"The broker's address is '{uri}'; expected amqp://host:port or amqps://host:port.");
            Check(uri.UserInfo.Length == 0, "The broker's address holds a user or password; they belong into options of their own.");
            Check(
                uri.AbsolutePath is "" or "/",
                $"The broker's address ends in '{uri.AbsolutePath}'; the virtual host belongs into an option of its own.");
        }

        Check(!string.IsNullOrEmpty(VirtualHost), "The virtual host is empty; one virtual host is one cluster.");
        Check(!string.IsNullOrEmpty(User), "The broker user is empty.");
        Check(!string.IsNullOrEmpty(Password), "The broker password is empty.");
        Check(
            CertificateAuthority is null || File.Exists(CertificateAuthority),
            $"There is no certificate authority file '{CertificateAuthority}'.");
        Check(Outstanding is >= 1 and <= 65_535, $"Outstanding is {Outstanding}; expected 1 to 65535.");
        Check(OutstandingBytes >= 1 << 20, $"OutstandingBytes is {OutstandingBytes}; expected at least 1 MiB.");
        Check(Prefetch is >= 0 and <= 65_535, $"Prefetch is {Prefetch}; expected 0 to 65535.");
        Check(LargestMessage >= 1 << 20, $"LargestMessage is {LargestMessage}; expected at least 1 MiB.");
        Check(ClaimPatience >= TimeSpan.Zero, $"ClaimPatience is {ClaimPatience}; expected at least nothing.");
        Check(Redeliveries >= 1, $"Redeliveries is {Redeliveries}; expected at least 1.");
        Check(Heartbeat >= TimeSpan.FromMilliseconds(10), $"Heartbeat is {Heartbeat}; expected at least 10 ms.");
        Check(SilentAfter >= 2 * Heartbeat, $"SilentAfter is {SilentAfter}; expected at least two heartbeats of {Heartbeat}.");
        Check(
            RequestedHeartbeat >= TimeSpan.FromSeconds(1) && RequestedHeartbeat.Ticks % TimeSpan.TicksPerSecond == 0,
            $"RequestedHeartbeat is {RequestedHeartbeat}; expected whole seconds.");
        Check(
            ReconnectAfter > TimeSpan.Zero && ReconnectAtMost >= ReconnectAfter,
            $"ReconnectAfter is {ReconnectAfter} and ReconnectAtMost {ReconnectAtMost}; expected more than nothing, in this order.");
        Check(Patience >= TimeSpan.FromSeconds(1), $"Patience is {Patience}; expected at least a second.");
    }

    /// <summary>Without the password.</summary>
    public override string ToString() => $"{User}@{Address}/{VirtualHost}";

    private static void Check(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new ArgumentException(otherwise);
        }
    }
}
