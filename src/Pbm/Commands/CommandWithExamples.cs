using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Cohort.Pbm.Printing;

namespace Cohort.Pbm.Commands;

/// <summary>A command whose help ends with command lines that work.</summary>
internal sealed class CommandWithExamples(string name, string description, params string[] examples) : Command(name, description)
{
    public IReadOnlyList<string> Examples { get; } = examples;

    /// <summary>What is good to know beyond the description; empty where nothing is.</summary>
    public string Details { get; set; } = "";
}

/// <summary>The help of System.CommandLine, and then the command's examples.</summary>
internal sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    /// <summary>Lets the help of this command and all below it end with examples.</summary>
    public static void Install(RootCommand root)
    {
        var option = root.Options.OfType<HelpOption>().Single();
        var help = (HelpAction)option.Action!;
        help.MaxWidth = Page.Width;
        option.Action = new HelpWithExamples(help);
    }

    public override int Invoke(ParseResult parseResult)
    {
        var result = help.Invoke(parseResult);
        if (parseResult.CommandResult.Command is CommandWithExamples command)
        {
            var output = parseResult.InvocationConfiguration.Output;
            if (command.Details.Length > 0)
            {
                Page.PrintParagraph(command.Details.ReplaceLineEndings(" "));
                output.WriteLine();
            }

            output.WriteLine(command.Examples.Count == 1 ? "Example:" : "Examples:");
            foreach (var example in command.Examples)
            {
                output.WriteLine("  " + example);
            }
        }

        return result;
    }
}
