using Cohort.Model.Data;
using Cohort.Model.Files;

namespace Cohort.Model.Tests.Data;

public sealed class SampleCacheTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SampleCache _cache;
    private readonly string _csv;

    public SampleCacheTests()
    {
        _cache = new(Path.Combine(_folder.Path, "cache"));
        _csv = Path.Combine(_folder.Path, "few.csv");
        File.WriteAllText(_csv, Rows(1));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_was_read_once_is_read_from_the_cache_with_the_same_samples()
    {
        var first = _cache.Load(_csv);
        first.Digest.ShouldBe(DataSets.Load(_csv).Digest);
        var file = Directory.GetFiles(_cache.Folder).ShouldHaveSingleItem();
        Path.GetFileName(file).ShouldContain(first.Digest);

        var again = _cache.Load(_csv);
        (again.Digest, again.Name, again.Classes.Count).ShouldBe((first.Digest, "few", 7));
        Directory.GetFiles(_cache.Folder).ShouldBe([file]);
    }

    [Fact]
    public void The_cache_is_really_what_is_read()
    {
        var key = Path.GetFileName(KeptFile())[..64];

        // Another set under the same source's key, with its own digest in its name: only a reader of the cache can give it.
        var elsewhere = Path.Combine(_folder.Path, "other.csv");
        File.WriteAllText(elsewhere, Rows(2));
        var other = DataSets.Load(elsewhere);
        File.Delete(KeptFile());
        SampleFile.Write(Path.Combine(_cache.Folder, $"{key}-{other.Digest}.safetensors"), other);
        _cache.Load(_csv).Digest.ShouldBe(other.Digest);
    }

    [Fact]
    public void Another_byte_in_the_source_is_another_data_set()
    {
        var before = _cache.Load(_csv).Digest;
        File.WriteAllText(_csv, Rows(2));
        var after = _cache.Load(_csv).Digest;
        after.ShouldNotBe(before, StringComparer.Ordinal);
        after.ShouldBe(DataSets.Load(_csv).Digest);
        Directory.GetFiles(_cache.Folder).Length.ShouldBe(2);
    }

    [Fact]
    public void A_damaged_file_is_thrown_away_and_read_from_its_source_again()
    {
        var expected = _cache.Load(_csv).Digest;
        var kept = KeptFile();
        var whole = File.ReadAllBytes(kept);
        foreach (var damaged in new[] { Changed(whole), whole[..(whole.Length / 2)], [] })
        {
            File.WriteAllBytes(kept, damaged);
            _cache.Load(_csv).Digest.ShouldBe(expected);
            File.ReadAllBytes(KeptFile()).ShouldBe(whole, "it is kept again");
        }
    }

    [Fact]
    public void The_files_unused_for_longest_go_when_there_are_too_many()
    {
        var size = new FileInfo(KeptFile()).Length;
        var small = new SampleCache(_cache.Folder, mostBytes: 2 * size + (size / 2));
        var others = Enumerable.Range(2, 2).Select(number =>
        {
            var path = Path.Combine(_folder.Path, $"few{number}.csv");
            File.WriteAllText(path, Rows(number));
            return path;
        }).ToArray();
        var first = KeptFile();
        small.Load(others[0]);
        File.SetLastWriteTimeUtc(first, DateTime.UtcNow.AddDays(-1));
        small.Load(_csv); // used again, so that it is not the oldest any more
        var second = Directory.GetFiles(_cache.Folder).Single(path => !string.Equals(path, first, StringComparison.Ordinal));
        File.SetLastWriteTimeUtc(second, DateTime.UtcNow.AddHours(-1));
        small.Load(others[1]);
        var left = Directory.GetFiles(_cache.Folder);
        left.Length.ShouldBe(2);
        left.ShouldContain(first, StringComparer.Ordinal);
        left.ShouldNotContain(second, StringComparer.Ordinal);
    }

    [Fact]
    public void A_folder_that_cannot_be_used_costs_only_time()
    {
        var blocked = Path.Combine(_folder.Path, "blocked");
        File.WriteAllText(blocked, "a file where the folder should be");
        new SampleCache(blocked).Load(_csv).Digest.ShouldBe(DataSets.Load(_csv).Digest);
    }

    [Fact]
    public void Folders_of_pictures_are_kept_and_a_renamed_picture_is_another_set()
    {
        var faces = SharedData.Require("faces");
        var pictures = Path.Combine(_folder.Path, "faces");
        foreach (var emotion in new[] { "anger", "happiness" })
        {
            Directory.CreateDirectory(Path.Combine(pictures, emotion));
            foreach (var picture in Directory.GetFiles(Path.Combine(faces, emotion)).Order(StringComparer.Ordinal).Take(6))
            {
                File.Copy(picture, Path.Combine(pictures, emotion, Path.GetFileName(picture)));
            }
        }

        var expected = DataSets.Load(pictures).Digest;
        _cache.Load(pictures).Digest.ShouldBe(expected);
        _cache.Load(pictures).Digest.ShouldBe(expected);
        Directory.GetFiles(_cache.Folder).ShouldHaveSingleItem();
        var one = Directory.GetFiles(Path.Combine(pictures, "anger"))[0];
        File.Move(one, Path.Combine(pictures, "happiness", "moved" + Path.GetExtension(one)));
        _cache.Load(pictures).Digest.ShouldBe(DataSets.Load(pictures).Digest);
        Directory.GetFiles(_cache.Folder).Length.ShouldBe(2);
    }

    [Fact]
    public void What_cannot_be_read_is_answered_as_without_a_cache()
    {
        Should.Throw<DataFormatException>(() => _cache.Load(Path.Combine(_folder.Path, "nowhere")));
        File.WriteAllText(_csv, "no columns at all");
        Should.Throw<DataFormatException>(() => _cache.Load(_csv));
        Directory.Exists(_cache.Folder).ShouldBeFalse("nothing is kept of it");
    }

    private string KeptFile()
    {
        _cache.Load(_csv);
        return Directory.GetFiles(_cache.Folder)[0];
    }

    private static byte[] Changed(byte[] whole)
    {
        var changed = (byte[])whole.Clone();
        changed[^100] ^= 1;
        return changed;
    }

    private static string Rows(int number)
    {
        var lines = new List<string> { "emotion,pixels,Usage" };
        for (var label = 0; label < 7; label++)
        {
            foreach (var usage in new[] { "Training", "PublicTest" })
            {
                var pixels = Enumerable.Range(0, 48 * 48).Select(i => ((i * (label + 2)) + number + usage.Length) % 256);
                lines.Add($"{label},{string.Join(' ', pixels)},{usage}");
            }
        }

        return string.Join('\n', lines) + "\n";
    }
}
