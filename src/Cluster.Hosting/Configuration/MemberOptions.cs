using Cohort.Hosting.Logs;
using Level = Microsoft.Extensions.Logging.LogLevel;

namespace Cohort.Hosting.Configuration;

/// <summary>What a seed and a node are both told.</summary>
public abstract record MemberOptions
{
    /// <summary>Its name, unique in the cluster.</summary>
    public string Member { get; init; } = "";

    /// <summary>Where it serves HTTP.</summary>
    public Uri Listen { get; init; } = new("http://127.0.0.1:8080");

    /// <summary>The broker; not used by a seed that is a cluster of its own.</summary>
    public BrokerOptions Broker { get; init; } = new();

    /// <summary>Students trained at a time.</summary>
    public int Slots { get; init; } = Environment.ProcessorCount;

    /// <summary>Where tensors are computed: cpu or cuda:n.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>How long it waits, when it starts, for the broker and for what else it needs.</summary>
    public TimeSpan StartDeadline { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long it may take to finish its work when it is told to stop.</summary>
    public TimeSpan StopDeadline { get; init; } = TimeSpan.FromSeconds(60);

    public LogFormat LogFormat { get; init; }

    public Level LogLevel { get; init; } = Level.Information;

    /// <summary>The OTLP collector; null for none.</summary>
    public Uri? Otlp { get; init; }
}

/// <summary>Where the broker is, and who we are there.</summary>
public sealed record BrokerOptions
{
    /// <summary>amqp:// or amqps://, without user and password; several, where the broker is a cluster of nodes; none: not given.</summary>
    public IReadOnlyList<Uri> Uris { get; init; } = [];

    public string VirtualHost { get; init; } = "cohort";

    public string User { get; init; } = "";

    /// <summary>Never logged.</summary>
    public string Password { get; init; } = "";

    public string PasswordFile { get; init; } = "";

    /// <summary>PEM file of the authority that signed the broker's certificate; empty: those of the machine.</summary>
    public string CertificateAuthority { get; init; } = "";

    /// <summary>The password, from wherever it was given.</summary>
    /// <exception cref="ConfigurationException">Its file cannot be read.</exception>
    public string ReadPassword()
        => Password.Length > 0 ? Password : SecretFile.Read("Broker:PasswordFile", PasswordFile);

    /// <summary>Without the password.</summary>
    public override string ToString() => $"{User}@{MemberSettings.Addresses(Uris)}/{VirtualHost}";
}

/// <summary>The settings that seed and node share.</summary>
public static class MemberSettings
{
    public static SettingTable<T> WithMember<T>(this SettingTable<T> table)
        where T : MemberOptions
        => table
            .Text(
                "Member",
                "NAME",
                "This process's name, unique in the cluster: letters, digits, dots and dashes.",
                o => o.Member,
                (o, v) => (T)(o with { Member = NameOf(v) }))
            .Text("Listen", "URL", "Where it serves HTTP; port 0 takes a free one.", o => Address(o.Listen),
                (o, v) => (T)(o with { Listen = UriOf(v, "http") }))
            .Whole("Slots", "Students trained at a time.", 1, o => o.Slots, (o, v) => (T)(o with { Slots = v }))
            .Text("Device", "DEVICE", "Where tensors are computed: cpu or cuda:N.", o => o.Device,
                (o, v) => (T)(o with { Device = DeviceOf(v) }));

    public static SettingTable<T> WithBroker<T>(this SettingTable<T> table)
        where T : MemberOptions
        => table
            .Text("Broker:Uri", "URI", "The RabbitMQ broker: amqp://HOST:PORT, or amqps:// for TLS; all its nodes, separated by commas, where it has several.",
                o => Addresses(o.Broker.Uris),
                (o, v) => (T)(o with { Broker = o.Broker with { Uris = BrokersOf(v) } }))
            .Text("Broker:VirtualHost", "NAME", "The cluster: one virtual host of the broker is one cluster.",
                o => o.Broker.VirtualHost,
                (o, v) => (T)(o with { Broker = o.Broker with { VirtualHost = v } }))
            .Text("Broker:User", "NAME", "This role's user at the broker.", o => o.Broker.User,
                (o, v) => (T)(o with { Broker = o.Broker with { User = v } }))
            .Text("Broker:PasswordFile", "FILE", "The file that holds this user's password.", o => o.Broker.PasswordFile,
                (o, v) => (T)(o with { Broker = o.Broker with { PasswordFile = v } }))
            .Secret("Broker:Password", "This user's password, instead of a file.",
                (o, v) => (T)(o with { Broker = o.Broker with { Password = v } }))
            .Text("Broker:CertificateAuthority", "FILE",
                "PEM file of the authority that signed the broker's certificate; those of the machine unless given.",
                o => o.Broker.CertificateAuthority,
                (o, v) => (T)(o with { Broker = o.Broker with { CertificateAuthority = v } }));

