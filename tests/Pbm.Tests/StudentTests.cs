using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Cohort.Device;
using Cohort.Device.Store;
using Cohort.Model.Data;
using Cohort.Model.Data.Avatars;
using Cohort.Model.Data.Texts;
using Cohort.Model.Faces;
using Cohort.Model.Files;
using Cohort.Model.Networks;
using Cohort.Model.Plans;
using Cohort.Model.Tests.Faces;
using Cohort.Model.Training;
using Cohort.Pbm.Tests.Processes;

namespace Cohort.Pbm.Tests;

/// <summary>A student's own device: pictures are recognised, corrected, seen, exported and erased where they are.</summary>
public sealed class StudentTests(StudentTests.TrainedRun run) : IClassFixture<StudentTests.TrainedRun>, IDisposable
{
    private readonly Workplace _place = run.NewPlace();

    [Fact]
    public void Pictures_in_a_folder_are_recognised_by_the_newest_model_and_bad_ones_named_once()
    {
        Faces("album", 3);
        _place.Write("album/bad.png", "no picture");
        var lines = Lines("student", "watch", "album", "--id", "ada", "--once", "--json");
        lines.Count.ShouldBe(4);
        lines.Count(line => line["problem"] is not null).ShouldBe(1);
        lines.Single(line => line["problem"] is not null)["problem"]!.ToString().ShouldBe("bad.png: it is no PNG or JPEG, or damaged.");
        var seen = lines.Where(line => line["problem"] is null).ToList();
        seen.Select(line => (string)line["source"]!).ShouldBe(["face-0.png", "face-1.png", "face-2.png"]);
        foreach (var line in seen)
        {
            ((string)line["model"]!).ShouldBe(run.Model);
            line["probabilities"]!.AsObject().Sum(each => (double)each.Value!).ShouldBe(1, 1e-6);
            ((double)line["confidence"]!).ShouldBe((double)line["probabilities"]![(string)line["detected"]!]!);
        }

        // And what a person reads: the same emotion, again, with a bar.
        _place.Does("student", "watch", "album", "--id", "ada", "--once").ShouldContain($"face-1.png: {seen[1]["detected"]}");
        Shown("ada")["samples"]!.AsArray().Count.ShouldBe(3);
    }

    [Fact]
    public void Of_a_picture_of_several_people_each_face_is_a_sample_and_nothing_else_is_kept()
    {
        var scene = ComposedScene.Draw(AvatarFaces.DataSet(5, 4, 16, 1, 1).Train, number: 2, count: 3, least: 120);
        _place.Write("party/.keep", "");
        File.WriteAllBytes(_place.PathOf("party/class.png"), scene.Picture.ToPng());
        File.WriteAllBytes(_place.PathOf("party/wall.png"), new Picture(new byte[300 * 200], 300, 200).ToPng());
        var boxes = Found(scene.Picture);
        boxes.Count.ShouldBeGreaterThan(1);

        var lines = Lines("student", "watch", "party", "--id", "ada", "--once", "--json");
        lines.Select(line => (string?)line["source"]).ShouldBe([.. boxes.Select((_, i) => $"class.png#{i + 1}"), null]);
        ((string)lines[^1]["problem"]!).ShouldBe("wall.png: no face is seen in it.");

        // What is kept is the face as it was found; the same picture again is no further sample.
        _place.Does("student", "export", "--id", "ada");
        using (var zip = ZipFile.OpenRead(_place.PathOf("ada.zip")))
        {
            var kept = zip.Entries.Where(entry => entry.FullName.StartsWith("pictures/", StringComparison.Ordinal)).Select(Opened).ToList();
            kept.Select(face => (face.Width, face.Height)).Order().ShouldBe(boxes.Select(box => (box.Width, box.Height)).Order());
            kept.ShouldAllBe(face => boxes.Any(box => IsCut(scene.Picture, box, face)));
        }

        _place.Does("student", "watch", "party", "--id", "ada", "--once");
        Shown("ada")["samples"]!.AsArray().Count.ShouldBe(boxes.Count);

        // Taken whole it is one sample, and the wall too.
        Lines("student", "watch", "party", "--id", "bob", "--once", "--faces", "whole", "--json").Select(line => (string?)line["source"])
            .ShouldBe(["class.png", "wall.png"]);
    }

