namespace Cohort.Model.Tests.Data;

/// <summary>Real data that does not ship with the project: ../shared/data beside the checkout, or COHORT_SHARED_DATA.</summary>
internal static class SharedData
{
    /// <summary>The path of a file or folder in the shared data; the test is skipped where it is absent.</summary>
    public static string Require(string name)
    {
        string? root = Environment.GetEnvironmentVariable("COHORT_SHARED_DATA") ?? BesideTheCheckout();
        string path = Path.Combine(root ?? "", name);
        Skip.If(root is null || !Path.Exists(path), $"The shared data '{name}' is not on this machine.");
        return path;
    }

    private static string? BesideTheCheckout()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Cluster.sln")))
            folder = folder.Parent;
        return folder is null ? null : Path.GetFullPath(Path.Combine(folder.FullName, "..", "shared", "data"));
    }
}
