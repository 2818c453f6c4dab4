using System.CommandLine.Parsing;

namespace Cohort.Pbm.Commands;

/// <summary>A command as it is typed: <c>pbm model show</c>.</summary>
internal static class CommandPath
{
    public static string Of(CommandResult result)
    {
        var names = new Stack<string>();
        for (var at = result; at.Parent is CommandResult above; at = above)
        {
            names.Push(at.Command.Name);
        }

        names.Push("pbm");
        return string.Join(' ', names);
    }
}
