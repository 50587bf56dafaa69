using System.CommandLine;
using Failback.Cli.Running;
using Failback.Cli.Settings;

namespace Failback.Cli.Commands;

/// <summary><c>completion bash|zsh|fish</c>: a script that asks this program for suggestions.</summary>
internal static class CompletionCommand
{
    private const string Bash =
        """
        _failback() {
          local IFS=$'\n'
          COMPREPLY=($(compgen -W "$(failback "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -F _failback failback
        """;

    private const string Zsh =
        """
        _failback() {
          local -a suggestions
          suggestions=("${(@f)$(failback "[suggest:${#BUFFER}]" "${BUFFER}" 2>/dev/null)}")
          compadd -a suggestions
        }
        compdef _failback failback
        """;

    private const string Fish =
        """
        function __failback_suggest
          set -l line (commandline -cp)
          failback "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
        end
        complete -c failback -f -a '(__failback_suggest)'
        """;

    public static Command Create()
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh or fish" };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var command = new Command("completion", "Print a completion script: eval \"$(failback completion bash)\"") { shell };
        command.Does((result, _) =>
        {
            Console.WriteLine(result.GetValue(shell) switch
            {
                "bash" => Bash,
                "zsh" => Zsh,
                _ => Fish,
            });
            return Task.FromResult(ExitCodes.Done);
        });
        return command;
    }
}
