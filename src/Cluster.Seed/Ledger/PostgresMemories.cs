using Cohort.Model.Files;

namespace Cohort.Seed.Ledger;

/// <summary>What students remember, in the database of the ledger.</summary>
/// <remarks>
/// <see cref="Save"/> and <see cref="Delete"/> throw <see cref="LedgerTakenOverException"/> once another seed writes.
/// </remarks>
internal sealed class PostgresMemories(PostgresSession session) : IStudentMemoryStore
{
    /// <inheritdoc/>
    /// <exception cref="LedgerTakenOverException">Another seed writes this ledger.</exception>
    public void Save(string run, int round, IReadOnlyDictionary<int, ReadOnlyMemory<byte>> memories)
    {
        try
        {
            session.Write(sql =>
            {
                PostgresPieces.Delete(sql, NameOf(run, round));
                return PostgresPieces.Insert(sql, NameOf(run, round), StudentMemoryFile.Header(memories), memories.Values);
            });
        }
        catch (LedgerException e) when (e is not LedgerTakenOverException)
        {
            throw new StorageException($"what students remember of round {round} of {run} cannot be stored: {e.Message}", e);
        }
    }

    public IReadOnlyDictionary<int, byte[]> Load(string run, int round, IReadOnlyCollection<int> students)
    {
        var source = $"{session.Name}: what students remember of round {round} of {run}";
        try
        {
            var bytes = session.Read(sql => PostgresPieces.Read(sql, NameOf(run, round)))
                ?? throw new ModelFileException($"{source} is not there; start the run anew with --fresh.");
            using var file = new MemoryStream(bytes, writable: false);
            return StudentMemoryFile.Read(file, students, source);
        }
        catch (LedgerException e)
        {
            throw new ModelFileException($"{source} cannot be read: {e.Message}", e);
        }
    }

    public bool Contains(string run, int round) => session.Read(sql => PostgresPieces.Contains(sql, NameOf(run, round)));

    public void Delete(string run, int round) => session.Write(sql =>
    {
        PostgresPieces.Delete(sql, NameOf(run, round));
        return true;
    });

    private static string NameOf(string run, int round) => StudentMemoryFile.NameOf(run, round) + ".students";
}
