using Cohort.Model.Files;

namespace Cohort.Model.Tests.Files;

public sealed class StudentMemoryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ModelStore _store;

    public StudentMemoryTests() => _store = new ModelStore(_folder.File("models"));

    private string File => Path.Combine(_store.Directory, "fer-1.3.students.safetensors");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_students_remember_reads_back_for_those_that_are_asked()
    {
        Save((2, [1, 2, 3]), (7, []), (100, [9]));

        var read = _store.Memories.Load("fer-1", 3, [100, 2]);

        read.Keys.Order().ShouldBe([2, 100]);
        read[2].ShouldBe([1, 2, 3]);
        read[100].ShouldBe([9]);
        _store.List().ShouldBeEmpty("it is no model");
    }

    [Fact]
    public void Another_try_at_the_round_takes_the_place_of_the_first()
    {
        Save((2, [1]), (3, [1]));
        Save((2, [5]));

        _store.Memories.Load("fer-1", 3, [2])[2].ShouldBe([5]);
        Should.Throw<ModelFileException>(() => _store.Memories.Load("fer-1", 3, [3])).Message
            .ShouldBe($"{File}: the file lacks what student 3 remembers.");
    }

    [Fact]
    public void Damage_is_named_where_it_is_and_the_others_are_read()
    {
        Save((2, [1, 2, 3]), (3, [4]));
        var bytes = System.IO.File.ReadAllBytes(File);
        bytes[^1] ^= 1;
        System.IO.File.WriteAllBytes(File, bytes);

        _store.Memories.Load("fer-1", 3, [2])[2].ShouldBe([1, 2, 3]);
        Should.Throw<ModelFileException>(() => _store.Memories.Load("fer-1", 3, [3])).Message
            .ShouldStartWith($"{File}: what student 3 remembers was changed or damaged");
    }

    [Fact]
    public void What_was_deleted_is_not_there()
    {
        Save((2, [1]));
        _store.Memories.Contains("fer-1", 3).ShouldBeTrue();

        _store.Memories.Delete("fer-1", 3);
        _store.Memories.Delete("fer-1", 3);

        _store.Memories.Contains("fer-1", 3).ShouldBeFalse();
        Should.Throw<ModelFileException>(() => _store.Memories.Load("fer-1", 3, [2])).Message
            .ShouldStartWith($"{File}: what students remember of round 3 cannot be read");
    }

    private void Save(params (int Student, byte[] Memory)[] memories) => _store.Memories.Save(
        "fer-1", 3, memories.ToDictionary(each => each.Student, each => (ReadOnlyMemory<byte>)each.Memory));
}
