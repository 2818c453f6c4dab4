using System.CommandLine;
using Cohort.Pbm.Remote;

namespace Cohort.Pbm.Commands;

/// <summary>How a command is told which cluster to ask, and as whom.</summary>
/// <remarks>
/// One rule: <c>--cluster</c>, else COHORT_CLUSTER, names the cluster. Commands that also work without one ask the cluster
/// where one is named, unless <c>--home</c> says that this machine is meant.
/// </remarks>
internal sealed class ClusterOptions
{
    public Option<string?> Url { get; } = new("--cluster")
    {
        Description = $"The URL of a seed of the cluster, such as http://127.0.0.1:8080. Default: ${ClusterAddress.UrlVariable}.",
        HelpName = "URL",
    };

    public Option<string?> TokenFile { get; } = new("--token-file")
    {
        Description = $"A file with the API token. Default: the token in ${ClusterAddress.TokenVariable}, or the file that "
            + $"${ClusterAddress.TokenFileVariable} names.",
        HelpName = "FILE",
    };

    /// <summary>True if the cluster is to be asked rather than this machine's home.</summary>
    /// <exception cref="CommandException">Both are named.</exception>
    public bool Asked(ParseResult parsed, Option<string?> home)
    {
        var local = parsed.GetValue(home) is not null;
        if (parsed.GetValue(Url) is null)
        {
            return !local && ClusterAddress.IsInEnvironment;
        }

        return local
            ? throw new CommandException("--cluster asks a cluster, and --home this machine; leave one of them out.")
            : true;
    }

    /// <exception cref="CommandException">No cluster is named, or its token cannot be read.</exception>
    public SeedClient Open(ParseResult parsed)
        => new(ClusterAddress.Of(parsed.GetValue(Url), parsed.GetValue(TokenFile)), new Patience());
}
