using Cohort.Hosting;
using Cohort.Hosting.Configuration;

namespace Cohort.Seed.Host;

/// <summary>What holds the members together.</summary>
public enum ClusterEngine
{
    /// <summary>A broker, over which seeds and nodes in other processes join.</summary>
    Rabbitmq,

    /// <summary>Nothing: this process is seed and node, and alone.</summary>
    Local,
}

/// <summary>How a seed is started.</summary>
public sealed record SeedHostOptions : MemberOptions
{
    /// <summary>Not called Cluster: pbm takes a cluster's address from COHORT_CLUSTER.</summary>
    public ClusterEngine Engine { get; init; } = ClusterEngine.Rabbitmq;

    /// <summary>The folder of the ledger and the models.</summary>
    public string Home { get; init; } = ".cohort";

    /// <summary>The folder in which data sets are found by name; empty: <c>data</c> in <see cref="Home"/>.</summary>
    public string DataFolder { get; init; } = "";

    /// <summary>Batches evaluated at a time.</summary>
    public int EvaluationThreads { get; init; } = Environment.ProcessorCount;

    /// <summary>Each of the three: a file with one token a line, or <c>sha256:</c> and the token's hash.</summary>
    public string ViewerTokensFile { get; init; } = "";

    public string ResearcherTokensFile { get; init; } = "";

    public string OperatorTokensFile { get; init; } = "";

    public HttpsOptions Https { get; init; } = new();

    /// <summary>Where runs and models are kept.</summary>
    public LedgerOptions Ledger { get; init; } = new();

    /// <summary>What nodes get for the enrolment token.</summary>
    public EnrolmentOptions Enrolment { get; init; } = new();

    public string DataPath => DataFolder.Length > 0 ? DataFolder : Path.Combine(Home, "data");

    public static SettingTable<SeedHostOptions> Settings { get; } =
        new SettingTable<SeedHostOptions>(
            "cohort-seed",
            "leads runs and serves the cluster's HTTP API; with --engine local it trains too, all in one process.",
            new SeedHostOptions { Member = "seed-" + Environment.MachineName.ToLowerInvariant() },
            Check)
        .WithMember()
        .Text("Https:Listen", "URL", "Where it also serves the API over TLS: https://HOST:PORT; for all who come from other machines.",
            o => o.Https.Listen?.GetLeftPart(UriPartial.Authority),
            (o, v) => o with { Https = o.Https with { Listen = MemberSettings.UriOf(v, "https") } })
        .Text("Https:CertificateFile", "FILE", "PEM file of the certificate, with those between it and its authority.",
            o => o.Https.CertificateFile, (o, v) => o with { Https = o.Https with { CertificateFile = v } })
        .Text("Https:KeyFile", "FILE", "PEM file of the certificate's key.",
            o => o.Https.KeyFile, (o, v) => o with { Https = o.Https with { KeyFile = v } })
        .Choice("Engine", "What holds the members together: a broker, or nothing but this process.",
            o => o.Engine, (o, v) => o with { Engine = v })
        .Text("Home", "FOLDER", "The folder of the ledger and the models.", o => o.Home, (o, v) => o with { Home = v })
        .Text("DataFolder", "FOLDER", "Where data sets are found by name; 'data' in the home folder unless given.",
            o => o.DataFolder, (o, v) => o with { DataFolder = v })
        .Text("Ledger:Postgres", "CONNECTION",
            "Keeps ledger and models in PostgreSQL, for a second seed to take over: Host=H;Port=5432;Database=D;Username=U.",
            o => o.Ledger.Postgres, (o, v) => o with { Ledger = o.Ledger with { Postgres = v } })
        .Text("Ledger:PasswordFile", "FILE", "The file that holds the password of Ledger:Postgres.",
            o => o.Ledger.PasswordFile, (o, v) => o with { Ledger = o.Ledger with { PasswordFile = v } })
        .Whole("EvaluationThreads", "Batches of test samples evaluated at a time.", 1,
            o => o.EvaluationThreads, (o, v) => o with { EvaluationThreads = v })
        .Text("Tokens:ViewerFile", "FILE", "Tokens of those who look: one a line, or sha256: and its hash in hex.",
            o => o.ViewerTokensFile, (o, v) => o with { ViewerTokensFile = v })
        .Text("Tokens:ResearcherFile", "FILE", "Tokens of those who also start and stop runs.",
            o => o.ResearcherTokensFile, (o, v) => o with { ResearcherTokensFile = v })
        .Text("Tokens:OperatorFile", "FILE", "Tokens of those who also drain nodes and touch dead letters.",
            o => o.OperatorTokensFile, (o, v) => o with { OperatorTokensFile = v })
        .WithBroker()
        .Text("Enrolment:TokenFile", "FILE", "The token for which a node gets the broker's credentials; no enrolment unless given.",
            o => o.Enrolment.TokenFile, (o, v) => o with { Enrolment = o.Enrolment with { TokenFile = v } })
        .Text("Enrolment:BrokerUri", "URI", "The broker as nodes reach it, by commas where it has several; Broker:Uri unless given.",
            o => MemberSettings.Addresses(o.Enrolment.BrokerUris),
            (o, v) => o with { Enrolment = o.Enrolment with { BrokerUris = MemberSettings.BrokersOf(v) } })
        .Text("Enrolment:User", "NAME", "The node role's user at the broker.",
            o => o.Enrolment.User, (o, v) => o with { Enrolment = o.Enrolment with { User = v } })
        .Text("Enrolment:PasswordFile", "FILE", "The file that holds the password of Enrolment:User.",
            o => o.Enrolment.PasswordFile, (o, v) => o with { Enrolment = o.Enrolment with { PasswordFile = v } })
        .WithService();