    public static SettingTable<T> WithService<T>(this SettingTable<T> table)
        where T : MemberOptions
        => table
            .Span("StartDeadline", "How long it waits at its start for what it needs, such as the broker.",
                o => o.StartDeadline, (o, v) => (T)(o with { StartDeadline = v }))
            .Span("StopDeadline", "How long it may finish its work when it is told to stop.",
                o => o.StopDeadline, (o, v) => (T)(o with { StopDeadline = v }))
            .Choice("Log:Format", "How log lines look.", o => o.LogFormat, (o, v) => (T)(o with { LogFormat = v }))
            .Choice("Log:Level", "The least important level that is logged.", o => o.LogLevel,
                (o, v) => (T)(o with { LogLevel = v }))
            .Text("Telemetry:Otlp", "URL", "An OTLP collector (gRPC) that is sent metrics and traces.",
                o => o.Otlp is { } uri ? Address(uri) : "",
                (o, v) => (T)(o with { Otlp = UriOf(v, "http", "https") }));

    /// <summary>What is wrong with the broker's settings of a member that needs one.</summary>
    public static IEnumerable<string> Check(BrokerOptions broker)
    {
        if (broker.Uris.Count == 0)
        {
            yield return "Broker:Uri is missing; give the broker's address, such as amqp://127.0.0.1:5672.";
        }

        if (broker.User.Length == 0)
        {
            yield return "Broker:User is missing; give this role's user at the broker.";
        }

        if (broker.Password.Length == 0 && broker.PasswordFile.Length == 0)
        {
            yield return "Broker:PasswordFile is missing; give the file that holds the password of Broker:User.";
        }

        if (broker.CertificateAuthority.Length > 0 && !File.Exists(broker.CertificateAuthority))
        {
            yield return $"Broker:CertificateAuthority: there is no file {broker.CertificateAuthority}.";
        }
    }

    /// <summary>A setting's file that must be there.</summary>
    public static IEnumerable<string> CheckFile(string key, string path)
    {
        if (path.Length > 0 && !File.Exists(path))
        {
            yield return $"{key}: there is no file {path}.";
        }
    }

    /// <exception cref="FormatException">It is none of these kinds.</exception>
    public static Uri UriOf(string text, params string[] schemes)
        => Uri.TryCreate(text, UriKind.Absolute, out var uri)
            && schemes.Contains(uri.Scheme, StringComparer.Ordinal)
            && uri.UserInfo.Length == 0
            && uri.Host.Length > 0
                ? uri
                : throw new FormatException($"{string.Join(" or ", schemes.Select(scheme => scheme + "://HOST:PORT"))}, without a user");

    /// <summary>The nodes of a broker, separated by commas.</summary>
    /// <exception cref="FormatException">One of them is no broker's address.</exception>
    public static IReadOnlyList<Uri> BrokersOf(string text)
        => [.. text.Split(',', StringSplitOptions.TrimEntries).Select(each => UriOf(each, "amqp", "amqps"))];

    /// <summary>As <see cref="BrokersOf"/> reads them.</summary>
    public static string Addresses(IEnumerable<Uri> brokers) => string.Join(',', brokers.Select(Address));

    private static string Address(Uri uri) => uri.GetLeftPart(UriPartial.Authority);

    private static string NameOf(string text)
        => text.Length is > 0 and <= 100 && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.')
            ? text
            : throw new FormatException("at most 100 letters, digits, dots and dashes");

    private static string DeviceOf(string text)
        => string.Equals(text, "cpu", StringComparison.Ordinal)
            || (text.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(text.AsSpan(5), out var number) && number >= 0)
                ? text
                : throw new FormatException("cpu or cuda:N");
}
