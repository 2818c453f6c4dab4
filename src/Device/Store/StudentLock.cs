using System.Globalization;

namespace Cohort.Device.Store;

/// <summary>One process at a time writes a student's store. The lock ends with the process, however it dies.</summary>
internal sealed class StudentLock : IDisposable
{
    private readonly FileStream _held;
    private readonly StudentFolder _folder;

    private StudentLock(FileStream held, StudentFolder folder) => (_held, _folder) = (held, folder);

    /// <exception cref="StudentInUseException">Another process has it; the message names its id.</exception>
    public static StudentLock Take(StudentFolder folder)
    {
        FileStream held;
        try
        {
            held = new FileStream(folder.Lock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new DeviceException($"{folder.Path}: the student's folder may not be written; change its permissions or name another home.", e);
        }
        catch (IOException e)
        {
            throw new StudentInUseException($"{folder.Database}: {OwnerOf(folder)} works with student {folder.Name}, and one at a time may write; "
                + "end it, or wait until it ends. show, export and music read along.", e);
        }

        try
        {
            // Beside the locked file, which others cannot read.
            File.WriteAllText(folder.LockOwner, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            return new(held, folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            held.Dispose();
            throw new DeviceException($"{folder.LockOwner}: the file cannot be written ({e.Message.TrimEnd('.')}).", e);
        }
    }

    public void Dispose()
    {
        if (File.Exists(_folder.LockOwner))
        {
            File.Delete(_folder.LockOwner);
        }

        _held.Dispose();
    }

    private static string OwnerOf(StudentFolder folder)
    {
        try
        {
            return $"another process (pid {File.ReadAllText(folder.LockOwner).Trim()})";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "another process";
        }
    }
}
