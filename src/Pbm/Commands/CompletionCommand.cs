using System.CommandLine;
using System.CommandLine.Help;
using System.Text;

namespace Cohort.Pbm.Commands;

/// <summary><c>pbm completion</c>: scripts that let a shell complete pbm's commands and options.</summary>
/// <remarks>
/// They are made from the commands there are, and sourced at a shell's start, so that they never grow old and a press of TAB
/// starts no process. Where pbm has nothing to offer, the shell's own completion of file names stands.
/// </remarks>
internal static class CompletionCommand
{
    /// <param name="root">The commands to complete; read when a script is printed.</param>
    public static Command Create(RootCommand root)
        => new CommandWithExamples(
            "completion",
            "Scripts that let a shell complete commands and options.",
            "pbm completion bash > ~/.local/share/bash-completion/completions/pbm")
        {
            For("bash", "pbm completion bash > ~/.local/share/bash-completion/completions/pbm", () => Bash(root)),
            For("zsh", "pbm completion zsh >> ~/.zshrc", () => Zsh(root)),
            For("fish", "pbm completion fish | source", () => Fish(root)),
        };

    private static CommandWithExamples For(string shell, string example, Func<string> script)
    {
        var command = new CommandWithExamples(shell, $"Print the script for {shell}.", example);
        command.SetAction(_ => Console.Out.Write(script()));
        return command;
    }

    private static string Bash(RootCommand root)
    {
        var script = new StringBuilder("# Completion of pbm for bash: source <(pbm completion bash)\n");
        AppendFunction(script, root);
        return script.Append("complete -o default -F _pbm pbm ./pbm\n").ToString();
    }

    private static string Zsh(RootCommand root)
    {
        var script = new StringBuilder("# Completion of pbm for zsh: source <(pbm completion zsh)\n")
            .Append("autoload -U +X compinit && compinit -u\nautoload -U +X bashcompinit && bashcompinit\n");
        AppendFunction(script, root);
        return script.Append("complete -o default -F _pbm pbm\n").ToString();
    }

    /// <summary>
    /// A function for bash, and for zsh's imitation of it: the words before the cursor that are commands give the path, and the
    /// path gives what may follow.
    /// </summary>
    private static void AppendFunction(StringBuilder script, RootCommand root)
    {
        var all = All(root, "").ToArray();
        script.Append("_pbm() {\n  local word path='' i\n  for ((i = 1; i < COMP_CWORD; i++)); do\n")
            .Append("    case \"$path ${COMP_WORDS[i]}\" in\n      ");
        script.AppendJoin('|', all.Where(each => each.Path.Length > 0).Select(each => $"'{each.Path}'"));
        script.Append(") path=\"$path ${COMP_WORDS[i]}\" ;;\n    esac\n  done\n")
            .Append("  word=${COMP_WORDS[COMP_CWORD]}\n  case $path in\n");
        foreach (var (path, command) in all)
        {
            script.Append($"    '{path}') path='").AppendJoin(' ', Following(command)).Append("' ;;\n");
        }

        script.Append("  esac\n  COMPREPLY=($(compgen -W \"$path\" -- \"$word\"))\n}\n");
    }

    private static string Fish(RootCommand root)
    {
        var all = All(root, "").ToArray();
        var script = new StringBuilder("# Completion of pbm for fish: pbm completion fish | source\n")
            .Append("function __pbm_at\n  set -l path ''\n  for word in (commandline -opc)[2..-1]\n")
            .Append("    switch \"$path $word\"\n      case ");
        script.AppendJoin(' ', all.Where(each => each.Path.Length > 0).Select(each => $"'{each.Path}'"));
        script.Append("\n        set path \"$path $word\"\n    end\n  end\n  test \"$path\" = \"$argv[1]\"\nend\n");
        foreach (var (path, command) in all)
        {
            script.Append($"complete -c pbm -n '__pbm_at \"{path}\"' -a '").AppendJoin(' ', Following(command)).Append("'\n");
        }

        return script.ToString();
    }

    /// <summary>Each command with its path: " model show" for <c>pbm model show</c>.</summary>
    private static IEnumerable<(string Path, Command Command)> All(Command command, string path)
        => command.Subcommands.SelectMany(each => All(each, $"{path} {each.Name}")).Prepend((path, command));

    private static IEnumerable<string> Following(Command command)
        => [
            .. command.Subcommands.Select(each => each.Name),
            .. command.Options.Where(option => option is not HelpOption).Select(option => option.Name),
            "--help",
        ];
}