    [Fact]
    public void A_correction_is_kept_shown_taken_back_exported_and_erased()
    {
        var samples = Watched("ada", 2);
        var hash = (string)samples[0]["hash"]!;
        _place.Does("student", "correct", hash[..10], "Sadness", "--id", "ada").ShouldContain("is sad");
        _place.Does("student", "correct", "last", "--id", "ada").ShouldContain("as detected");
        var shown = Shown("ada");
        shown["samples"]!.AsArray().Select(sample => (string?)sample!["answer"]).ShouldBe(["sad", (string)samples[1]["detected"]!]);
        ((int)shown["version"]!).ShouldBe(2);
        var table = _place.Does("student", "show", "--id", "ada");
        table.ShouldContain("2 pictures, 0 texts");
        table.ShouldContain(hash[..8]);
        table.Split('\n').ShouldAllBe(line => line.TrimEnd().Length <= 120);

        _place.Does("student", "correct", hash, "--undo", "--id", "ada").ShouldContain("has no answer any more");
        ((string?)Shown("ada")["samples"]![0]!["answer"]).ShouldBeNull();

        _place.Does("student", "export", "--id", "ada").ShouldContain("ada.zip: 2 samples");
        using (var zip = ZipFile.OpenRead(_place.PathOf("ada.zip")))
        {
            zip.Entries.Count(entry => entry.FullName.StartsWith("pictures/", StringComparison.Ordinal)).ShouldBe(2);
        }

        _place.Does("student", "erase", hash, "--id", "ada", "--yes").ShouldContain("is erased");
        Shown("ada")["samples"]!.AsArray().Count.ShouldBe(1);
        _place.Does("student", "erase", "--id", "ada", "--yes").ShouldContain("Everything of ada on this device is erased.");
        Directory.Exists(Path.Combine(_place.Home, "students", "ada")).ShouldBeFalse();
        _place.Refuses("student", "show", "--id", "ada").ShouldContain("There is no student ada on this device");
    }

    [Fact]
    public void Nothing_is_erased_that_nobody_confirmed()
    {
        var hash = (string)Watched("ada", 1)[0]["hash"]!;
        var outcome = PbmProcess.StartWithInput(_place, [], "student", "erase", "--id", "ada").WaitForExit();
        (outcome.ExitCode, outcome.Error.Contains("say --yes", StringComparison.Ordinal)).ShouldBe((2, true), outcome.ToString());
        PbmProcess.StartWithInput(_place, [], "student", "erase", hash, "--id", "ada").WaitForExit().ExitCode.ShouldBe(2);
        Shown("ada")["samples"]!.AsArray().Count.ShouldBe(1);
    }

    [Fact]
    public void The_own_model_is_compared_with_the_global_one_and_too_few_answers_are_said_to_be()
    {
        Answer("ada", Watched("ada", 4), "disgust");
        var outcome = _place.Pbm("student", "personal", "--id", "ada", "--json");
        if (outcome.ExitCode == 2)
        {
            outcome.Error.ShouldContain("needs at least 1 to train on and 1 to judge by"); // by their hashes all four may be on one side
        }
        else
        {
            ((bool)JsonNode.Parse(outcome.Output)!["tooFew"]!).ShouldBeTrue();
        }

        Answer("bob", Watched("bob", 60), "disgust");
        var report = _place.Json("student", "personal", "--id", "bob", "--with", "epochs=20,learningRate=0.05");
        ((int)report["trained"]! + (int)report["heldOut"]!).ShouldBe(60);
        ((int)report["personalCorrect"]!).ShouldBe((int)report["heldOut"]!); // everything is disgust to bob
        ((bool)report["used"]!).ShouldBeTrue();
        var said = _place.Does("student", "personal", "--id", "bob", "--with", "epochs=20,learningRate=0.05");
        said.ShouldContain($"{report["globalCorrect"]} of {report["heldOut"]}");
        said.ShouldContain("by McNemar's exact test");
        _place.Does("student", "watch", "album", "--id", "bob", "--once").ShouldContain($"bob's own model {((string)report["model"]!)[..12]}");

        // Where nothing is learned, nothing is better.
        var none = _place.Json("student", "personal", "--id", "bob", "--with", "learningRate=1e-12");
        (((int)none["onlyGlobal"]!, (int)none["onlyPersonal"]!), (bool)none["used"]!).ShouldBe(((0, 0), false));
        ((double)none["pValue"]!).ShouldBe(1);
    }

