using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cohort.Hosting;
using Cohort.Seed.Api;

namespace Cohort.Seed.Host.Tests;

public sealed class HttpsTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("cohort-seed-").FullName;

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    public async Task The_api_is_served_over_tls_to_those_who_trust_its_authority_and_to_nobody_else()
    {
        using var authority = Authority("Cohort test authority");
        using var stranger = Authority("somebody else");
        WriteCertificate(authority);
        await using var seed = await RunningSeed.Start(Options());

        (await Ask(seed, authority)).ShouldBe(HttpStatusCode.OK);

        (await Should.ThrowAsync<HttpRequestException>(() => Ask(seed, stranger))).HttpRequestError
            .ShouldBe(HttpRequestError.SecureConnectionError);
    }

    [Fact]
    public async Task Files_that_hold_no_certificate_are_named()
    {
        File.WriteAllText(Path.Combine(_home, "server.pem"), "no certificate");
        File.WriteAllText(Path.Combine(_home, "server-key.pem"), "no key");

        var refused = await Should.ThrowAsync<ConfigurationException>(() => RunningSeed.Start(Options()));

        refused.Message.ShouldContain("Https:CertificateFile");
        refused.Message.ShouldContain("server.pem");
    }

    [Fact]
    public void An_address_without_a_certificate_is_refused()
        => Should.Throw<ConfigurationException>(() => SeedHostOptions.Settings.Read(
            ["--engine", "local", "--https-listen", "https://127.0.0.1:0", "--tokens-operator-file", Written("token", "t")]))
            .Message.ShouldContain("Https:CertificateFile and Https:KeyFile are missing");

    private static async Task<HttpStatusCode> Ask(RunningSeed seed, X509Certificate2 authority)
    {
        using var handler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    CustomTrustStore = { authority },
                    RevocationMode = X509RevocationMode.NoCheck,
                },
            },
        };
        using var client = new HttpClient(handler) { BaseAddress = seed.SecureAddress, Timeout = TimeSpan.FromSeconds(30) };
        client.DefaultRequestHeaders.Authorization = new("Bearer", RunningSeed.Viewer);
        using var answer = await client.GetAsync(new Uri(ApiRoutes.Cluster, UriKind.Relative));
        return answer.StatusCode;
    }

    private SeedHostOptions Options() => RunningSeed.OptionsIn(_home) with
    {
        Https = new()
        {
            Listen = new Uri("https://127.0.0.1:0"),
            CertificateFile = Path.Combine(_home, "server.pem"),
            KeyFile = Path.Combine(_home, "server-key.pem"),
        },
    };

    private void WriteCertificate(X509Certificate2 authority)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=seed", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var signed = request.Create(authority, new DateTimeOffset(authority.NotBefore), new DateTimeOffset(authority.NotAfter), [1, 2, 3]);
        Written("server.pem", signed.ExportCertificatePem());
        Written("server-key.pem", key.ExportPkcs8PrivateKeyPem());
    }

    private static X509Certificate2 Authority(string name)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }

    private string Written(string name, string text)
    {
        var path = Path.Combine(_home, name);
        File.WriteAllText(path, text);
        return path;
    }
}
