using System.CommandLine;

namespace Failback.Cli.Commands;

/// <summary><c>script</c>: userscripts.</summary>
internal static class ScriptCommands
{
    public static Command Create()
    {
        var script = new Command("script", "Userscripts: list, show, upload, activate and try versions");
        foreach (Command command in ScriptVersionCommands.Create()) script.Add(command);
        return script;
    }
}
