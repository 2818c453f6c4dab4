using System.Globalization;
using Cohort.Device.Store;
using Microsoft.Data.Sqlite;

namespace Cohort.Device.Tests.Store;

public sealed class StudentStoreTests : IDisposable
{
    private readonly DeviceHome _home = new();

    [Fact]
    public void What_was_added_and_answered_is_there_after_the_store_is_opened_again()
    {
        var first = _home.Open();
        var added = first.Add(DeviceHome.Picture(1, detected: "fear"));
        _home.Clock.Now += TimeSpan.FromMinutes(3);
        first.Answer(added.Hash, "Happiness");
        first.Dispose();

        var again = _home.Open();
        var sample = again.List().ShouldHaveSingleItem();
        sample.Hash.ShouldBe(SampleHash.Of(DeviceHome.Face(1)));
        again.Content(sample.Hash).ShouldBe(DeviceHome.Face(1));
        sample.Kind.ShouldBe(SampleKind.Picture);
        sample.Source.ShouldBe("face-1.png");
        sample.Judgement.Emotion.ShouldBe("fear");
        sample.Judgement.Confidence.ShouldBe(0.64);
        sample.Judgement.Model.ShouldBe(DeviceHome.SomeModel);
        sample.Judgement.Probabilities.ShouldBe(DeviceHome.Judged("fear").Probabilities);
        sample.Answer.ShouldBe("happy");
        sample.IsCorrected.ShouldBeTrue();
        sample.Added.ShouldBe(_home.Clock.Now - TimeSpan.FromMinutes(3));
        sample.Answered.ShouldBe(_home.Clock.Now);
    }

    [Fact]
    public void The_same_content_is_kept_once_with_its_answer_and_its_newest_judgement()
    {
        var store = _home.Open();
        var first = store.Add(DeviceHome.Text("well", detected: "sad"));
        store.Answer(first.Hash, "neutral");
        store.Add(DeviceHome.Text("well", detected: "neutral"));
        var sample = store.List().ShouldHaveSingleItem();
        (sample.Judgement.Emotion, sample.Answer, sample.IsCorrected).ShouldBe(("neutral", "neutral", false));
    }

    [Fact]
    public void An_answer_may_be_changed_and_taken_back()
    {
        var store = _home.Open();
        var hash = store.Add(DeviceHome.Text("hm")).Hash;
        store.Answer(hash, "sad").Answer.ShouldBe("sad");
        store.Answer(hash, "angry").Answer.ShouldBe("angry");
        store.Withdraw(hash).Answer.ShouldBeNull();
        store.CountFeedback().Count.ShouldBe(0);
        Should.Throw<DeviceException>(() => store.Withdraw(hash)).Message.ShouldContain("has no answer");
    }

    [Fact]
    public void An_answer_is_one_of_the_model_s_classes_under_any_usual_name()
    {
        var store = _home.Open();
        var hash = store.Add(DeviceHome.Text("hm")).Hash;
        store.Answer(hash, " Joy ").Answer.ShouldBe("happy");
        Should.Throw<DeviceException>(() => store.Answer(hash, "hapy")).Message
            .ShouldBe("\"hapy\" is no emotion that the model knows; it knows angry, disgust, fear, happy, sad, surprise, neutral.");
        store.List()[0].Answer.ShouldBe("happy");
        Should.Throw<DeviceException>(() => store.Answer(SampleHash.Of("none"u8), "sad")).Message.ShouldContain("There is no sample");
    }

    [Fact]
    public void Empty_and_oversized_samples_are_refused_and_nothing_is_kept()
    {
        var store = _home.Open();
        foreach (var length in new[] { 0, StudentStore.LargestText + 1 })
        {
            var text = new NewSample(SampleKind.Text, new byte[length], "chat", DeviceHome.Judged("sad"));
            Should.Throw<DeviceException>(() => store.Add(text)).Message.ShouldContain($"a text of {length} bytes is not kept");
        }

        store.List().ShouldBeEmpty();
        store.Add(new(SampleKind.Text, new byte[StudentStore.LargestText], "chat", DeviceHome.Judged("sad"))).Length.ShouldBe(StudentStore.LargestText);
    }

