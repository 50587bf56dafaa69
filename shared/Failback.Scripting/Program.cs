using Failback.Scripting.Host;

// The process in which a userscript runs. It has no environment, no files of its own and two pipes.
await using Stream input = Console.OpenStandardInput();
await using Stream output = Console.OpenStandardOutput();
using var host = new ScriptHost(input, output);
host.Run();
