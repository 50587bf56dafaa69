using System.CommandLine;
using Failback.Cli.Api;
using Failback.Cli.Running;
using Failback.Cli.Settings;
using Failback.Cli.Support;

namespace Failback.Cli.Commands;

/// <summary><c>support NAME</c>: everything that is known of a failback in one archive, without secrets and rows.</summary>
internal static class SupportCommand
{
    public static Command Create()
    {
        Argument<string> name = RootCommands.Name();
        var file = new Option<string>("--file", "-f") { Description = "The archive to make; failback-NAME-TIME.zip when not given" };
        var process = new Option<string[]>("--process")
        {
            Description = "Health address of a sink or applier, for its readiness and metrics: http://host:port; may be repeated",
        };
        var logs = new Option<string[]>("--logs") { Description = "Log file, or folder with .log files; may be repeated" };
        var command = new Command(
            "support", "Collect what support needs in one archive, without secrets and rows") { name, file, process, logs };
        command.Does(async (result, cancellationToken) =>
        {
            string failback = result.GetValue(name)!;
            Uri[] processes = [.. (result.GetValue(process) ?? []).Append(result.GetValue(CliOptions.Url)!).Select(Address).Distinct()];
            using ControlApi api = CliOptions.Api(result);
            string path = result.GetValue(file) ?? FileName(failback);
            if (File.Exists(path)) throw CallFailedException.Usage($"{path} is there already", "name another file with --file");
            bool answered;
            var archive = new SupportArchive(path);
            using (archive)
            {
                var run = new SupportRun(api, failback, new SupportMask(CliOptions.Secrets(result)), archive);
                answered = await run.AskControlAsync(cancellationToken);
                foreach (Uri one in processes) await run.AskProcessAsync(one, cancellationToken);
                await run.AddLogsAsync(result.GetValue(logs) ?? [], cancellationToken);
            }

            Console.WriteLine($"{path}: {archive.Files} files");
            foreach (string missing in archive.Missing) await Console.Error.WriteLineAsync("not in it: " + missing);
            return answered ? ExitCodes.Done : ExitCodes.Refused;
        });
        return command;
    }

    private static string FileName(string failback)
    {
        string safe = string.Concat(failback.Select(c => char.IsAsciiLetterOrDigit(c) || c == '-' ? c : '_'));
        return $"failback-{safe}-{TimeProvider.System.GetUtcNow():yyyyMMdd-HHmmss}.zip";
    }

    private static Uri Address(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https"
        ? address
        : throw CallFailedException.Usage($"--process {text} is no http address", "for example --process http://127.0.0.1:30005");
}
