using System.Text;
using Cohort.Device.Store;

namespace Cohort.Device.Tests.Store;

/// <summary>What a student erases is gone, in every file.</summary>
public sealed class ErasingTests : IDisposable
{
    private const string Secret = "nobody shall ever read this sentence again, in whichever file";

    private readonly DeviceHome _home = new();

    [Fact]
    public void An_erased_text_stands_in_no_file_any_more()
    {
        var store = _home.Open();
        for (var i = 0; i < 50; i++)
        {
            store.Add(DeviceHome.Text($"other {i}"));
        }

        var hash = store.Answer(store.Add(DeviceHome.Text(Secret)).Hash, "sad").Hash;
        FilesWith(Secret).ShouldNotBeEmpty();
        store.Erase(hash);
        FilesWith(Secret).ShouldBeEmpty();
        FilesWith(hash.ToString()).ShouldBeEmpty();
        store.List().Count.ShouldBe(50);
        Should.Throw<DeviceException>(() => store.Erase(hash)).Message.ShouldContain("There is no sample");
    }

    [Fact]
    public void Room_of_erased_pictures_is_given_back()
    {
        var store = _home.Open();
        var content = new byte[4 << 20];
        new Random(3).NextBytes(content);
        var hash = store.Add(new(SampleKind.Picture, content, "large.png", DeviceHome.Judged("sad"))).Hash;
        store.Erase(hash);
        new DirectoryInfo(_home.Folder().Path).GetFiles().Sum(file => file.Length).ShouldBeLessThan(1 << 20);
    }

    [Fact]
    public void A_student_is_erased_with_everything_and_others_stay()
    {
        var store = _home.Open();
        store.Add(DeviceHome.Text(Secret));
        File.WriteAllText(Path.Combine(_home.Folder().Models, "own.safetensors"), "a model");
        _home.Open("bob").Add(DeviceHome.Text("bob's"));
        Should.Throw<DeviceException>(() => StudentStore.EraseAll(_home.Folder())).Message.ShouldContain("works with student ada");
        store.Dispose();

        StudentStore.EraseAll(_home.Folder());
        Directory.Exists(_home.Folder().Path).ShouldBeFalse();
        FilesWith(Secret).ShouldBeEmpty();
        StudentFolder.List(_home.Path).Select(name => name.ToString()).ShouldBe(["bob"]);
        Should.Throw<DeviceException>(() => StudentStore.EraseAll(_home.Folder())).Message.ShouldContain("There is no student ada");
    }

    [Fact]
    public void A_damaged_store_can_be_erased_too()
    {
        _home.Open().Dispose();
        File.WriteAllText(_home.Folder().Database, "damaged");
        StudentStore.EraseAll(_home.Folder());
        Directory.Exists(_home.Folder().Path).ShouldBeFalse();
    }

    public void Dispose() => _home.Dispose();

    private List<string> FilesWith(string text)
    {
        var wanted = Encoding.UTF8.GetBytes(text);
        return [.. Directory.GetFiles(_home.Path, "*", SearchOption.AllDirectories).Where(file => Bytes(file).AsSpan().IndexOf(wanted) >= 0)];
    }

    // The lock is no one's to read.
    private static byte[] Bytes(string file) => file.EndsWith(".lock", StringComparison.Ordinal) ? [] : File.ReadAllBytes(file);
}
