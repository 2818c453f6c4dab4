using System.CommandLine;
using System.CommandLine.Completions;

namespace Cohort.Pbm.Commands;

/// <summary><c>pbm completion</c>: scripts that let a shell complete pbm's commands and options.</summary>
/// <remarks>
/// The scripts hold no list of commands: they ask pbm by System.CommandLine's <c>[suggest]</c> directive, so that they never
/// grow old. Where pbm knows nothing, the shell's own completion of file names stands.
/// </remarks>
internal static class CompletionCommand
{
    private const string Bash = """
        # bash completion for pbm:  source <(pbm completion bash)
        _pbm() {
          local line=${COMP_LINE:0:COMP_POINT} word=${COMP_WORDS[COMP_CWORD]} suggested
          # The command as it was typed, which may be a path; pbm itself is told its plain name.
          suggested=$("${COMP_WORDS[0]}" "[suggest]" "pbm${line#"${COMP_WORDS[0]}"}" 2>/dev/null) || return
          mapfile -t COMPREPLY < <(compgen -W "$suggested" -- "$word")
        }
        complete -o default -F _pbm pbm ./pbm

        """;

    private const string Zsh = """
        #compdef pbm
        # zsh completion for pbm:  source <(pbm completion zsh)
        _pbm() {
          local line="pbm${BUFFER[1,CURSOR]#${words[1]}}"
          local -a suggested
          suggested=("${(@f)$("${words[1]}" "[suggest]" "$line" 2>/dev/null)}")
          compadd -a suggested
          _files
        }
        compdef _pbm pbm

        """;

    private const string Fish = """
        # fish completion for pbm:  pbm completion fish | source
        function __pbm
          set -l line (commandline --cut-at-cursor)
          set -l name (string split -m 1 ' ' -- $line)[1]
          $name "[suggest]" (string replace -- $name pbm $line) 2>/dev/null
        end
        complete -c pbm -a "(__pbm)"

        """;

    public static Command Create()
        => new CommandWithExamples(
            "completion", "Scripts that let a shell complete commands and options.", "source <(pbm completion bash)")
        {
            For("bash", Bash, "source <(pbm completion bash)"),
            For("zsh", Zsh, "source <(pbm completion zsh)"),
            For("fish", Fish, "pbm completion fish | source"),
        };

    /// <summary>True if a shell asks for completions rather than a person for anything.</summary>
    public static bool IsAsked(ParseResult parsed)
        => parsed.RootCommandResult.Command is RootCommand root
            && root.Directives.OfType<SuggestDirective>().Any(suggest => parsed.GetResult(suggest) is not null);

    private static CommandWithExamples For(string shell, string script, string example)
    {
        var command = new CommandWithExamples(shell, $"Print the script for {shell}.", example);
        command.SetAction(_ => Console.Out.Write(script));
        return command;
    }
}
