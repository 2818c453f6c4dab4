using System.CommandLine;
using Cohort.Pbm.Commands;
using Cohort.Pbm.Tests.Processes;

namespace Cohort.Pbm.Tests;

public sealed class HelpTests
{
    public static TheoryData<string> Commands() => [.. All(CommandTree.Create(), "").Select(each => each.Path)];

    [Theory]
    [MemberData(nameof(Commands))]
    public void Every_command_answers_help_and_ends_it_with_an_example(string command)
    {
        using var place = new Workplace();
        var help = place.Does([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]).TrimEnd();
        help.ShouldContain("Usage:");
        if (command.Length > 0)
        {
            help.Split('\n')[^1].ShouldStartWith("  pbm ");
        }
    }

    [Fact]
    public void Every_command_option_and_argument_is_described()
    {
        foreach (var (path, command) in All(CommandTree.Create(), ""))
        {
            command.Description.ShouldNotBeNullOrWhiteSpace(path);
            foreach (Symbol symbol in command.Options.Concat<Symbol>(command.Arguments))
            {
                symbol.Description.ShouldNotBeNullOrWhiteSpace($"{path} {symbol.Name}");
            }
        }
    }

    [Theory]
    [InlineData("run")]
    [InlineData("trane plans/quick.json")]
    [InlineData("model show")]
    [InlineData("ledger show --jason")]
    public void A_command_line_that_cannot_be_understood_is_answered_with_a_sentence_and_exit_code_2(string line)
    {
        using var place = new Workplace();
        var outcome = place.Pbm(line.Split(' '));
        outcome.ExitCode.ShouldBe(2, outcome.ToString());
        outcome.Error.ShouldContain("--help");
        outcome.Output.ShouldBeEmpty();
    }

    private static IEnumerable<(string Path, Command Command)> All(Command command, string path)
        => command.Subcommands.SelectMany(each => All(each, $"{path} {each.Name}".Trim())).Prepend((path, command));
}
