using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Cohort.Brokers;
using Cohort.Device;
using Cohort.Device.Store;
using Cohort.Model.Data;
using Cohort.Model.Data.Avatars;
using Cohort.Model.Data.Texts;
using Cohort.Model.Files;
using Cohort.Model.Training;
using Cohort.Nodes.Host;
using Cohort.Pbm.Tests.Processes;
using Cohort.Seed.Host;

namespace Cohort.Pbm.Tests.Remote;

/// <summary>pbm student join: a student's device, as a process, in a cluster on a real broker.</summary>
public sealed class StudentJoinTests : IDisposable
{
    private const string Token = "operator-token-for-tests";
    private const string EnrolmentToken = "enrolment-token-for-tests";

    private const string Plan =
        """
        {
          "name": "class", "network": "logistic",
          "data": { "set": "avatars", "avatars": { "samplesPerStudent": 5, "testStudents": 1 } },
          "students": { "count": 2, "partition": "resident" },
          "groups": { "count": 1 },
          "rounds": { "count": 3, "deadlineSeconds": 60 }
        }
        """;

    private const string TextPlan =
        """
        {
          "name": "diaries", "network": "text-bag",
          "data": { "set": "text", "path": "diaries", "text": { "buckets": 1000, "mostTokens": 64 } },
          "students": { "count": 1, "partition": "resident" },
          "groups": { "count": 1 },
          "training": { "learningRate": 1 },
          "rounds": { "count": 3, "deadlineSeconds": 60 }
        }
        """;

    private readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public async Task Students_train_on_their_own_corrections_and_on_their_own_folder_and_a_cluster_tells_of_them()
    {
        await using var broker = await PrivateBroker.StartAsync();
        await using var seed = await StartSeed(broker, broker.Uri.Port);
        await using var node = await StartNode(broker);
        var url = seed.Address.GetLeftPart(UriPartial.Authority);
        var corrected = Answer("anna", SampleKind.Picture, Faces(person: 50, 12));
        Paint("bens-pictures", 6);
        string[] joining = ["--cluster", url, "--enrolment-token-file", "enrolment"];
        var anna = PbmProcess.Start(_place, ["student", "join", "--id", "anna", .. joining]);
        var ben = PbmProcess.Start(_place, ["student", "join", "--id", "ben", "--pictures", "bens-pictures", "--json", .. joining]);
        anna.WaitFor($"Student anna is in the cluster of {url}");
        ben.WaitFor("\"ben\"");

        string[] asking = ["--cluster", url, "--token-file", "token"];
        var plan = _place.Write("class.json", Plan);
        var ended = _place.Json(["round", "start", plan, "--wait", .. asking]);

        ((string)ended["status"]!).ShouldBe("finished");
        ((int)ended["participants"]!).ShouldBe(6);
        var students = _place.Json(["student", "list", .. asking])["students"]!.AsArray();
        students.Select(student => (string)student!["name"]!).ShouldBe(["anna", "ben"]);
        students.Select(student => (long)student!["samples"]!).ShouldBe([corrected, 6]);
        _place.Does(["student", "show", "0", .. asking]).ShouldContain("anna");
        _place.Does(["student", "list", .. asking]).ShouldContain("version");
        _place.Does(["cluster", "show", .. asking]).ShouldContain("2 devices with 2 resident students.");

        var second = PbmProcess.Start(_place, ["student", "join", "--id", "anna", .. joining]).WaitForExit();
        (second.ExitCode, second.Error.Trim()).ShouldBe((
            ExitCodes.Cluster,
            "Student 'anna' is on another device of this cluster, and can be on one only; stop that device first, or give this student another name."));
        anna.Interrupt();
        anna.WaitForExit().ExitCode.ShouldBe(ExitCodes.Stopped);
        ben.Interrupt();
        ben.WaitForExit().ExitCode.ShouldBe(ExitCodes.Stopped);
    }

