using System.CommandLine;

namespace Failback.Cli.Commands;

/// <summary><c>script</c>: userscripts.</summary>
internal static class ScriptCommands
{
    public static Command Create()
    {
        var script = new Command("script", "Userscripts: check, list, show, upload, activate and try versions");
        foreach (Command command in (Command[])[ScriptCheckCommand.Create(), .. ScriptVersionCommands.Create()]) script.Add(command);
        return script;
    }
}
