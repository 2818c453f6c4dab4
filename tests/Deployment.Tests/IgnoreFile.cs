using System.IO.Enumeration;

namespace Cohort.Deployment.Tests;

/// <summary>.dockerignore, as far as this one goes: names of files and folders, and names anywhere (<c>**/</c>).</summary>
internal sealed record IgnoreFile(IReadOnlyList<string> Patterns)
{
    public static IgnoreFile Read() => new(
        [.. File.ReadLines(Checkout.PathOf(".dockerignore")).Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#')]);

    public bool Ignores(string path)
    {
        var parts = path.Split('/');
        return Patterns.Any(pattern => pattern.StartsWith("**/", StringComparison.Ordinal)
            ? parts.Any(part => FileSystemName.MatchesSimpleExpression(pattern.AsSpan(3), part, ignoreCase: false))
            : string.Equals(parts[0], pattern, StringComparison.Ordinal));
    }
}
