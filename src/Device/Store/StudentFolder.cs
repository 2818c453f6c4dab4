using Cohort.Model.Files;

namespace Cohort.Device.Store;

/// <summary>Where everything of one student lies on a device: <c>HOME/students/NAME</c>.</summary>
/// <param name="Home">The device's home.</param>
/// <param name="Name">The student.</param>
public sealed record StudentFolder(string Home, StudentName Name)
{
    private const string Students = "students";

    public string Path => System.IO.Path.Combine(Home, Students, Name.ToString());

    /// <summary>Samples, corrections, and which models there are.</summary>
    public string Database => System.IO.Path.Combine(Path, "device.db");

    /// <summary>Global models, and the student's own.</summary>
    public string Models => System.IO.Path.Combine(Path, "models");

    /// <summary>Tunes that were written to be played.</summary>
    public string Tunes => System.IO.Path.Combine(Path, "tunes");

    internal string Lock => Database + ".lock";

    internal string LockOwner => Database + ".pid";

    public bool Exists => File.Exists(Database);

    /// <summary>The students of a device, in ascending order.</summary>
    public static IReadOnlyList<StudentName> List(string home)
    {
        var students = System.IO.Path.Combine(home, Students);
        return !Directory.Exists(students)
            ? []
            : [.. Directory.EnumerateDirectories(students)
                .Select(folder => (IsName: StudentName.TryParse(System.IO.Path.GetFileName(folder), out var name), Name: name))
                .Where(found => found.IsName && new StudentFolder(home, found.Name).Exists)
                .Select(found => found.Name)
                .OrderBy(name => name.ToString(), StringComparer.Ordinal)];
    }

    /// <summary>Makes the folder, which only this user may look into.</summary>
    /// <exception cref="StorageException">It cannot be made.</exception>
    internal void Create()
    {
        try
        {
            if (!OperatingSystem.IsWindows())
                Directory.CreateDirectory(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            Directory.CreateDirectory(Models);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StorageException($"{Path}: the student's folder cannot be made ({e.Message.TrimEnd('.')}); name another home with --home.", e);
        }
    }
}
