using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Failback.Cli.Api;

namespace Failback.Cli.Support;

/// <summary>Collects what is known of a failback. What cannot be had is named in the archive, and the others go in.</summary>
/// <param name="api">Control.</param>
/// <param name="name">The failback.</param>
/// <param name="mask">Decides what may be shown.</param>
/// <param name="archive">Where it goes.</param>
internal sealed class SupportRun(ControlApi api, string name, SupportMask mask, SupportArchive archive)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly string _path = $"failbacks/{Uri.EscapeDataString(name)}";

    /// <summary>Asks control; returns false when it does not answer at all.</summary>
    public async Task<bool> AskControlAsync(CancellationToken cancellationToken)
    {
        archive.Add("versions.json", new JsonObject
        {
            ["cli"] = typeof(SupportRun).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion,
            ["runtime"] = RuntimeInformation.FrameworkDescription,
            ["system"] = RuntimeInformation.OSDescription,
            ["made"] = TimeProvider.System.GetUtcNow().ToString("O", CultureInfo.InvariantCulture),
        });
        bool answered = await AnswerAsync("failback.json", _path, cancellationToken);
        await AnswerAsync("tables.json", _path + "/tables", cancellationToken);
        await AnswerAsync("history.json", _path + "/history?tail=500", cancellationToken);
        await AnswerAsync("letters.json", _path + "/dead-letters?state=all&limit=500", cancellationToken);
        await AnswerAsync("scripts.json", _path + "/scripts", cancellationToken);
        await AnswerAsync("operations.json", $"operations?limit=100&failback={Uri.EscapeDataString(name)}", cancellationToken);
        await AnswerAsync("failbacks.json", "failbacks?limit=500", cancellationToken);
        return answered;
    }

    /// <summary>Asks a process for its readiness and its metrics.</summary>
    public async Task AskProcessAsync(Uri process, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = process, Timeout = Patience };
        string folder = $"process-{process.Host.Replace(':', '-')}-{process.Port}/";
        foreach (
            (string path, string file) in ((string, string)[])[
                ("readyz", "readyz.json"), ("livez", "livez.json"), ("metrics", "metrics.txt")])
        {
            try
            {
                using HttpResponseMessage answer = await client.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
                string text = await answer.Content.ReadAsStringAsync(cancellationToken);
                archive.Add(folder + file, mask.Sentence(text));
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
            {
                archive.Miss(folder + file, mask.Sentence(e.GetBaseException().Message));
            }
        }
    }

    /// <summary>Adds the last lines of log files.</summary>
    public async Task AddLogsAsync(IEnumerable<string> paths, CancellationToken cancellationToken)
    {
        int number = 0;
        foreach (string file in LogTail.Files(paths))
        {
            string entry = string.Create(CultureInfo.InvariantCulture, $"logs/{++number:000}-{Path.GetFileName(file)}");
            try
            {
                (IReadOnlyList<string> lines, int leftOut) = await LogTail.ReadAsync(file, mask, cancellationToken);
                archive.Add(entry, string.Join('\n', lines) + "\n");
                if (leftOut > 0) archive.Miss(entry, $"{leftOut} lines that are not of our services were left out");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                archive.Miss(entry, e.GetType().Name);
            }
        }
    }

    private async Task<bool> AnswerAsync(string file, string path, CancellationToken cancellationToken)
    {
        try
        {
            archive.Add(file, mask.Of((await api.GetAsync<JsonNode>(path, cancellationToken)).Json));
            return true;
        }
        catch (CallFailedException e)
        {
            archive.Miss(file, mask.Sentence($"{e.Code}: {e.Message}"));
            return false;
        }
    }
}
