using System.Net.Http.Json;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Cohort.Clustering;
using Cohort.Messages;
using Cohort.Model.Data;
using Cohort.Model.Files;
using Cohort.Model.Plans;
using Cohort.Model.Training;
using Cohort.Nodes.Residents;
using Cohort.Seed;
using Cohort.Seed.Api;
using Cohort.Seed.Coordination;
using Cohort.Seed.Ledger;

namespace Cohort.Nodes.Host.Tests;

/// <summary>docs/cluster.md, Resident students, with devices as real processes.</summary>
public sealed class ResidentDeviceTests(ClusterOfDevices cluster) : IClassFixture<ClusterOfDevices>
{
    private static readonly PixelScale Scale = new(new DataPlan().Mean, new DataPlan().Deviation);

    [Fact]
    public async Task Nothing_of_a_students_pictures_leaves_its_device_in_a_whole_run()
    {
        const int rounds = 3;
        var pictures = ClusterOfDevices.Names.SelectMany(name => Directory.GetFiles(cluster.FolderOf(name), "*", SearchOption.AllDirectories)).ToList();
        var traces = new TracesOfPictures();
        pictures.ForEach(picture => traces.Add(picture, Scale));
        using var device = await cluster.Start("device-seen", [.. ClusterOfDevices.Names]);
        var before = Sent().Sum(bytes => bytes.Length);

        var run = await cluster.Begin(ClusterOfDevices.PlanOf(rounds));
        var connections = new HashSet<int>();
        var ended = await cluster.Ended(run, () => connections.UnionWith(device.RemotePorts()));

        // All that the process said and heard is in the record: it has no other connection, and the run's models and sums are there.
        ended.Status.ShouldBe("finished", ended.Reason);
        (await cluster.Rounds(run)).ShouldAllBe(round => round.Participants.Count == ClusterOfDevices.Names.Count);
        connections.ShouldBe([cluster.Broker.Port]);
        var traffic = Sent();
        var all = traffic.SelectMany(bytes => bytes).ToArray();
        var models = new ModelStore(Path.Combine(cluster.SeedHome, "models"));
        foreach (var round in await cluster.Rounds(run))
        {
            var began = models.Load(ModelHash.Parse(round.Parent)).Parameters;
            all.AsSpan().IndexOf(MemoryMarshal.AsBytes(began.AsSpan())[1000..1200]).ShouldBeGreaterThanOrEqualTo(0);
        }

        CountOf("cohort.ResidentsPresent", all).ShouldBeGreaterThan(0);
        CountOf("cohort.PartialSum", all).ShouldBeGreaterThanOrEqualTo(rounds);
        (traffic.Sum(bytes => bytes.Length) - before).ShouldBeGreaterThan(rounds * 2 * ((48 * 48 * 7) + 7));
        device.Output.ShouldNotContain("holiday-picture"); // not even in its own log

        // Nothing of any picture is.
        pictures.Count.ShouldBe(ClusterOfDevices.Names.Count * ClusterOfDevices.SamplesEach);
        traces.Count.ShouldBeGreaterThan(100_000);
        traffic.Select(bytes => traces.FindIn(bytes)).ShouldAllBe(trace => trace == null);

        // And it would have been seen: a picture that is sent the same way is.
        await SendThroughProxy(File.ReadAllBytes(pictures[4])[40..90]);
        Sent().Select(bytes => traces.FindIn(bytes)).Where(trace => trace is not null).ShouldHaveSingleItem()!
            .ShouldContain(Path.GetFileName(pictures[4]));
    }