    [Fact]
    public async Task Nothing_of_a_students_texts_leaves_its_device_when_a_round_trains_on_them()
    {
        await using var broker = await PrivateBroker.StartAsync();
        await using var toBroker = new RecordingProxy(broker.Uri.Port);
        await using var seed = await StartSeed(broker, toBroker.Port);
        await using var toSeed = new RecordingProxy(seed.Address.Port);
        await using var node = await StartNode(broker);
        _place.Write("seed/data/diaries/train.csv", "text,emotion\nwhat a day,happy\nwhat a week,sad\n");
        _place.Write("seed/data/diaries/test.csv", "text,emotion\nwhat a sad day,sad\n");
        var plan = Cohort.Model.Plans.Plan.Parse(TextPlan, "diaries");
        var (traces, texts) = (new Traces(), Diary(40));
        foreach (var (number, (text, _)) in texts.Index())
        {
            Add(traces, text, $"text {number}", plan.Data.Text);
        }

        var trained = Answer("anna", SampleKind.Text, texts.Select(each => (Encoding.UTF8.GetBytes(each.Text), each.Emotion)));
        trained.ShouldBeInRange(20, texts.Count - 1);
        var anna = PbmProcess.Start(
            _place, "student", "join", "--id", "anna", "--cluster", AddressOf(toSeed.Port, "http"), "--enrolment-token-file", "enrolment");
        anna.WaitFor("Student anna is in the cluster of");

        string[] asking = ["--cluster", seed.Address.GetLeftPart(UriPartial.Authority), "--token-file", "token"];
        var ended = _place.Json(["round", "start", _place.Write("diaries.json", TextPlan), "--wait", .. asking]);
        ((string)ended["status"]!).ShouldBe("finished");
        ((int)ended["participants"]!).ShouldBe(3);
        ((long)_place.Json(["student", "list", .. asking])["students"]![0]!["samples"]!).ShouldBe(trained);
        anna.Interrupt();
        anna.WaitForExit().ExitCode.ShouldBe(ExitCodes.Stopped);

        // The updates went through the proxies, and nothing else of the student did.
        IReadOnlyList<byte[]> Sent() => [.. toBroker.Recorded, .. toSeed.Recorded];
        Sent().Count(bytes => bytes.AsSpan().IndexOf("cohort.PartialSum"u8) >= 0).ShouldBeGreaterThan(0);
        Sent().Max(bytes => bytes.Length).ShouldBeGreaterThan(3 * sizeof(float) * 1000 * 16, "three models, or updates, of a thousand rows of 16");
        traces.Count.ShouldBeGreaterThan(5_000);
        Sent().Select(bytes => traces.FindIn(bytes)).ShouldAllBe(trace => trace == null);
        anna.Said.ShouldNotContain("grandmother");

        // And they would have been seen: half a sentence that is sent the same way is.
        using var socket = new TcpClient();
        await socket.ConnectAsync("127.0.0.1", toBroker.Port);
        await socket.GetStream().WriteAsync(Encoding.UTF8.GetBytes(texts[7].Text)[10..40]);
        SpinWait.SpinUntil(() => Sent().Any(bytes => traces.FindIn(bytes)?.StartsWith("text 7", StringComparison.Ordinal) == true), PbmProcess.Patience)
            .ShouldBeTrue();
    }

    [Theory]
    [InlineData("../anna", "cannot name a student")]
    [InlineData("anna", "Enrolment:TokenFile")]
    [InlineData("anna --pictures nowhere", "There is no folder 'nowhere'")]
    public void What_cannot_be_a_device_is_refused_before_anything_is_asked(string options, string expected)
    {
        var refused = _place.Pbm(["student", "join", "--cluster", "http://127.0.0.1:1", "--id", .. options.Split(' ')]);

        refused.ExitCode.ShouldBe(ExitCodes.BadInput, refused.ToString());
        refused.Error.ShouldContain(expected);
    }

    private Task<SeedHost> StartSeed(PrivateBroker broker, int brokerOfDevices)
    {
        _place.Write("token", Token + "\n");
        _place.Write("enrolment", EnrolmentToken + "\n");
        _place.Write("password", PrivateBroker.Password + "\n");
        return SeedHost.Start(SeedHostOptions.Settings.Read(
        [
            .. Member("seed-1", broker), "--home", _place.PathOf("seed"), "--tokens-operator-file", _place.PathOf("token"),
            "--enrolment-token-file", _place.PathOf("enrolment"), "--enrolment-user", PrivateBroker.User,
            "--enrolment-password-file", _place.PathOf("password"), "--enrolment-broker-uri", AddressOf(brokerOfDevices, "amqp"),
        ]), TextWriter.Null);
    }

