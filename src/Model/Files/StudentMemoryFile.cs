using System.Globalization;

namespace Cohort.Model.Files;

/// <summary>
/// What a round's students remember, as a safetensors file: one U8 tensor a student, named by its number, with its SHA-256 in the
/// file's metadata, so that one student's can be read, and checked, without the others'.
/// </summary>
public static class StudentMemoryFile
{
    public const string Extension = ".students" + ModelFile.Extension;

    private const string Format = "cohort-student-memories-1";

    /// <summary>What a store calls the memories of a round.</summary>
    public static string NameOf(string run, int round) => string.Create(CultureInfo.InvariantCulture, $"{run}.{round}");

    /// <summary>The file's bytes before the students'.</summary>
    public static byte[] Header(IReadOnlyCollection<KeyValuePair<int, ReadOnlyMemory<byte>>> memories)
    {
        ArgumentNullException.ThrowIfNull(memories);
        return SafeTensors.Header(
            [new("format", Format), .. memories.Select(memory => KeyValuePair.Create(KeyOf(memory.Key), ModelHash.Of(memory.Value.Span).ToString()))],
            memories.Select(memory => (KeyOf(memory.Key), TensorType.U8, (IReadOnlyList<int>)[memory.Value.Length])));
    }

    /// <summary>Some of the students' memories.</summary>
    /// <param name="file">Can be read from anywhere in it.</param>
    /// <param name="students">Whose.</param>
    /// <param name="source">What errors call the file.</param>
    /// <exception cref="ModelFileException">One is not in it, or it is damaged.</exception>
    public static IReadOnlyDictionary<int, byte[]> Read(Stream file, IReadOnlyCollection<int> students, string source)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(students);
        var header = SafeTensors.Read(file, source);
        var metadata = new FileMetadata(header, source, Format, "memory of students");
        var tensors = header.Tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        return students.ToDictionary(student => student, student =>
        {
            if (!tensors.TryGetValue(KeyOf(student), out var tensor))
                throw new ModelFileException($"{source}: the file lacks what student {student} remembers.");
            var memory = new byte[tensor.Bytes];
            file.Position = header.DataStart + tensor.Begin;
            file.ReadExactly(memory);
            return ModelHash.Of(memory) is var found && found == metadata.Hash(KeyOf(student))
                ? memory
                : throw new ModelFileException($"{source}: what student {student} remembers was changed or damaged: its SHA-256 is {found}; " +
                    "take the file from a copy, or start the run anew with --fresh.");
        });
    }

    private static string KeyOf(int student) => student.ToString(CultureInfo.InvariantCulture);
}
