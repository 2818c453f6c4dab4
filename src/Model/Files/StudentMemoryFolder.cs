namespace Cohort.Model.Files;

/// <summary>A folder of files, one a round, beside the models.</summary>
/// <param name="directory">It is there.</param>
/// <param name="create">Opens files for writing; null for the disk.</param>
internal sealed class StudentMemoryFolder(string directory, Func<string, Stream>? create) : IStudentMemoryStore
{
    public void Save(string run, int round, IReadOnlyDictionary<int, ReadOnlyMemory<byte>> memories) =>
        DurableFile.Write(
            PathOf(run, round),
            stream =>
            {
                stream.Write(StudentMemoryFile.Header(memories));
                foreach (var memory in memories.Values)
                    stream.Write(memory.Span);
            },
            create);

    public IReadOnlyDictionary<int, byte[]> Load(string run, int round, IReadOnlyCollection<int> students)
    {
        var path = PathOf(run, round);
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            return StudentMemoryFile.Read(file, students, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelFileException($"{path}: what students remember of round {round} cannot be read ({e.Message.TrimEnd('.')}).", e);
        }
    }

    public bool Contains(string run, int round) => File.Exists(PathOf(run, round));

    public void Delete(string run, int round) => File.Delete(PathOf(run, round));

    private string PathOf(string run, int round) => Path.Combine(directory, StudentMemoryFile.NameOf(run, round) + StudentMemoryFile.Extension);
}
