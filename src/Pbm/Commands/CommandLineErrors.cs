using System.CommandLine;
using System.CommandLine.Parsing;

namespace Cohort.Pbm.Commands;

/// <summary>What cannot be understood in a command line.</summary>
internal static class CommandLineErrors
{
    /// <returns>One sentence each; none where all is understood.</returns>
    public static IReadOnlyList<string> In(ParseResult parsed)
    {
        if (parsed.Errors.Count > 0)
        {
            return [.. parsed.Errors.Select(error => error.Message)];
        }

        // The parser hands an unknown option to the next argument that is free; nobody means that, except after "--".
        return [.. parsed.Tokens
            .TakeWhile(token => token.Type != TokenType.DoubleDash)
            .Where(token => token.Type == TokenType.Argument && token.Value.StartsWith("--", StringComparison.Ordinal))
            .Select(token => $"There is no option {token.Value}.")];
    }

    /// <summary>The command as it is typed, without its arguments: <c>pbm model show</c>.</summary>
    public static string CommandOf(ParseResult parsed)
    {
        var names = new Stack<string>();
        for (var at = parsed.CommandResult; at.Parent is CommandResult above; at = above)
        {
            names.Push(at.Command.Name);
        }

        names.Push("pbm");
        return string.Join(' ', names);
    }
}
