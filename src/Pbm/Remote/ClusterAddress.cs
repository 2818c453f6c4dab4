using System.Text;
using Cohort.Pbm.Printing;

namespace Cohort.Pbm.Remote;

/// <summary>Where a cluster's seed answers, and how it is told who asks.</summary>
/// <param name="Url">http:// or https://, without a path's last slash.</param>
/// <param name="Token">Never printed; null if none was given.</param>
/// <param name="TokenSource">Where the token was found, for people.</param>
internal sealed record ClusterAddress(Uri Url, string? Token = null, string TokenSource = "")
{
    public const string UrlVariable = "COHORT_CLUSTER";
    public const string TokenVariable = "COHORT_TOKEN";
    public const string TokenFileVariable = "COHORT_TOKEN_FILE";
    private const int LongestToken = 4096;

    /// <param name="url">From <c>--cluster</c>; null for the environment's.</param>
    /// <param name="tokenFile">From <c>--token-file</c>; null for the environment's.</param>
    /// <exception cref="CommandException">None is named, or what is named cannot be used.</exception>
    public static ClusterAddress Of(string? url, string? tokenFile)
    {
        var named = url ?? Variable(UrlVariable)
            ?? throw new CommandException($"No cluster is named; say --cluster URL, or set {UrlVariable} to the seed's URL.");
        var source = url is null ? UrlVariable : "--cluster";
        var (token, from) = FindToken(tokenFile);
        return new(Checked(named, source), token, from);
    }

    public static bool IsInEnvironment => Variable(UrlVariable) is not null;

    public override string ToString() => Url.GetLeftPart(UriPartial.Path).TrimEnd('/');

    private static Uri Checked(string text, string source)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            throw new CommandException(
                $"{source}: '{Printable.Of(text)}' is no URL of a seed; one looks like http://127.0.0.1:8080.");
        }

        return url.UserInfo.Length > 0
            ? throw new CommandException($"{source}: a seed's URL has no user and no password; give a token by --token-file.")
            : url.Query.Length + url.Fragment.Length > 0
            ? throw new CommandException($"{source}: a seed's URL has no '?' or '#'; one looks like http://127.0.0.1:8080.")
            : url;
    }

    private static (string? Token, string Source) FindToken(string? file)
    {
        if (file is null && Variable(TokenVariable) is { } token)
        {
            return (CheckedToken(token.Trim(), TokenVariable), TokenVariable);
        }

        if ((file ?? Variable(TokenFileVariable)) is not { } path)
        {
            return (null, "");
        }

        try
        {
            // A few bytes more than the longest: a wrong file may be large.
            using var stream = File.OpenRead(path);
            var bytes = new byte[LongestToken + 2];
            var read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return (CheckedToken(Encoding.Latin1.GetString(bytes, 0, read).Trim(), path), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CommandException($"{path}: the token cannot be read ({e.Message.TrimEnd('.')}).");
        }
    }

    private static string CheckedToken(string token, string source)
        => token.Length is > 0 and <= LongestToken && token.All(letter => letter is > ' ' and <= '~')
            ? token
            : throw new CommandException(
                $"{source}: there is no token in it; a token is one line of at most {LongestToken} letters, digits and signs.");

    private static string? Variable(string name)
        => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
