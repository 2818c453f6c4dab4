using System.Globalization;
using Cohort.Brokers;
using Cohort.Device;
using Cohort.Device.Store;
using Cohort.Model.Data;
using Cohort.Model.Data.Avatars;
using Cohort.Model.Files;
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

    private readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public async Task Students_train_on_their_own_corrections_and_on_their_own_folder_and_a_cluster_tells_of_them()
    {
        _place.Write("token", Token + "\n");
        _place.Write("enrolment", EnrolmentToken + "\n");
        _place.Write("password", PrivateBroker.Password + "\n");
        await using var broker = await PrivateBroker.StartAsync();
        await using var seed = await SeedHost.Start(SeedHostOptions.Settings.Read(
        [
            .. Member("seed-1", broker), "--home", _place.PathOf("seed"), "--tokens-operator-file", _place.PathOf("token"),
            "--enrolment-token-file", _place.PathOf("enrolment"), "--enrolment-user", PrivateBroker.User,
            "--enrolment-password-file", _place.PathOf("password"),
        ]), TextWriter.Null);
        await using var node = await NodeHost.Start(
            NodeHostOptions.Settings.Read([.. Member("node-1", broker), "--data-folder", _place.PathOf("node")]), TextWriter.Null);
        var url = seed.Address.GetLeftPart(UriPartial.Authority);
        var corrected = Correct("anna", 12);
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

    private string[] Member(string name, PrivateBroker broker) =>
    [
        "--member", name, "--listen", "http://127.0.0.1:0", "--slots", "1",
        "--broker-uri", $"amqp://127.0.0.1:{broker.Uri.Port.ToString(CultureInfo.InvariantCulture)}",
        "--broker-virtual-host", PrivateBroker.VirtualHost, "--broker-user", PrivateBroker.User, "--broker-password-file", _place.PathOf("password"),
    ];

    /// <summary>A student confirms or corrects what a model saw in some pictures.</summary>
    /// <returns>How many of them are trained on: some are kept to judge by.</returns>
    private int Correct(string name, int count)
    {
        using var store = StudentStore.Open(new StudentFolder(_place.Home, StudentName.Parse(name)), TimeProvider.System);
        foreach (var (picture, emotion) in Faces(person: 50, count))
        {
            var judgement = new Judgement(
                ModelHash.Of([1]), [.. EmotionClasses.Fer2013.Select(each => KeyValuePair.Create(each, 1.0 / EmotionClasses.Fer2013.Count))]);
            store.Answer(store.Add(new(SampleKind.Picture, picture, "camera", judgement)).Hash, emotion);
        }

        return store.Snapshot().Usable(SampleKind.Picture, heldOut: false, EmotionClasses.Fer2013).Count;
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
