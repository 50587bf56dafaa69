using System.CommandLine;
using Failback.Cli.Fetch;
using Failback.Cli.Running;

namespace Failback.Cli.Commands;

/// <summary>The command tree.</summary>
internal static class RootCommands
{
    public static RootCommand Create()
    {
        var root = new RootCommand(
            "Keeps the old database current after its data has moved to CockroachDB. A client of the REST API of control.")
        {
            CliOptions.Url, CliOptions.TokenFile, CliOptions.Output,
        };
        foreach (Command command in (Command[])
            [ApplyCommand.Create(), .. StateCommands.Create(), RewindCommand.Create(), StatusCommand.Create(), TablesCommand.Create(),
                DeadLetterCommands.Create(), ScriptCommands.Create(), LogsCommand.Create(), OperationCommands.Create(),
                SupportCommand.Create(), FetchCommand.Create(), MakeTokenCommand.Create(), MakeJwtCommand.Create(),
                CompletionCommand.Create()])
        {
            root.Add(command);
        }

        return root;
    }

    public static Argument<string> Name(string description = "Name of the failback") => new("name") { Description = description };
}
