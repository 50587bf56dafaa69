namespace Failback.Hosting.Health;

/// <summary>
/// The <c>--healthcheck</c> argument: the executable asks its running sibling for <c>/readyz</c>, so that a container image needs
/// no other tool for its health check.
/// </summary>
public static class HealthProbe
{
    /// <summary>The argument.</summary>
    public const string Argument = "--healthcheck";

    /// <summary>True when the process was started only to probe.</summary>
    public static bool IsAsked(IEnumerable<string> args) => args.Contains(Argument, StringComparer.Ordinal);

    /// <summary>
    /// Runs the probe and returns its exit code: 0 when <c>/readyz</c> on this machine returns 200 within three seconds, otherwise
    /// 1.
    /// </summary>
    /// <param name="port">Port of the health endpoints.</param>
    /// <param name="scheme">
    /// <c>http</c> or <c>https</c>; any certificate is accepted, because the other side is a process on this machine.
    /// </param>
    public static async Task<int> RunAsync(int port, string scheme = "http")
    {
        using var handler = new SocketsHttpHandler { UseProxy = false };
#pragma warning disable CA5359 // The probe asks this very machine whether the process answers; the certificate names other hosts.
        handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        using var client = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(3) };
        try
        {
            using HttpResponseMessage answer = await client.GetAsync(new Uri($"{scheme}://127.0.0.1:{port}/readyz"));
            await Console.Out.WriteLineAsync($"readyz {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
            return answer.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            await Console.Out.WriteLineAsync($"readyz not answered on port {port}: {e.Message}");
            return 1;
        }
    }
}