    private Task<NodeHost> StartNode(PrivateBroker broker)
        => NodeHost.Start(NodeHostOptions.Settings.Read([.. Member("node-1", broker), "--data-folder", _place.PathOf("node")]), TextWriter.Null);

    private string[] Member(string name, PrivateBroker broker) =>
    [
        "--member", name, "--listen", "http://127.0.0.1:0", "--slots", "1", "--broker-uri", AddressOf(broker.Uri.Port, "amqp"),
        "--broker-virtual-host", PrivateBroker.VirtualHost, "--broker-user", PrivateBroker.User, "--broker-password-file", _place.PathOf("password"),
    ];

    private static string AddressOf(int port, string scheme) => string.Create(CultureInfo.InvariantCulture, $"{scheme}://127.0.0.1:{port}");

    /// <summary>A student confirms or corrects what a model said of some samples.</summary>
    /// <returns>How many of them are trained on: some are kept to judge by.</returns>
    private int Answer(string name, SampleKind kind, IEnumerable<(byte[] Content, string Emotion)> samples)
    {
        using var store = StudentStore.Open(new StudentFolder(_place.Home, StudentName.Parse(name)), TimeProvider.System);
        foreach (var (content, emotion) in samples)
        {
            var judgement = new Judgement(
                ModelHash.Of([1]), [.. EmotionClasses.Fer2013.Select(each => KeyValuePair.Create(each, 1.0 / EmotionClasses.Fer2013.Count))]);
            store.Answer(store.Add(new(kind, content, "device", judgement)).Hash, emotion);
        }

        return store.Snapshot().Usable(kind, heldOut: false, EmotionClasses.Fer2013).Count;
    }

    /// <summary>A text, as it is and as the tokeniser folds it, its hash, and the tokens that the network sees, as it holds them and as whole numbers.</summary>
    private static void Add(Traces traces, string text, string what, TextEncoding encoding)
    {
        var tokens = new float[encoding.MostTokens];
        encoding.Apply(TextArray.Row(text), tokens);
        traces.AddEncoded(Encoding.UTF8.GetBytes(text), what);
        traces.AddEncoded(Encoding.UTF8.GetBytes(text.ToLowerInvariant()), what + " in lower case");
        traces.AddText(text, what);
        traces.AddEncoded(SHA256.HashData(Encoding.UTF8.GetBytes(text)), $"the hash of {what}");
        traces.AddNumbers<float>(tokens, $"the tokens of {what}");
        traces.AddNumbers<int>([.. tokens.Select(token => (int)token)], $"the tokens of {what}");
        traces.Add(MemoryMarshal.AsBytes<long>([.. tokens.TakeWhile(token => token > 0).Select(token => (long)token)]), $"the tokens of {what}");
    }

    private static List<(string Text, string Emotion)> Diary(int count)
    {
        string[] who = ["My grandmother", "The neighbour's dog", "Our physics teacher", "That boy from the bakery", "Someone on the bus"];
        string[] what = ["laughed at everything I said", "never came back from hospital", "shouted through the whole house", "gave me the window seat"];
        return
        [
            .. Enumerable.Range(0, count).Select(i => (
                string.Create(CultureInfo.InvariantCulture, $"{who[i % who.Length]} {what[i % what.Length]}, on day {i * 37} of this summer"),
                EmotionClasses.Fer2013[i % EmotionClasses.Fer2013.Count])),
        ];
    }

    private void Paint(string folder, int count)
    {
        foreach (var (number, (picture, emotion)) in Faces(person: 51, count).Index())
        {
            var place = Directory.CreateDirectory(_place.PathOf(Path.Combine(folder, emotion))).FullName;
            File.WriteAllBytes(Path.Combine(place, number.ToString(CultureInfo.InvariantCulture) + ".png"), picture);
        }
    }

    private static IEnumerable<(byte[] Picture, string Emotion)> Faces(int person, int count)
    {
        var faces = new AvatarFaces(seed: 2, persons: 1, count, person);
        var pixels = new byte[faces.Shape.Length];
        for (var i = 0; i < count; i++)
        {
            faces.CopySample(i, pixels);
            yield return (Vision.EncodePng(pixels, 48, 48), faces.Classes[faces.LabelOf(i)]);
        }
    }
}
