namespace Cohort.Pbm.Commands;

/// <summary>What <c>--data</c> means: a path, or the name of a set that was imported.</summary>
internal static class DataLocation
{
    public const string Extension = ".samples";

    public static string? Resolve(string? given, Home home)
    {
        if (given is null || Path.Exists(given))
        {
            return given;
        }

        var imported = Path.Combine(home.DataFolder, given + Extension);
        return File.Exists(imported) ? imported : given;
    }
}
