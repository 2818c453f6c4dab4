using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Serialization;
using Mapping = System.Collections.Generic.Dictionary<object, object>;

namespace Cohort.Deployment.Tests;

/// <summary>docker-compose.yml, as far as it can be checked without Docker.</summary>
public sealed partial class ComposeTests
{
    private static readonly Mapping File = Read();
    private static readonly Mapping Services = (Mapping)File["services"];

    public static TheoryData<string> EveryService => [.. Services.Keys.Cast<string>()];

    [Theory]
    [MemberData(nameof(EveryService))]
    public void A_service_says_whether_it_is_healthy(string service) =>
        Words(((Mapping)Service(service)["healthcheck"])["test"]).First().ShouldBe("CMD");

    [Theory]
    [MemberData(nameof(EveryService))]
    public void A_health_checks_script_is_in_the_image(string service)
    {
        var script = Words(((Mapping)Service(service)["healthcheck"])["test"]).ElementAt(1);
        if (!script.StartsWith("scripts/", StringComparison.Ordinal))
            return;
        var target = (string)((Mapping)Service(service)["build"])["target"];
        Dockerfile.Read("deploy/Dockerfile").InstructionsOf(target)
            .Where(one => one.Name is "COPY" && one.CopiesFrom is null)
            .SelectMany(one => one.Sources).Contains(script, StringComparer.Ordinal).ShouldBeTrue(script);
    }

    [Theory]
    [MemberData(nameof(EveryService))]
    public void A_service_changes_nothing_but_its_volumes_and_gains_no_privileges(string service)
    {
        Service(service)["read_only"].ShouldBe("true");
        Words(Service(service)["security_opt"]).Contains("no-new-privileges:true", StringComparer.Ordinal).ShouldBeTrue();
    }

    [Theory]
    [MemberData(nameof(EveryService))]
    public void A_service_is_built_from_a_stage_of_a_Dockerfile_that_is_there(string service)
    {
        if (!Service(service).TryGetValue("build", out var build))
            return;
        var stages = Dockerfile.Read((string)((Mapping)build)["dockerfile"]).Stages;
        stages.ShouldContain(stage => stage.Name.Equals((string)((Mapping)build)["target"], StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(EveryService))]
    public void What_a_service_refers_to_is_declared(string service)
    {
        var one = Service(service);
        foreach (var secret in Words(one.GetValueOrDefault("secrets")))
            ((Mapping)File["secrets"]).ShouldContainKey(secret);
        foreach (var volume in Words(one.GetValueOrDefault("volumes")).Select(volume => volume.Split(':')[0]))
            (volume.StartsWith('$') || ((Mapping)File["volumes"]).ContainsKey(volume)).ShouldBeTrue(volume);
        if (one.TryGetValue("depends_on", out var needed))
            ((Mapping)needed).Keys.ShouldAllBe(name => Services.ContainsKey(name));
        foreach (var path in SecretPath().Matches(Text(one)).Select(match => match.Groups["name"].Value))
            Words(one["secrets"]).Contains(path, StringComparer.Ordinal).ShouldBeTrue($"{service} reads /run/secrets/{path}");
    }

    [Fact]
    public async Task Every_secret_is_a_file_that_the_script_makes()
    {
        var folder = Directory.CreateTempSubdirectory("cohort-secrets-");
        try
        {
            (await Script.RunAsync("scripts/make-secrets.sh", folder.FullName)).Succeeded();
            foreach (var secret in ((Mapping)File["secrets"]).Values.Cast<Mapping>())
            {
                var file = (string)secret["file"];
                file.ShouldStartWith("secrets/");
                System.IO.File.Exists(Path.Combine(folder.FullName, file["secrets/".Length..])).ShouldBeTrue(file);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void No_password_or_token_stands_in_the_file()
    {
        foreach (var (path, value) in Scalars(File, ""))
        {
            if (Secretive().IsMatch(path) && !path.StartsWith("/secrets", StringComparison.Ordinal) && !path.Contains("/secrets/"))
                value.ShouldStartWith("/run/secrets/", customMessage: path);
            UserInfo().IsMatch(value).ShouldBeFalse(path);
        }
    }

    [Fact]
    public void Nodes_can_be_scaled_since_none_has_a_name_or_a_port_of_the_host()
    {
        foreach (var node in new[] { "node", "node-gpu" })
        {
            Service(node).ShouldNotContainKey("container_name");
            Service(node).ShouldNotContainKey("ports");
        }
    }

    [Fact]
    public void Only_the_GPU_nodes_and_the_second_seed_wait_for_a_profile()
    {
        Services.Where(service => ((Mapping)service.Value).ContainsKey("profiles"))
            .Select(service => $"{service.Key}: {string.Join(' ', Words(((Mapping)service.Value)["profiles"]))}")
            .Order(StringComparer.Ordinal)
            .ShouldBe(["node-gpu: gpu", "postgres: postgres", "seed2: postgres"]);
        Text(Service("node-gpu")).ShouldContain("nvidia");
    }

    [Fact]
    public void What_is_published_is_published_on_loopback_only() =>
        Services.Keys.Cast<string>().SelectMany(service => Words(Service(service).GetValueOrDefault("ports")))
            .ShouldAllBe(port => port.StartsWith("127.0.0.1:", StringComparison.Ordinal));

    [Theory]
    [InlineData("seed", "seed_settings seed1 1")]
    [InlineData("node", "node_settings node1 1 http://127.0.0.1:2")]
    public async Task Compose_gives_a_member_the_settings_that_the_scripts_give(string service, string settings)
    {
        var script = (await Script.OfCommandAsync(
            "bash", "-c", $". scripts/members.sh; place=/p uri=amqp://u data=/d slots= authority= connection=c; {settings}")).Succeeded().Output
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('=')[0]);
        // Compose leaves the name out where there are many: a container has one of its own.
        ((Mapping)Service(service)["environment"]).Keys.Cast<string>().Append("COHORT_MEMBER").Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal).ShouldBe(script.Order(StringComparer.Ordinal));
    }

    private static Mapping Service(string name) => (Mapping)Services[name];

    private static IEnumerable<string> Words(object? sequence) => ((List<object>?)sequence ?? []).Cast<string>();

    private static string Text(object node) => string.Join('\n', Scalars(node, "").Select(scalar => $"{scalar.Path} {scalar.Value}"));

    private static IEnumerable<(string Path, string Value)> Scalars(object node, string path) => node switch
    {
        Mapping mapping => mapping.SelectMany(pair => Scalars(pair.Value ?? "", $"{path}/{pair.Key}")),
        List<object> list => list.SelectMany((item, index) => Scalars(item, $"{path}/{index}")),
        _ => [(path, (string)node)],
    };

    private static Mapping Read()
    {
        using var text = System.IO.File.OpenText(Checkout.PathOf("docker-compose.yml"));
        return new DeserializerBuilder().Build().Deserialize<Mapping>(new MergingParser(new Parser(text)));
    }

    [GeneratedRegex(@"password|secret|token", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Secretive();

    [GeneratedRegex(@"://[^/\s]*@|[Pp]assword=", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex UserInfo();

    [GeneratedRegex(@"/run/secrets/(?<name>[\w-]+)", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex SecretPath();
}
