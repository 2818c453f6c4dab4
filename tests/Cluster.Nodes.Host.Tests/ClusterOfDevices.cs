using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Cohort.Brokers;
using Cohort.Model.Data;
using Cohort.Model.Data.Avatars;
using Cohort.Model.Plans;
using Cohort.Seed.Api;
using Cohort.Seed.Host;

namespace Cohort.Nodes.Host.Tests;

/// <summary>
/// A real broker, a seed and a node that leads, and devices as processes of their own, which reach seed and broker through proxies that
/// record every byte.
/// </summary>
public sealed class ClusterOfDevices : IAsyncLifetime
{
    public const ulong Seed = 3;
    public const int SamplesEach = 6;
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    public static readonly IReadOnlyList<string> Names = ["anna", "ben", "cleo"];

    private const string Token = "operator-token-for-tests";
    private const string EnrolmentToken = "enrolment-token-for-tests";
    private PrivateBroker _broker = null!;
    private SeedHost _seed = null!;
    private NodeHost _node = null!;

    public string Home { get; } = Directory.CreateTempSubdirectory("cohort-devices-").FullName;

    internal RecordingProxy Broker { get; private set; } = null!;

    internal RecordingProxy Api { get; private set; } = null!;

    public HttpClient Client { get; private set; } = null!;

    public string SeedHome => Path.Combine(Home, "seed");

    /// <summary>A folder with one student's pictures, each of one emotion.</summary>
    public string FolderOf(string student) => Path.Combine(Home, "pictures", student, student);

    public async Task InitializeAsync()
    {
        foreach (var (person, name) in Names.Index())
        {
            Paint(name, person);
        }

        _broker = await PrivateBroker.StartAsync();
        Broker = new RecordingProxy(_broker.Uri.Port);
        _seed = await SeedHost.Start(SeedHostOptions.Settings.Read(
        [
            "--member", "seed-1", "--listen", "http://127.0.0.1:0", "--slots", "1", "--home", SeedHome,
            "--tokens-operator-file", File("operator", Token),
            "--enrolment-token-file", File("enrolment", EnrolmentToken),
            "--enrolment-user", PrivateBroker.User,
            "--enrolment-password-file", File("password", PrivateBroker.Password),
            "--enrolment-broker-uri", AddressOf(Broker.Port),
            "--broker-uri", AddressOf(_broker.Uri.Port),
            "--broker-virtual-host", PrivateBroker.VirtualHost,
            "--broker-user", PrivateBroker.User,
            "--broker-password-file", File("password", PrivateBroker.Password),
        ]), TextWriter.Null);
        Api = new RecordingProxy(_seed.Address.Port);
        _node = await NodeHost.Start(
            NodeHostOptions.Settings.Read(
            [
                "--member", "node-1", "--listen", "http://127.0.0.1:0", "--slots", "1", "--data-folder", Path.Combine(Home, "node"),
                "--broker-uri", AddressOf(_broker.Uri.Port),
                "--broker-virtual-host", PrivateBroker.VirtualHost,
                "--broker-user", PrivateBroker.User,
                "--broker-password-file", File("password", PrivateBroker.Password),
            ]),
            TextWriter.Null);
        Client = new HttpClient { BaseAddress = _seed.Address, Timeout = Patience };
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
    }

    public async Task DisposeAsync()
    {
        Client.Dispose();
        await _node.DisposeAsync();
        await _seed.DisposeAsync();
        await Api.DisposeAsync();
        await Broker.DisposeAsync();
        await _broker.DisposeAsync();
        Directory.Delete(Home, recursive: true);
    }

    /// <summary>Faces of the plan's test persons, and students who are other persons.</summary>
    public static Plan PlanOf(int rounds) => new()
    {
        Name = "devices",
        Seed = (long)Seed,
        Network = "logistic",
        Data = new() { Avatars = new() { SamplesPerStudent = SamplesEach, TestStudents = 1 } },
        Students = new() { Count = Names.Count, Partition = PartitionKind.Resident },
        Groups = new() { Count = 1 },
        Training = new() { BatchSize = 4 },
        Rounds = new() { Count = rounds, Deadline = TimeSpan.FromSeconds(90) },
        Models = new() { Keep = 1000 }, // for replays
    };

    /// <summary>Starts the device of some students, and waits until they can be asked.</summary>
    internal async Task<DeviceProcess> Start(string member, params string[] students)
    {
        var device = StartUnready(member, students);
        try
        {
            await device.Ready(Patience);
            return device;
        }
        catch
        {
            device.Dispose();
            throw;
        }
    }

    internal DeviceProcess StartUnready(string member, params string[] students)
    {
        var root = Path.Combine(Home, "devices", member);
        Directory.CreateDirectory(root);
        foreach (var student in students.Where(student => !Directory.Exists(Path.Combine(root, student))))
        {
            Directory.CreateSymbolicLink(Path.Combine(root, student), FolderOf(student));
        }

        return DeviceProcess.Start(
            "--member", member, "--residents", root, "--residents-home", Path.Combine(Home, "device-homes", member),
            "--enrolment-seed", $"http://127.0.0.1:{Api.Port.ToString(CultureInfo.InvariantCulture)}",
            "--enrolment-token-file", File("enrolment", EnrolmentToken));
    }

    public async Task<string> Begin(Plan plan)
    {
        using var answer = await Client.PostAsJsonAsync(
            ApiRoutes.Runs, new NewRun(plan.ToCanonicalJson(), Fresh: true), ApiJson.Default.NewRun);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync(ApiJson.Default.RunState))!.Run;
    }

    public async Task<RunState> State(string run) => (await Client.GetFromJsonAsync($"{ApiRoutes.Runs}/{run}", ApiJson.Default.RunState))!;

    public async Task<RunState> Ended(string run, Action? meanwhile = null)
    {
        RunState state = null!;
        await Until(
            async () =>
            {
                meanwhile?.Invoke();
                return (state = await State(run)).Status is not "running";
            });
        return state;
    }

    public async Task<IReadOnlyList<RoundState>> Rounds(string run)
        => (await Client.GetFromJsonAsync($"{ApiRoutes.Runs}/{run}/rounds?limit=1000", ApiJson.Default.IReadOnlyListRoundState))!;

    public static async Task Until(Func<Task<bool>> holds)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await holds())
        {
            TimeProvider.System.GetElapsedTime(started).ShouldBeLessThan(Patience);
            await Task.Delay(50);
        }
    }

    private void Paint(string name, int person)
    {
        var faces = new AvatarFaces(Seed, persons: 1, SamplesEach, firstPerson: 100 + person);
        var pixels = new byte[faces.Shape.Length];
        for (var i = 0; i < faces.Count; i++)
        {
            faces.CopySample(i, pixels);
            var folder = Directory.CreateDirectory(Path.Combine(FolderOf(name), faces.Classes[faces.LabelOf(i)])).FullName;
            System.IO.File.WriteAllBytes(
                Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"holiday-picture-of-{name}-{i:D4}.png")),
                Vision.EncodePng(pixels, ImageShape.Face.Width, ImageShape.Face.Height));
        }
    }

    private static string AddressOf(int port) => string.Create(CultureInfo.InvariantCulture, $"amqp://127.0.0.1:{port}");

    private string File(string name, string content)
    {
        var path = Path.Combine(Home, name + ".secret");
        System.IO.File.WriteAllText(path, content + "\n");
        return path;
    }
}
