using System.Collections;
using Cohort.Hosting.Configuration;

namespace Cohort.Hosting.Tests;

public sealed class SettingTableTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cohort-settings-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_command_line_wins_over_the_environment_and_that_over_the_file()
    {
        var file = Write("""{ "Slots": 3, "Broker": { "User": "of-file", "VirtualHost": "of-file" }, "Device": "cpu" }""");

        var options = Read(
            ["--config", file, "--slots", "5"],
            ("COHORT_SLOTS", "4"), ("COHORT_BROKER__USER", "of-environment"));

        options.Slots.ShouldBe(5);
        options.Broker.User.ShouldBe("of-environment");
        options.Broker.VirtualHost.ShouldBe("of-file");
    }

    [Theory]
    [InlineData("--slots", "0", "Slots is '0'; expected a whole number of at least 1")]
    [InlineData("--start-deadline", "soon", "StartDeadline is 'soon'; expected a span such as 500ms")]
    [InlineData("--broker-uri", "http://x", "Broker:Uri is 'http://x'; expected amqp://HOST:PORT or amqps://")]
    [InlineData("--broker-uri", "amqp://me:secret@x", "expected amqp://HOST:PORT or amqps://HOST:PORT, without a user")]
    [InlineData("--broker-uri", "amqp://a:1,b:2", "Broker:Uri is 'amqp://a:1,b:2'; expected amqp://HOST:PORT")]
    [InlineData("--device", "gpu", "Device is 'gpu'; expected cpu or cuda:N")]
    [InlineData("--member", "a b", "Member is 'a b'; expected at most 100 letters")]
    [InlineData("--log-format", "xml", "Log:Format is 'xml'; expected one of text, json")]
    [InlineData("--slot", "1", "--slot: there is no such setting")]
    [InlineData("--broker-password", "x", "a secret is given by the variable COHORT_BROKER__PASSWORD")]
    public void What_is_wrong_is_said_in_a_sentence_that_names_the_setting(string option, string value, string sentence)
        => Should.Throw<ConfigurationException>(() => Read([option, value])).Message.ShouldContain(sentence);

    [Fact]
    public void A_broker_of_several_nodes_is_named_by_all_its_addresses()
        => Read(["--broker-uri", "amqp://a:1, amqp://b:2"]).Broker.Uris.ShouldBe([new Uri("amqp://a:1"), new Uri("amqp://b:2")]);

    [Fact]
    public void Everything_wrong_is_said_at_once()
        => Should.Throw<ConfigurationException>(() => Read(["--slots", "x", "--device", "y", "stray"]))
            .Message.Split(Environment.NewLine).Length.ShouldBe(3);

    [Fact]
    public void A_file_that_is_no_json_and_one_that_is_absent_are_refused()
    {
        Should.Throw<ConfigurationException>(() => Read(["--config", Write("{ slots")])).Message.ShouldContain("cannot be read");
        Should.Throw<ConfigurationException>(() => Read(["--config", Path.Combine(_folder, "none")])).Message.ShouldContain("no file");
    }

    [Fact]
    public async Task Help_shows_every_setting_with_its_default_and_no_secret()
    {
        var help = new StringWriter();
        await Table().WriteHelp(help);

        foreach (var setting in Table().All)
        {
            help.ToString().ShouldContain(setting.Variable);
        }

        help.ToString().ShouldContain("[30s; StartDeadline; COHORT_STARTDEADLINE]");
        help.ToString().ShouldNotContain("--broker-password ");
    }

    [Theory]
    [InlineData("500ms", 0.5)]
    [InlineData("30s", 30)]
    [InlineData("2m", 120)]
    [InlineData("1h", 3600)]
    public void Spans_are_read_and_written_alike(string text, double seconds)
    {
        SpanText.Parse(text).TotalSeconds.ShouldBe(seconds);
        SpanText.Of(SpanText.Parse(text)).ShouldBe(text);
    }

    private static SettingTable<SomeOptions> Table()
        => new SettingTable<SomeOptions>("cohort-some", "is for tests.", new SomeOptions(), _ => []).WithMember().WithBroker().WithService();

    private static SomeOptions Read(string[] args, params (string Name, string Value)[] environment)
        => Table().Read(args, new Hashtable(environment.ToDictionary(e => e.Name, e => e.Value, StringComparer.Ordinal)));

    private string Write(string json)
    {
        var path = Path.Combine(_folder, "settings.json");
        File.WriteAllText(path, json);
        return path;
    }

    public sealed record SomeOptions : MemberOptions;
}