    [Fact]
    public void A_picture_is_found_in_every_form_in_which_it_could_leave()
    {
        var picture = Directory.GetFiles(cluster.FolderOf("ben"), "*", SearchOption.AllDirectories)[0];
        var (file, pixels, scaled) = (File.ReadAllBytes(picture), new byte[48 * 48], new float[48 * 48]);
        Vision.Decode(file, 48, pixels);
        Scale.Apply(pixels, scaled);
        var traces = new TracesOfPictures();
        traces.Add(picture, Scale);
        var row = pixels.AsSpan(24 * 48, 48).ToArray();
        byte[][] forms =
        [
            file[60..80],
            row[10..30],
            MemoryMarshal.AsBytes(scaled.AsSpan((24 * 48) + 15, 8)).ToArray(),
            Encoding.ASCII.GetBytes(Convert.ToHexString(row)[20..50]),
            Encoding.ASCII.GetBytes(Convert.ToBase64String(row.AsSpan(1))[8..32]),
            Encoding.ASCII.GetBytes(Convert.ToBase64String(row)[8..32]),
            System.Security.Cryptography.SHA256.HashData(file),
            System.Security.Cryptography.SHA256.HashData(pixels)[16..],
            Encoding.UTF8.GetBytes(Path.GetFileName(picture)),
            Encoding.Unicode.GetBytes(Path.GetFileName(picture)),
        ];
        var noise = new byte[1000];
        new Random(7).NextBytes(noise);

        traces.FindIn(noise).ShouldBeNull();
        foreach (var form in forms)
        {
            traces.FindIn([.. noise[..311], .. form, .. noise[311..]]).ShouldNotBeNull();
        }
    }

    [Fact]
    public async Task One_device_three_devices_and_one_process_make_the_same_model_bit_for_bit()
    {
        var plan = ClusterOfDevices.PlanOf(3);
        string one, three;
        using (await cluster.Start("device-of-all", [.. ClusterOfDevices.Names]))
        {
            one = (await cluster.Ended(await cluster.Begin(plan))).Model;
        }

        using (await cluster.Start("device-c", "cleo"))
        using (await cluster.Start("device-a", "anna"))
        using (await cluster.Start("device-b", "ben"))
        {
            three = (await cluster.Ended(await cluster.Begin(plan))).Model;
        }

        three.ShouldBe(one);
        (await ModelOfOneProcess(plan)).ShouldBe(one);
    }

    [Fact]
    public async Task A_device_that_is_killed_in_mid_round_is_missing_and_takes_part_again_when_it_is_back()
    {
        using var first = await cluster.Start("device-1", "anna", "cleo");
        var run = "";
        using (var second = await cluster.Start("device-2", "ben"))
        {
            run = await cluster.Begin(ClusterOfDevices.PlanOf(1000));
            await ClusterOfDevices.Until(async () => (await cluster.Rounds(run)).Count >= 2);
            second.Pause(); // the round under way waits for it
            await StandsStill(run);
            second.Kill();
            await ClusterOfDevices.Until(async () => (await cluster.Rounds(run))[^1].Missing.SequenceEqual([1])); // ben
        }

        using (await cluster.Start("device-2", "ben"))
        {
            await ClusterOfDevices.Until(async () => (await cluster.Rounds(run))[^1].Participants.SequenceEqual([0, 1, 2]));
            using var stopped = await cluster.Client.PostAsync($"{ApiRoutes.Runs}/{run}/stop", content: null);
            (await cluster.Ended(run)).Status.ShouldBe("stopped");
            var rounds = await cluster.Rounds(run);
            rounds.ShouldAllBe(round => round.Failed.Count == 0 && round.Participants.Contains(0) && round.Participants.Contains(2));

            foreach (var round in (int[])[rounds.First(round => round.Missing.Count == 1).Round, rounds[^1].Round])
            {
                using var again = await cluster.Client.PostAsync($"{ApiRoutes.Runs}/{run}/rounds/{round}/replay", content: null);
                (await again.Content.ReadFromJsonAsync(ApiJson.Default.ReplayedRound))!.Same.ShouldBeTrue();
            }
        }
    }