    [Fact]
    public void Samples_are_found_by_the_beginning_of_their_hash()
    {
        var store = _home.Open();
        var hashes = Enumerable.Range(0, 40).Select(i => store.Add(DeviceHome.Text($"text {i}")).Hash).ToList();
        store.Find(hashes[7].ToString()).Hash.ShouldBe(hashes[7]);
        store.Find(hashes[7].Short.ToUpperInvariant()).Hash.ShouldBe(hashes[7]);
        var shared = hashes.GroupBy(hash => hash.ToString()[0]).First(group => group.Count() > 1).Key.ToString();
        Should.Throw<DeviceException>(() => store.Find(shared)).Message.ShouldContain("give more digits");
        foreach (var wrong in new[] { "", "%", "xyz", new string('a', 65), "' OR 1=1 --" })
        {
            Should.Throw<DeviceException>(() => store.Find(wrong)).Message.ShouldContain("No sample of ada");
        }
    }

    [Fact]
    public void Feedback_is_counted_by_kind_and_since_a_version()
    {
        var store = _home.Open();
        store.Answer(store.Add(DeviceHome.Picture(1, "sad")).Hash, "sad");
        store.Answer(store.Add(DeviceHome.Text("one", "sad")).Hash, "happy");
        store.Add(DeviceHome.Text("unanswered"));
        var version = store.CountFeedback().Version;
        store.Answer(store.Add(DeviceHome.Text("two", "sad")).Hash, "fear");
        var feedback = store.CountFeedback(version);
        (feedback.Count, feedback.Pictures, feedback.Texts, feedback.Corrected, feedback.Since, feedback.Version).ShouldBe((3, 1, 2, 2, 1, 3));
    }

    [Fact]
    public void A_second_process_is_refused_and_told_the_first_one_s_id()
    {
        _home.Open();
        Should.Throw<DeviceException>(() => StudentStore.Open(_home.Folder(), _home.Clock)).Message
            .ShouldContain($"another process (pid {Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}) works with student ada");

        _home.Open("bob"); // another student is no matter
    }

    [Fact]
    public void Readers_read_along_while_another_writes_and_cannot_write()
    {
        var writer = _home.Open();
        var hash = writer.Add(DeviceHome.Text("one")).Hash;
        using var reader = StudentStore.OpenToRead(_home.Folder());
        writer.Answer(hash, "sad");
        reader.List().ShouldHaveSingleItem().Answer.ShouldBe("sad");
        reader.Snapshot().Samples.ShouldHaveSingleItem();
        Should.Throw<DeviceException>(() => reader.Answer(hash, "happy")).Message.ShouldContain("may not be written");
    }

    [Fact]
    public void A_store_that_nobody_closed_is_whole_when_it_is_opened_again()
    {
        // A copy of the files under a writer is what a process that dies leaves.
        var store = _home.Open();
        store.Answer(store.Add(DeviceHome.Text("kept")).Hash, "sad");
        CopyFolder(_home.Folder().Path, _home.Folder("copy").Path);
        using var again = StudentStore.Open(_home.Folder("copy"), _home.Clock);
        again.List().ShouldHaveSingleItem().Answer.ShouldBe("sad");
    }

    [Fact]
    public void A_newer_store_is_refused_and_no_byte_of_it_changes()
    {
        _home.Open().Dispose();
        var path = _home.Folder().Database;
        Change(path, "PRAGMA journal_mode = DELETE; PRAGMA user_version = 99");
        var before = Contents(_home.Folder().Path);
        foreach (Action open in new Action[] { () => StudentStore.Open(_home.Folder(), _home.Clock), () => StudentStore.OpenToRead(_home.Folder()) })
        {
            var said = Should.Throw<DeviceException>(open).Message;
            said.ShouldContain("is of version 99, made by a newer Cohort; this one reads up to version 1");
            said.ShouldContain(path);
        }

        Contents(_home.Folder().Path).ShouldBe(before);
    }

