using Cohort.Federation;
using Cohort.Model.Files;

namespace Cohort.Model.Tests.Files;

public sealed class ModelStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ModelStore _store;

    public ModelStoreTests() => _store = new ModelStore(_folder.File("models"));

    private string[] Names =>
        [.. Directory.GetFiles(_store.Directory).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];

    public void Dispose() => _folder.Dispose();

    private static ModelFile Model(int round = 1) => ModelFileTests.Some() with { Round = round };

    [Fact]
    public void A_saved_model_is_found_under_its_hash()
    {
        var hash = _store.Save(Model());

        hash.ShouldBe(Model().Hash);
        Names.ShouldBe([$"{hash}.safetensors"]);
        _store.Load(hash).Hash.ShouldBe(hash);
        _store.Contains(hash).ShouldBeTrue();
    }

    [Fact]
    public void Saving_a_model_again_changes_nothing()
    {
        var hash = _store.Save(Model());
        var bytes = File.ReadAllBytes(_store.PathOf(hash));

        _store.Save(Model()).ShouldBe(hash);

        Names.Length.ShouldBe(1);
        File.ReadAllBytes(_store.PathOf(hash)).ShouldBe(bytes);
    }

    [Fact]
    public void A_model_file_with_a_wrong_hash_is_refused_with_both_hashes()
    {
        var hash = _store.Save(Model());
        var bytes = File.ReadAllBytes(_store.PathOf(hash));
        bytes[^1] ^= 1;
        File.WriteAllBytes(_store.PathOf(hash), bytes);

        Should.Throw<ModelFileException>(() => _store.Load(hash)).Message.ShouldBe(
            $"{_store.PathOf(hash)}: the file was changed or damaged: its SHA-256 is {ModelHash.Of(bytes)}, and its name says " +
            $"{hash}; take it from a copy, or delete it.");
    }

    [Fact]
    public void A_model_that_is_not_there_is_named()
    {
        var hash = ModelHash.Of("x"u8);

        Should.Throw<ModelFileException>(() => _store.Load(hash)).Message.ShouldBe(
            $"{_store.PathOf(hash)}: there is no such model file; pbm model list shows those there are.");
    }

    [Fact]
    public void The_list_holds_models_and_nothing_else()
    {
        var hashes = Enumerable.Range(1, 5).Select(r => _store.Save(Model(r))).ToList();
        File.WriteAllText(Path.Combine(_store.Directory, "notes.txt"), "");
        File.WriteAllText(Path.Combine(_store.Directory, "mine.safetensors"), "");
        File.WriteAllText(_store.PathOf(ModelHash.Of("half"u8)) + DurableFile.PartSuffix, "half a mod");

        _store.List().ShouldBe(hashes.OrderBy(h => h.ToString(), StringComparer.Ordinal));
    }

    [Fact]
    public void A_deleted_model_is_gone()
    {
        var hash = _store.Save(Model());

        _store.Delete(hash);

        _store.List().ShouldBeEmpty();
        Should.NotThrow(() => _store.Delete(hash));
    }

    [Fact]
    public void A_model_is_found_by_the_beginning_of_its_hash()
    {
        var hashes = Enumerable.Range(1, 20).Select(r => _store.Save(Model(r))).ToList();
        var shared = hashes.GroupBy(h => h.ToString()[..1], StringComparer.Ordinal).First(g => g.Count() > 1).Key;

        _store.Find(hashes[7].ToString()[..12].ToUpperInvariant()).ShouldBe(hashes[7]);
        Should.Throw<ModelFileException>(() => _store.Find(shared)).Message.ShouldContain($"begin with \"{shared}\"; give more " +
            "digits.");
        Should.Throw<ModelFileException>(() => _store.Find("zz")).Message.ShouldContain("no model's hash begins with \"zz\"");
    }

    [Fact]
    public void A_full_disk_is_told_and_leaves_nothing_half_written()
    {
        var old = _store.Save(Model(1));
        var full = new ModelStore(_store.Directory, path => new FullDisk(path, room: 100));

        var error = Should.Throw<StorageException>(() => full.Save(Model(2)));

        error.Message.ShouldBe($"{_store.PathOf(Model(2).Hash)}: the file cannot be stored: no space is left on the disk. " +
            "Nothing half-written is left; run the same command again once that is mended.");
        Names.ShouldBe([$"{old}.safetensors"]);
        _store.Load(old).Round.ShouldBe(1);
    }

    [SkippableFact]
    public void The_systems_own_answer_of_a_full_disk_is_understood()
    {
        Skip.IfNot(File.Exists("/dev/full"), "only Linux has /dev/full");
        var full = new ModelStore(_store.Directory, _ => new FileStream("/dev/full", FileMode.Open, FileAccess.Write));

        Should.Throw<StorageException>(() => full.Save(Model())).Message.ShouldContain("no space is left on the disk");
        Names.ShouldBeEmpty();
    }

    [Fact]
    public void A_folder_that_cannot_be_is_told()
    {
        File.WriteAllText(_folder.File("file"), "");

        Should.Throw<StorageException>(() => new ModelStore(_folder.File("file"))).Message
            .ShouldStartWith($"{_folder.File("file")}: the folder for models cannot be made (");
        Directory.Delete(_store.Directory);
        Should.Throw<StorageException>(() => _store.Save(Model())).Message.ShouldContain("the file cannot be stored: ");
    }

    [Fact]
    public void Half_written_models_of_a_dead_process_are_never_taken_for_models_and_can_be_swept()
    {
        var whole = _store.Save(Model(1));
        var half = Model(2).Hash;
        File.WriteAllBytes(_store.PathOf(half) + DurableFile.PartSuffix, new byte[10]);

        _store.Contains(half).ShouldBeFalse();
        _store.DeleteParts().ShouldBe(1);

        Names.ShouldBe([$"{whole}.safetensors"]);
        _store.Save(Model(2)).ShouldBe(half);
    }

    [Fact]
    public void A_part_file_in_the_way_does_not_stop_the_model()
    {
        File.WriteAllBytes(_store.PathOf(Model().Hash) + DurableFile.PartSuffix, new byte[100_000]);

        _store.Load(_store.Save(Model())).Round.ShouldBe(1);
        Names.Length.ShouldBe(1);
    }

    [Fact]
    public void A_server_s_state_that_is_damaged_or_gone_is_named_and_never_taken_for_another()
    {
        var adam = new Choice<IServerOptimizer>("fedAdam");
        var state = new ServerState(adam, [[1, 2], [3, 4]]);
        var model = Model().With(state);
        var path = Path.Combine(_store.Directory, _store.Save(model, state) + ".server.safetensors");
        _store.LoadState(model, adam).Moments.ShouldBe(state.Moments);

        var bytes = File.ReadAllBytes(path);
        bytes[^1] ^= 1;
        File.WriteAllBytes(path, bytes);
        Should.Throw<ModelFileException>(() => _store.LoadState(model, adam)).Message.ShouldSatisfyAllConditions(
            message => message.ShouldStartWith(path),
            message => message.ShouldContain("changed or damaged"),
            message => message.ShouldEndWith("or start the run anew with --fresh."));

        File.Delete(path);
        Should.Throw<ModelFileException>(() => _store.LoadState(model, adam)).Message
            .ShouldContain("what the server's optimiser remembers cannot be read");
        Should.Throw<ModelFileException>(() => _store.LoadState(Model(), adam)).Message
            .ShouldContain("made without the memory of fedAdam");
    }

    /// <summary>A file on a disk with room for so many bytes.</summary>
    private sealed class FullDisk(string path, int room) : FileStream(path, FileMode.Create, FileAccess.Write)
    {
        private const int NoSpaceLeft = 28;

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            base.Write(buffer[..Math.Min(buffer.Length, (int)(room - Position))]);
            if (Position == room)
                throw new IOException("No space left on device", NoSpaceLeft);
        }
    }
}