    [Fact]
    public void A_conversation_from_a_pipe_judges_corrects_and_keeps_texts()
    {
        TextModel("words.safetensors");
        byte[] typed = [.. "what a lovely day\nhappy\nwell\n\n"u8, .. new byte[1 << 20].Select(_ => (byte)'x'), .. "\nsm"u8, 0xFC, .. "h\n/undo\n/dance\n/show\n/music lift\nlast words\n/quit\nnever read\n"u8];
        var outcome = PbmProcess.StartWithInput(_place, typed, "student", "chat", "--id", "ada", "--model", "words.safetensors").WaitForExit();
        outcome.ExitCode.ShouldBe(0, outcome.ToString());
        foreach (var said in new[]
        {
            "1 angry  2 disgust", "Noted: happy", "has 1048576 bytes, more than the 4096", "is no UTF-8 (its byte 3 is wrong)", "Taken back: there is no answer now.",
            "There is no /dance;", "what a lovely day", "Because the mood is", "1. A small",
        })
        {
            outcome.Output.ShouldContain(said);
        }

        var samples = Shown("ada")["samples"]!.AsArray();
        samples.Select(sample => ((string)sample!["text"]!, (string?)sample["answer"])).ShouldBe([("what a lovely day", "happy"), ("well", null), ("last words", null)]);

        // The model is in use from then on, and programs read an object a line.
        var again = PbmProcess.StartWithInput(_place, "well\nsad\n"u8.ToArray(), "student", "chat", "--id", "ada", "--json").WaitForExit();
        var lines = again.Output.TrimEnd().Split('\n').Select(line => JsonNode.Parse(line)!).ToList();
        lines.Select(line => (string?)line["answer"]).ShouldBe([null, "sad"]);
        ((string)lines[0]["text"]!).ShouldBe("well");
    }

    [Fact]
    public void A_model_of_the_wrong_kind_is_refused()
    {
        TextModel("words.safetensors");
        Faces("album", 1);
        _place.Refuses("student", "watch", "album", "--id", "ada", "--once", "--model", "words.safetensors").ShouldContain("takes texts, and this needs one that takes pictures");
        PbmProcess.StartWithInput(_place, [], "student", "chat", "--id", "ada", "--model", run.Model[..12]).WaitForExit().Error
            .ShouldContain("takes pictures, and this needs one that takes texts");
    }

    [Fact]
    public void Music_is_suggested_for_the_mood_of_the_newest_samples_and_not_twice_in_a_row()
    {
        Answer("ada", Watched("ada", 3), "sad");
        var first = _place.Json("student", "music", "--id", "ada");
        ((string)first["emotion"]!).ShouldBe("sad");
        var tunes = first["tunes"]!.AsArray().Select(tune => (string)tune!["location"]!).ToList();
        tunes.Count.ShouldBe(3);
        tunes.ShouldAllBe(path => File.Exists(path) && new FileInfo(path).Length > 100_000);
        var second = _place.Json("student", "music", "--id", "ada", "--policy", "lift");
        second["tunes"]!.AsArray().Select(tune => (string)tune!["location"]!).Intersect(tunes, StringComparer.Ordinal).ShouldBeEmpty();
        ((string)second["because"]!).ShouldContain("leads step by step to happy");

        _place.Write("library.json", """[{ "title": "Gone", "path": "gone.mp3", "tags": ["sad"] }, { "title": "Here", "url": "https://music.example/1", "tags": ["calm"] }]""");
        var said = _place.Does("student", "music", "--id", "ada", "--library", "library.json");
        said.ShouldContain("1. Here");
        said.ShouldContain("Left out: Gone: there is no file gone.mp3.");
    }

