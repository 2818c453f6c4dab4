using Cohort.Model.Files;

namespace Cohort.Pbm.Commands;

/// <summary>What <c>--data</c> means: a path, or the name of a set that was imported.</summary>
internal static class DataLocation
{
    public static string? Resolve(string? given, Home home)
    {
        if (given is null || Path.Exists(given))
        {
            return given;
        }

        var imported = OfName(given, home);
        return File.Exists(imported) ? imported : given;
    }

    /// <summary>The same place whatever folder a later command is called in.</summary>
    public static string? Lasting(string? given) => Path.Exists(given) ? Path.GetFullPath(given) : given;

    /// <summary>Where a set of this name is kept.</summary>
    public static string OfName(string name, Home home) => Path.Combine(home.DataFolder, name + SampleFile.Extension);
}
