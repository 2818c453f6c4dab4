using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cohort.Hosting;
using Cohort.Hosting.Configuration;

namespace Cohort.Seed.Host;

/// <summary>A second address of the API, for other machines: tokens and enrolments do not travel in the clear.</summary>
public sealed record HttpsOptions
{
    /// <summary>https://HOST:PORT; null: none.</summary>
    public Uri? Listen { get; init; }

    /// <summary>PEM file of the certificate, followed by those between it and its authority.</summary>
    public string CertificateFile { get; init; } = "";

    /// <summary>PEM file of its key.</summary>
    public string KeyFile { get; init; } = "";

    public IEnumerable<string> Check()
    {
        if (Listen is not null && (CertificateFile.Length == 0 || KeyFile.Length == 0))
        {
            yield return "Https:CertificateFile and Https:KeyFile are missing; Https:Listen needs both.";
        }

        foreach (var problem in MemberSettings.CheckFile("Https:CertificateFile", CertificateFile)
            .Concat(MemberSettings.CheckFile("Https:KeyFile", KeyFile)))
        {
            yield return problem;
        }
    }

    /// <exception cref="ConfigurationException">The files hold no certificate and its key.</exception>
    public (X509Certificate2 Certificate, X509Certificate2Collection Chain) Read()
    {
        try
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(CertificateFile);
            return (X509Certificate2.CreateFromPemFile(CertificateFile, KeyFile), chain);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new ConfigurationException(
                $"Https:CertificateFile: {CertificateFile} with {KeyFile} is no certificate with its key in PEM ({e.Message.TrimEnd('.')}).", e);
        }
    }
}
