using Cohort.Model.Files;

namespace Cohort.Device.Store;

public sealed partial class StudentStore
{
    /// <summary>
    /// Erases a sample, what was detected and what the student said, and every personal model, which may have been trained on it. Its bytes
    /// are overwritten. Earlier versions of the feedback cannot be used any more. What models of rounds have learned of it stays in them.
    /// </summary>
    /// <exception cref="DeviceException">There is no such sample, or it cannot be erased; then nothing has changed.</exception>
    public void Erase(SampleHash hash)
    {
        lock (_gate)
        {
            _database.Together(() =>
            {
                var answered = _database.Number("SELECT COUNT(*) FROM versions WHERE sample = $number", ("$number", Existing(hash).Number)) > 0;
                _database.Execute("DELETE FROM samples WHERE hash = $hash", ("$hash", hash.ToString()));
                if (answered)
                {
                    _database.Execute("INSERT INTO versions (sample, emotion, at) VALUES (NULL, NULL, $at)", ("$at", Now()));
                    _database.Execute("DELETE FROM personal_models");
                }

                return answered;
            });
            DeleteStrayModels();
            _database.Compact();
        }
    }

    /// <summary>Erases everything of a student: samples, answers, models. Their bytes are overwritten, and the folder deleted.</summary>
    /// <exception cref="DeviceException">There is no such student, or another process works with it.</exception>
    public static void EraseAll(StudentFolder folder)
    {
        RequireExisting(folder);
        using var writing = StudentLock.Take(folder);
        try
        {
            using var database = DeviceDatabase.Open(folder.Database);
            database.Together(() =>
            {
                foreach (var table in new[] { "versions", "contents", "samples", "personal_models", "models", "plays" })
                {
                    database.Execute($"DELETE FROM {table}");
                }

                return true;
            });
            database.Compact();
        }
        catch (DeviceException)
        {
            // Damaged, or newer: it cannot be overwritten row by row, and is deleted all the same.
        }

        try
        {
            Directory.Delete(folder.Path, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DeviceException($"{folder.Path}: not everything could be deleted ({e.Message.TrimEnd('.')}); delete the folder by hand.", e);
        }
    }

    private string PathOf(ModelHash model) => Path.Combine(Folder.Models, model + ModelFile.Extension);
}
