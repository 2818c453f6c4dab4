using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Cohort.Deployment.Tests;

/// <summary>The broker's image without Docker: the files that it copies, alone in a folder, run as its entry point runs them.</summary>
public sealed class BrokerImageTests : IDisposable
{
    private readonly DirectoryInfo _image = Directory.CreateTempSubdirectory("cohort-image-");

    public void Dispose() => _image.Delete(recursive: true);

    [Fact]
    public async Task What_the_image_holds_is_all_that_its_entry_point_and_its_health_check_need()
    {
        CopyFiles();
        var user = Environment.UserName is "root" ? "setpriv --reuid=10001 --regid=10001 --clear-groups" : "";
        (await Script.OfCommandAsync("bash", "-c", $$"""
            set -euo pipefail
            . {{Checkout.Root}}/scripts/processes.sh
            {{Checkout.Root}}/scripts/make-secrets.sh {{_image}}/secrets
            mkdir {{_image}}/home
            [ -z '{{user}}' ] || chown -R 10001 {{_image}}/home {{_image}}/secrets
            chmod 755 {{_image}}
            export COHORT_BROKER_HOME={{_image}}/home COHORT_BROKER_DEFINITIONS={{_image}}/secrets/broker-definitions.json
            export COHORT_BROKER_PORT={{FreePort()}} COHORT_BROKER_DIST_PORT={{FreePort()}} COHORT_BROKER_EPMD_PORT={{FreePort()}}
            cd {{_image}}/opt
            trap 'end {{_image}}/broker.pid 30; end {{_image}}/epmd.pid 5; show_log {{_image}}/log' EXIT
            spawn {{_image}}/epmd.pid {{_image}}/log epmd -address 127.0.0.1 -port $COHORT_BROKER_EPMD_PORT
            spawn {{_image}}/broker.pid {{_image}}/log {{user}} {{EntryPoint()}}
            for second in {1..60}; do
              {{user}} scripts/broker/healthy.sh >{{_image}}/health 2>&1 && exit 0
              alive {{_image}}/broker.pid || break
              sleep 1
            done
            cat {{_image}}/health
            exit 1
            """)).Succeeded();
    }

    private static string EntryPoint() =>
        string.Concat(Dockerfile.Read("deploy/Dockerfile")["broker"].Instructions
            .Single(one => one.Name is "ENTRYPOINT").Words).Trim('[', ']', '"');

    private static string FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
    }

    private void CopyFiles()
    {
        foreach (var copy in Dockerfile.Read("deploy/Dockerfile")["broker"].Instructions.Where(one => one.Name is "COPY"))
        {
            foreach (var source in copy.Sources)
            {
                var from = Checkout.PathOf(source);
                var files = Directory.Exists(from) ? Directory.GetFiles(from) : [from];
                var target = Path.Combine(_image.FullName, "opt", copy.Destination);
                Directory.CreateDirectory(target);
                foreach (var file in files)
                    File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
            }
        }
    }
}
