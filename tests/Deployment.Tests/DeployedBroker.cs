using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using RabbitMQ.Client;

namespace Cohort.Deployment.Tests;

/// <summary>A real broker, started by the script that starts a cluster's, with a cluster's users and permissions.</summary>
public class DeployedBroker : IAsyncLifetime
{
    private readonly string _home = Path.Combine(Path.GetTempPath(), $"cohort-deployment-{Guid.NewGuid():N}");

    public virtual bool Tls => false;

    public async Task InitializeAsync() =>
        (await Script.RunAsync("scripts/broker/up.sh", Tls ? [_home, "--tls"] : [_home])).Succeeded();

    public async Task DisposeAsync()
    {
        (await Script.RunAsync("scripts/broker/down.sh", _home)).Succeeded();
        Directory.Delete(_home, recursive: true);
    }

    public Uri Uri => new(File.ReadAllText(FileNamed("broker/uri")).Trim());

    public string FileNamed(string name) => Path.Combine(_home, name);

    public Task<IConnection> ConnectAsync(Role role) => ConnectAsync(
        $"cohort-{role.ToString().ToLowerInvariant()}",
        File.ReadAllText(FileNamed($"secrets/broker-{role.ToString().ToLowerInvariant()}-password")).Trim(),
        Tls ? File.ReadAllText(FileNamed("certificates/ca.pem")) : null);

    public Task<IConnection> ConnectAsync(string user, string password, string? authority)
    {
        var factory = new ConnectionFactory
        {
            Uri = Uri,
            VirtualHost = "cohort",
            UserName = user,
            Password = password,
            AutomaticRecoveryEnabled = false,
        };
        factory.Ssl.ServerName = Uri.Host;
        if (authority is not null)
        {
            factory.Ssl.CertificateValidationCallback = (_, certificate, _, errors) =>
                (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) == SslPolicyErrors.None
                && IsSignedBy(authority, (X509Certificate2)certificate!);
        }

        return factory.CreateConnectionAsync();
    }

    private static bool IsSignedBy(string authority, X509Certificate2 certificate)
    {
        using var root = X509Certificate2.CreateFromPem(authority);
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(root);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(certificate);
    }
}

/// <summary>The same, spoken to over TLS only.</summary>
public sealed class PrivateTlsBroker : DeployedBroker
{
    public override bool Tls => true;
}

/// <summary>Whom a connection belongs to.</summary>
public enum Role
{
    Seed,
    Node,
}