    [Fact]
    public void Music_is_played_by_a_player_of_the_machine_or_its_absence_is_said()
    {
        Watched("ada", 1);
        var player = _place.PathOf("bin/aplay");
        _place.Write("bin/aplay", $"#!/bin/sh\necho \"$3\" >> {_place.PathOf("played")}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(player, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        var path = new Dictionary<string, string>(StringComparer.Ordinal) { ["PATH"] = $"{_place.PathOf("bin")}:/bin" };
        PbmProcess.Start(_place, path, "student", "music", "--id", "ada", "--emotion", "happy", "--count", "2", "--play").WaitForExit().ExitCode.ShouldBe(0);
        File.ReadAllLines(_place.PathOf("played")).Length.ShouldBe(2);

        path["PATH"] = _place.PathOf("empty");
        var outcome = PbmProcess.Start(_place, path, "student", "music", "--id", "ada", "--emotion", "happy", "--play").WaitForExit();
        (outcome.ExitCode, outcome.Error.Contains("There is no player on this machine", StringComparison.Ordinal)).ShouldBe((1, true), outcome.ToString());
    }

    [Fact]
    public void A_student_whom_another_process_works_with_is_refused_by_its_id_and_can_be_read()
    {
        Watched("ada", 1);
        using var held = StudentStore.Open(new(_place.Home, StudentName.Parse("ada")), TimeProvider.System);
        var pid = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        _place.Refuses("student", "watch", "album", "--id", "ada", "--once").ShouldContain($"another process (pid {pid}) works with student ada");
        _place.Refuses("student", "erase", "--id", "ada", "--yes").ShouldContain($"pid {pid}");
        Shown("ada")["samples"]!.AsArray().Count.ShouldBe(1);
        _place.Does("student", "music", "--id", "ada", "--emotion", "sad");
        _place.Does("student", "export", "--id", "ada");
    }

    [Theory]
    [InlineData("student show --id ../ada", "cannot name a student")]
    [InlineData("student show --id eve", "There is no student eve on this device")]
    [InlineData("student show", "Name one student")]
    [InlineData("student show 7 --id eve", "Name one student")]
    [InlineData("student export --id eve", "There is no student eve")]
    [InlineData("student erase --id eve --yes", "There is no student eve")]
    [InlineData("student correct 3f sad --id eve", "There is no student eve")]
    [InlineData("student music --id eve", "There is no student eve")]
    [InlineData("student personal --id eve", "There is no student eve")]
    [InlineData("student watch absent --id eve", "There is no folder 'absent' to watch")]
    [InlineData("student chat --id eve", "eve has no model for texts on this device yet")]
    [InlineData("student update --id eve --model absent.safetensors", "absent.safetensors")]
    [InlineData("student update --id eve", "No cluster is named")]
    public void What_cannot_be_done_is_said_and_nobody_is_harmed(string line, string expected)
    {
        var folder = new StudentFolder(_place.Home, StudentName.Parse("ada"));
        using (var store = StudentStore.Open(folder, TimeProvider.System))
        {
            store.Add(new(SampleKind.Text, [1], "chat", new(ModelHash.Of([2]), [KeyValuePair.Create("sad", 1.0)])));
        }

        var before = File.ReadAllBytes(folder.Database);
        _place.Refuses(line.Split(' ')).ShouldContain(expected);
        File.ReadAllBytes(folder.Database).ShouldBe(before);
    }

    [Fact]
    public void A_store_of_a_newer_version_is_refused_and_left_as_it_is()
    {
        Watched("ada", 1);
        var path = Path.Combine(_place.Home, "students", "ada", "device.db");
        using (var file = File.OpenWrite(path))
        {
            file.Position = 63; // the last byte of user_version
            file.WriteByte(99);
        }

        var before = File.ReadAllBytes(path);
        _place.Refuses("student", "watch", "album", "--id", "ada", "--once").ShouldContain("is of version 99, made by a newer Cohort");
        _place.Refuses("student", "show", "--id", "ada").ShouldContain("is of version 99");
        File.ReadAllBytes(path).ShouldBe(before);
    }

    public void Dispose() => _place.Dispose();

    private JsonObject Shown(string student) => _place.Json("student", "show", "--id", student);

    private void Answer(string student, IEnumerable<JsonNode> samples, string emotion)
    {
        // In this process, which is a hundred times faster than a process for each.
        using var store = StudentStore.Open(new(_place.Home, StudentName.Parse(student)), TimeProvider.System);
        foreach (var sample in samples)
        {
            store.Answer(SampleHash.Parse((string)sample["hash"]!), emotion);
        }
    }

    private List<JsonNode> Watched(string student, int faces)
    {
        Faces("album", faces);
        return Lines("student", "watch", "album", "--id", student, "--once", "--json");
    }

    private List<JsonNode> Lines(params string[] arguments)
        => [.. _place.Does(arguments).TrimEnd().Split('\n').Select(line => JsonNode.Parse(line)!)];

    private static IReadOnlyList<FaceBox> Found(Picture picture)
    {
        using var detector = FaceDetector.Open();
        return detector.Find(picture);
    }

    private static Picture Opened(ZipArchiveEntry entry)
    {
        using var file = entry.Open();
        using var bytes = new MemoryStream();
        file.CopyTo(bytes);
        return Vision.Open(bytes.ToArray());
    }

    private static bool IsCut(Picture whole, FaceBox box, Picture face)
        => (face.Width, face.Height) == (box.Width, box.Height) && Enumerable.Range(0, box.Height).All(y =>
            whole.Pixels.AsSpan(((box.Y + y) * whole.Width) + box.X, box.Width).SequenceEqual(face.Pixels.AsSpan(y * box.Width, box.Width)));

    private void TextModel(string name)
    {
        var encoding = new TextEncoding { Buckets = 512, MostTokens = 64 };
        var spec = new NetworkSpec(NetworkNames.TextBag, encoding.InputOf(TextShape.Default)!, 7);
        var (parameters, layout) = InitialModel.Create(spec, 1);
        var model = new ModelFile { Network = spec.Name, Classes = EmotionClasses.Fer2013, Tensors = layout, Parameters = parameters, Text = encoding };
        File.WriteAllBytes(_place.PathOf(name), [.. model.Header(), .. MemoryMarshal.AsBytes<float>(parameters)]);
    }

    private void Faces(string folder, int count)
    {
        Directory.CreateDirectory(_place.PathOf(folder));
        var faces = AvatarFaces.DataSet(5, 4, 16, 1, 1).Train;
        var pixels = new byte[faces.Shape.Length];
        for (var i = 0; i < count; i++)
        {
            faces.CopySample(i, pixels);
            File.WriteAllBytes(_place.PathOf($"{folder}/face-{i}.png"), Vision.EncodePng(pixels, 48, 48));
        }
    }

    public sealed class TrainedRun : IDisposable
    {
        private readonly Workplace _trained = new();

        public TrainedRun()
        {
            _trained.Write("faces.csv", FerFile.Text(trainPerClass: 10));
            Model = _trained.Train(_trained.Write("own.json", PersonaliseTests.TrainedRun.Plan()), "--data", "faces.csv");
        }

        public string Model { get; }

        /// <summary>A place whose home has the run.</summary>
        public Workplace NewPlace()
        {
            var place = new Workplace();
            foreach (var file in Directory.GetFiles(_trained.Home, "*", SearchOption.AllDirectories))
            {
                var to = Path.Combine(place.Home, Path.GetRelativePath(_trained.Home, file));
                Directory.CreateDirectory(Path.GetDirectoryName(to)!);
                File.Copy(file, to);
            }

            return place;
        }

        public void Dispose() => _trained.Dispose();
    }
}
