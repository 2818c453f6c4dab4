namespace Cohort.Model.Tests.Plans;

internal static class Repository
{
    /// <summary>The checkout's root: the folder above the tests that holds the solution.</summary>
    public static string Root { get; } = Find();

    public static string Plans => Path.Combine(Root, "plans");

    private static string Find()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Cluster.sln")))
            directory = directory.Parent;
        return directory?.FullName ?? throw new InvalidOperationException("No folder above the tests holds Cluster.sln.");
    }
}
