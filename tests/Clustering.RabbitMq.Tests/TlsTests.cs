using System.Diagnostics;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cohort.Brokers;
using Cohort.Clustering.RabbitMq.Broker;

namespace Cohort.Clustering.RabbitMq.Tests;

public sealed class TlsTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("cohort-tls-").FullName;

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    public async Task Members_find_each_other_over_tls_and_who_trusts_another_authority_or_none_stays_out_with_a_sentence()
    {
        var (ours, theirs) = (await MakeAsync("ours"), await MakeAsync("theirs"));
        await using var broker = await PrivateBroker.StartAsync(new BrokerSettings { Tls = FilesIn(ours) });
        await using var party = new Party(broker);
        var (seed, node) = (await JoinAsync(ours, MemberRole.Seed), await JoinAsync(ours, MemberRole.Node));
        await party.AllSeeEachOtherAsync();
        seed.Cluster.StartSingleton("one", Props.Create(() => new Echo("over tls: ")));
        await Eventually.Is(() => seed.Cluster.Runs("one"));
        (await node.Cluster.Singleton("one").Ask<FetchModel>(new FetchModel { Run = "hello" }, TimeSpan.FromSeconds(15)))
            .Run.ShouldBe("over tls: hello");

        var stranger = await Should.ThrowAsync<ClusterException>(() => JoinAsync(theirs, MemberRole.Node));
        stranger.Message.ShouldBe(
            $"The broker at amqps://127.0.0.1:{broker.Uri.Port} shows a certificate that the authority in {theirs}/ca.pem has not signed; "
            + "take the file of the authority that has.");
        var trusting = await Should.ThrowAsync<ClusterException>(() => JoinAsync(folder: null, MemberRole.Node));
        trusting.Message.ShouldEndWith(
            "shows a certificate of no authority that this machine trusts; name the file of the authority that signed it.");

        Task<Guest> JoinAsync(string? folder, MemberRole role)
            => party.JoinAsync(role: role, change: options => options with
            {
                Uri = new Uri($"amqps://127.0.0.1:{broker.Uri.Port}"),
                CertificateAuthority = folder is null ? null : Path.Combine(folder, "ca.pem"),
            });
    }

    [Fact]
    public async Task A_broker_with_the_certificate_of_another_host_is_not_spoken_to_and_the_sentence_names_both()
    {
        var folder = await MakeAsync("elsewhere");
        Sign(folder, "broker.elsewhere", DateTimeOffset.UtcNow.AddDays(1));
        await using var broker = await PrivateBroker.StartAsync(new BrokerSettings { Tls = FilesIn(folder) });
        await using var party = new Party(broker);
        var refused = await Should.ThrowAsync<ClusterException>(() => party.JoinAsync(change: options => options with
        {
            Uri = new Uri($"amqps://127.0.0.1:{broker.Uri.Port}"),
            CertificateAuthority = Path.Combine(folder, "ca.pem"),
        }));
        refused.Message.ShouldEndWith(
            "shows a certificate that is for broker.elsewhere and not for '127.0.0.1'; "
            + "call it by a name that is in its certificate, or give it one for this name.");
    }

    [Fact]
    public async Task A_certificate_that_has_run_out_is_said_to_have_run_out()
    {
        var folder = await MakeAsync("late");
        using var expired = Sign(folder, "localhost", DateTimeOffset.UtcNow.AddHours(-1));
        var check = new BrokerCertificate("localhost", Path.Combine(folder, "ca.pem"));
        check.IsTrusted(expired, SslPolicyErrors.RemoteCertificateChainErrors).ShouldBeFalse();
        check.Refusal!.ShouldContain("which is not now; renew it");
    }

    private static BrokerTls FilesIn(string folder)
        => new(Path.Combine(folder, "ca.pem"), Path.Combine(folder, "server.pem"), Path.Combine(folder, "server-key.pem"));

    /// <summary>Replaces the server's certificate in a folder by one of the same authority for another host.</summary>
    private static X509Certificate2 Sign(string folder, string host, DateTimeOffset until)
    {
        using var authority = X509Certificate2.CreateFromPemFile(Path.Combine(folder, "ca.pem"), Path.Combine(folder, "ca-key.pem"));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(names.Build());
        var signature = X509SignatureGenerator.CreateForECDsa(authority.GetECDsaPrivateKey()!);
        var certificate = request.Create(authority.SubjectName, signature, until.AddDays(-2), until, [1, 2, 3, 4]);
        File.WriteAllText(Path.Combine(folder, "server.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, "server-key.pem"), key.ExportPkcs8PrivateKeyPem());
        return certificate;
    }

    /// <summary>An authority and a certificate for this machine, as scripts/certificates.sh makes them.</summary>
    private async Task<string> MakeAsync(string name)
    {
        var folder = Path.Combine(_home, name);
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Cluster.sln")))
        {
            root = root.Parent ?? throw new InvalidOperationException("The tests do not lie in a checkout.");
        }

        using var script = Process.Start("bash", [Path.Combine(root.FullName, "scripts", "certificates.sh"), folder]);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await script.WaitForExitAsync(patience.Token);
        script.ExitCode.ShouldBe(0);
        return folder;
    }
}