    [Fact]
    public async Task A_student_that_is_on_another_device_is_refused_with_a_sentence_that_says_what_to_do()
    {
        using var first = await cluster.Start("device-first", "anna");
        using var second = cluster.StartUnready("device-second", "anna");

        await second.Says(
            "Student 'anna' is on another device of this cluster, and can be on one only; stop that device first, or give this student another name.",
            ClusterOfDevices.Patience);
        await ClusterOfDevices.Until(() => Task.FromResult(second.ExitCode is not null));
        second.ExitCode.ShouldBe(Hosting.ExitCodes.Configuration);
    }

    private IReadOnlyList<byte[]> Sent() => [.. cluster.Broker.Recorded, .. cluster.Api.Recorded];

    private async Task SendThroughProxy(byte[] bytes)
    {
        var before = cluster.Broker.Recorded.Sum(record => record.Length);
        using var socket = new TcpClient();
        await socket.ConnectAsync("127.0.0.1", cluster.Broker.Port);
        await socket.GetStream().WriteAsync(bytes);
        await ClusterOfDevices.Until(() => Task.FromResult(cluster.Broker.Recorded.Sum(record => record.Length) >= before + bytes.Length));
    }

    private async Task StandsStill(string run)
    {
        for (var (rounds, looks) = (-1, 0); looks < 20; looks++)
        {
            var now = (await cluster.State(run)).Rounds;
            (rounds, looks) = (now, now == rounds ? looks : 0);
            await Task.Delay(50);
        }
    }

    private static int CountOf(string text, byte[] bytes)
    {
        var (count, needle) = (0, Encoding.UTF8.GetBytes(text));
        for (var at = 0; bytes.AsSpan(at).IndexOf(needle) is >= 0 and var next; at += next + needle.Length)
        {
            count++;
        }

        return count;
    }

    /// <summary>Seed, node and device in this process, with no broker.</summary>
    private async Task<string> ModelOfOneProcess(Plan plan)
    {
        var home = Path.Combine(cluster.Home, "alone");
        var students = ClusterOfDevices.Names.Select(IResidentSamples (name) => new ResidentFolder(cluster.FolderOf(name), home)).ToList();
        var system = ActorSystem.Create("alone");
        var seam = new LocalCluster(system, new Member("alone", 2));
        var populations = new PlannedPopulations(new DataFolder(home));
        var ended = new TaskCompletionSource<RunEvent>(TaskCreationOptions.RunContinuationsAsynchronously);
        var (opened, archive) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new FolderArchive(home, TimeProvider.System));
        var listener = system.ActorOf(Props.Create(() => new Listener(opened, ended)));
        system.EventStream.Subscribe(listener, typeof(RunEvent));
        system.EventStream.Subscribe(listener, typeof(DeskOpened));
        Node.Start(system, seam, "cpu", new NodeData(populations).Open);
        await ResidentDevice.Start(system, seam, "cpu", students, DeviceSecret.Create());
        var desk = seam.StartSingleton(
            Singletons.Coordinator, Props.Create(() => new RunDesk(seam, archive, new SeedOptions { EvaluationThreads = 1 }, populations)));
        await opened.Task.WaitAsync(ClusterOfDevices.Patience);
        await desk.Ask<TrainingAccepted>(new StartTraining { PlanJson = plan.ToCanonicalJson() }, ClusterOfDevices.Patience);
        var finished = (await ended.Task.WaitAsync(ClusterOfDevices.Patience)).ShouldBeOfType<RunFinished>();
        await system.Terminate();
        return finished.Model.ToString();
    }

    private sealed class Listener : ReceiveActor
    {
        public Listener(TaskCompletionSource opened, TaskCompletionSource<RunEvent> ended)
        {
            Receive<DeskOpened>(_ => opened.TrySetResult());
            Receive<RunFinished>(finished => ended.TrySetResult(finished));
            Receive<RunFailed>(failed => ended.TrySetResult(failed));
            Receive<RunEvent>(_ => { });
        }
    }
}
