using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Cohort.Deployment.Tests;

public sealed class ScriptTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cohort-scripts-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_process_that_was_started_is_ended()
    {
        var file = Path.Combine(_folder.FullName, "sleeper.pid");
        (await ProcessesAsync($"spawn {file} {_folder}/log sleep 60; alive {file}")).Succeeded();
        (await ProcessesAsync($"alive {file}; end {file} 5")).Succeeded();
        File.Exists(file).ShouldBeFalse();
    }

    [Fact]
    public async Task A_process_that_does_not_listen_is_ended_all_the_same()
    {
        var file = Path.Combine(_folder.FullName, "deaf.pid");
        var ended = (await ProcessesAsync(
            $"""
            spawn {file} {_folder}/log bash -c 'trap "" TERM; touch {_folder}/deaf; while :; do sleep 0.1; done'
            for i in $(seq 100); do [ ! -e {_folder}/deaf ] || break; sleep 0.1; done
            read -r id _ <{file}; end {file} 1; [ -z "$(started_at $id)" ]
            """)).Succeeded();
        ended.Error.ShouldContain("did not stop within 1 s");
    }

    [Fact]
    public async Task A_process_that_has_got_the_number_of_another_is_left_alone()
    {
        using var bystander = Process.Start("sleep", "60");
        try
        {
            var file = Path.Combine(_folder.FullName, "recycled.pid");
            var id = bystander.Id.ToString(CultureInfo.InvariantCulture);
            await File.WriteAllTextAsync(file, $"{id} 1\n");
            (await ProcessesAsync($"! alive {file}; end {file} 1")).Succeeded();
            bystander.HasExited.ShouldBeFalse();
            File.Exists(file).ShouldBeFalse();
        }
        finally
        {
            bystander.Kill();
            await bystander.WaitForExitAsync();
        }
    }

    [Fact]
    public async Task Secrets_that_are_there_stay()
    {
        (await Script.RunAsync("scripts/make-secrets.sh", _folder.FullName)).Succeeded();
        var first = await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "enrolment-token"));
        (await Script.RunAsync("scripts/make-secrets.sh", _folder.FullName)).Succeeded();
        (await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "enrolment-token"))).ShouldBe(first);
        first.Trim().Length.ShouldBe(64);
    }

    [Fact]
    public async Task An_expired_certificate_is_named_and_not_used()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var yesterday = DateTimeOffset.UtcNow.AddDays(-1);
        using var expired = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(yesterday.AddDays(-1), yesterday);
        foreach (var file in new[] { "ca.pem", "server.pem" })
            await File.WriteAllTextAsync(Path.Combine(_folder.FullName, file), expired.ExportCertificatePem());
        var again = await Script.RunAsync("scripts/certificates.sh", _folder.FullName);
        again.ExitCode.ShouldBe(2);
        again.Error.ShouldContain("server.pem has expired");
    }

    [Theory]
    [InlineData("0")]
    [InlineData("soon")]
    public async Task A_number_of_days_that_is_none_is_refused(string days)
    {
        var refused = await Script.RunAsync("scripts/certificates.sh", _folder.FullName, days);
        refused.ExitCode.ShouldBe(2);
        refused.Error.ShouldContain($"'{days}' is no number of days");
    }

    [SkippableFact]
    public async Task Every_script_satisfies_shellcheck()
    {
        Skip.IfNot(File.Exists("/usr/bin/shellcheck"), "shellcheck is not installed.");
        var scripts = Directory.EnumerateFiles(Checkout.PathOf("scripts"), "*.sh", SearchOption.AllDirectories)
            .Concat([Checkout.PathOf("run.sh"), Checkout.PathOf("test.sh"), Checkout.PathOf("pbm")]);
        (await Script.OfCommandAsync("/usr/bin/shellcheck", ["-x", "-P", Checkout.Root, .. scripts])).Succeeded();
    }

    private static Task<Script> ProcessesAsync(string commands) =>
        Script.OfCommandAsync("bash", "-c", $"set -euo pipefail; . scripts/processes.sh; {commands}");
}