    private static IEnumerable<string> Check(SeedHostOptions options)
    {
        var broker = options.Engine == ClusterEngine.Rabbitmq ? MemberSettings.Check(options.Broker) : [];
        var tokens = new[] { options.ViewerTokensFile, options.ResearcherTokensFile, options.OperatorTokensFile };
        var noTokens = tokens.All(file => file.Length == 0)
            ? ["Tokens:OperatorFile is missing; nobody could use the API. Put a token into a file and name it."]
            : Array.Empty<string>();
        var enrolment = options.Enrolment.TokenFile.Length > 0 && options.Enrolment.PasswordFile.Length == 0
            ? ["Enrolment:PasswordFile is missing; without it the enrolment token opens nothing."]
            : Array.Empty<string>();
        return
        [
            .. broker,
            .. options.Ledger.Check(),
            .. options.Https.Check(),
            .. noTokens,
            .. enrolment,
            .. MemberSettings.CheckFile("Tokens:ViewerFile", options.ViewerTokensFile),
            .. MemberSettings.CheckFile("Tokens:ResearcherFile", options.ResearcherTokensFile),
            .. MemberSettings.CheckFile("Tokens:OperatorFile", options.OperatorTokensFile),
            .. MemberSettings.CheckFile("Enrolment:TokenFile", options.Enrolment.TokenFile),
            .. MemberSettings.CheckFile("Enrolment:PasswordFile", options.Enrolment.PasswordFile),
            .. MemberSettings.CheckFile("Ledger:PasswordFile", options.Ledger.PasswordFile),
        ];
    }
}

/// <summary>What a node gets that shows the enrolment token.</summary>
public sealed record EnrolmentOptions
{
    /// <summary>Empty: nobody can enrol.</summary>
    public string TokenFile { get; init; } = "";

    public IReadOnlyList<Uri> BrokerUris { get; init; } = [];

    public string User { get; init; } = "node";

    public string PasswordFile { get; init; } = "";
}

/// <summary>Where ledger and models are.</summary>
public sealed record LedgerOptions
{
    /// <summary>A PostgreSQL database; empty: SQLite and files in the home folder.</summary>
    public string Postgres { get; init; } = "";

    public string PasswordFile { get; init; } = "";

    /// <summary>What is wrong; a password that stands in the wrong place is not repeated.</summary>
    public IEnumerable<string> Check()
    {
        if (PasswordFile.Length > 0 && Postgres.Length == 0)
        {
            yield return "Ledger:PasswordFile is given, but not Ledger:Postgres, whose password it would be.";
        }

        if (Postgres.Contains("password", StringComparison.OrdinalIgnoreCase) || Postgres.Contains("pwd", StringComparison.OrdinalIgnoreCase))
        {
            yield return "Ledger:Postgres holds a password; put that into a file of its own, and name it with Ledger:PasswordFile.";
        }
    }

    /// <summary>Null: the server asks for none.</summary>
    /// <exception cref="ConfigurationException">Its file cannot be read.</exception>
    public string? ReadPassword()
        => PasswordFile.Length > 0 ? SecretFile.Read("Ledger:PasswordFile", PasswordFile) : null;
}
