using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Cohort.Clustering.RabbitMq.Broker;

/// <summary>Looks at the certificate that a broker shows, and keeps the sentence that says why it is not trusted.</summary>
/// <param name="host">By which name the broker was called.</param>
/// <param name="authority">PEM file of the one authority that is trusted; null: those of the machine.</param>
internal sealed class BrokerCertificate(string host, string? authority)
{
    /// <summary>Why the last one was not trusted; null if it was, or if none was shown.</summary>
    public string? Refusal { get; private set; }

    public bool IsTrusted(X509Certificate? shown, SslPolicyErrors problems)
    {
        Refusal = null;
        if (shown is null)
        {
            Refusal = "shows no certificate; give it one";
            return false;
        }

        using var certificate = new X509Certificate2(shown);
        if (problems.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            Refusal = $"shows a certificate that is for {NamesIn(certificate)} and not for '{host}'; "
                + "call it by a name that is in its certificate, or give it one for this name";
        }
        else if (authority is not null)
        {
            CheckSignature(certificate, authority);
        }
        else if (problems != SslPolicyErrors.None)
        {
            Refusal = "shows a certificate of no authority that this machine trusts; name the file of the authority that signed it";
        }

        return Refusal is null;
    }

    private void CheckSignature(X509Certificate2 certificate, string file)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.ImportFromPemFile(file);
        if (chain.Build(certificate))
        {
            return;
        }

        Refusal = Array.Exists(chain.ChainStatus, problem => problem.Status == X509ChainStatusFlags.NotTimeValid)
            ? $"shows a certificate that holds from {certificate.NotBefore:u} to {certificate.NotAfter:u}, which is not now; "
                + "renew it, or set the clock"
            : $"shows a certificate that the authority in {file} has not signed; take the file of the authority that has";
    }

    private static string NamesIn(X509Certificate2 certificate)
    {
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(list => list.EnumerateDnsNames().Concat(list.EnumerateIPAddresses().Select(address => address.ToString())))
            .Take(10)
            .ToList();
        return names.Count == 0 ? certificate.Subject : string.Join(", ", names);
    }
}