    [Fact]
    public void Other_files_and_damaged_ones_are_named_and_left_alone()
    {
        _home.Folder().Create();
        var path = _home.Folder().Database;
        File.WriteAllText(path, "no database, but long enough to look like one: " + new string('x', 4096));
        Should.Throw<DeviceException>(() => _home.Open()).Message.ShouldContain("not an SQLite file");
        File.ReadAllText(path).ShouldStartWith("no database");

        File.Delete(path);
        Change(path, "CREATE TABLE diary (day TEXT)");
        Should.Throw<DeviceException>(() => _home.Open()).Message.ShouldContain("no student's store");

        Change(path, "PRAGMA user_version = 1");
        Should.Throw<DeviceException>(() => _home.Open()).Message.ShouldContain("no student's store");
    }

    [Fact]
    public void A_damaged_table_is_found_when_the_store_is_opened()
    {
        var store = _home.Open();
        for (var i = 0; i < 200; i++)
        {
            store.Add(DeviceHome.Text($"text {i}"));
        }

        store.Dispose();
        var bytes = File.ReadAllBytes(_home.Folder().Database);
        var root = RootPage("samples");
        bytes.AsSpan((root * 4096) + 8, 2000).Fill(0xAB); // beyond the page's head
        File.WriteAllBytes(_home.Folder().Database, bytes);
        Should.Throw<DeviceException>(() => _home.Open()).Message.ShouldContain("is damaged");
    }

    [Fact]
    public void A_sample_whose_bytes_were_changed_is_named_instead_of_used()
    {
        var hash = _home.Open().Add(DeviceHome.Text("one")).Hash;
        var store = StudentStore.OpenToRead(_home.Folder());
        Change(_home.Folder().Database, "UPDATE contents SET bytes = x'00'");
        Should.Throw<DeviceException>(() => store.Content(hash)).Message.ShouldContain($"the sample {hash.Short} is damaged");
        store.Dispose();
    }

    [Fact]
    public void A_full_disk_is_said_and_what_was_stored_before_stays()
    {
        var store = _home.Open();
        var kept = store.Add(DeviceHome.Text("kept")).Hash;
        var pages = store.Database.Number("PRAGMA page_count");
        store.Database.Value($"PRAGMA max_page_count = {pages}");
        var large = new NewSample(SampleKind.Picture, new byte[1 << 20], "large.png", DeviceHome.Judged("sad"));
        Should.Throw<DeviceException>(() => store.Add(large)).Message.ShouldContain("no space is left on the disk");
        store.List().ShouldHaveSingleItem().Hash.ShouldBe(kept);

        store.Database.Value("PRAGMA max_page_count = 1000000");
        store.Add(large);
        store.List().Count.ShouldBe(2);
    }

    [Fact]
    public void An_unknown_student_is_told_who_is_known_and_nothing_is_made()
    {
        Should.Throw<DeviceException>(() => StudentStore.OpenToRead(_home.Folder("eve"))).Message.ShouldContain("there is none yet");
        _home.Open("ada");
        _home.Open("bob");
        Should.Throw<DeviceException>(() => StudentStore.OpenExisting(_home.Folder("eve"), _home.Clock)).Message
            .ShouldContain("There is no student eve on this device");
        StudentFolder.List(_home.Path).Select(name => name.ToString()).ShouldBe(["ada", "bob"]);
    }

    [Fact]
    public void Nobody_else_may_look_into_a_student_s_folder()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        _home.Open();
        File.GetUnixFileMode(_home.Folder().Path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public void Dispose() => _home.Dispose();

    private static void Change(string path, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private int RootPage(string table)
    {
        using var connection = new SqliteConnection($"Data Source={_home.Folder().Database};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT rootpage FROM sqlite_master WHERE name = '{table}'";
        return (int)(long)command.ExecuteScalar()! - 1;
    }

    private static void CopyFolder(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from).Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }
    }

    private static string Contents(string folder)
        => string.Join('\n', Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith(".lock", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal).Select(file => $"{file} {Convert.ToHexString(File.ReadAllBytes(file))}"));
}
