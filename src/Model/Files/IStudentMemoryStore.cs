namespace Cohort.Model.Files;

/// <summary>What students remember after the rounds in which they took part; all students of a round together.</summary>
public interface IStudentMemoryStore
{
    /// <summary>Stores them, in place of what another try at the round has left; safe when this returns, also if the power fails.</summary>
    /// <exception cref="StorageException">They could not be stored.</exception>
    void Save(string run, int round, IReadOnlyDictionary<int, ReadOnlyMemory<byte>> memories);

    /// <summary>What some of the round's students remember after it.</summary>
    /// <exception cref="ModelFileException">It is not kept any more, lacks one of them, or is damaged.</exception>
    IReadOnlyDictionary<int, byte[]> Load(string run, int round, IReadOnlyCollection<int> students);

    bool Contains(string run, int round);

    /// <summary>Deletes it, if it is there.</summary>
    void Delete(string run, int round);
}
