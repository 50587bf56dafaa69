using System.Net;

namespace Failback.Cockroach;

/// <summary>Answers <c>/livez</c> and <c>/readyz</c> with 200 while the process lives.</summary>
internal sealed class HealthListener : IDisposable
{
    private readonly HttpListener _listener = new();

    private HealthListener(int port)
    {
        // Requests are matched by their Host header.
        foreach (string host in (string[])["127.0.0.1", "localhost"]) _listener.Prefixes.Add(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"http://{host}:{port}/"));
        _listener.Start();
    }

    /// <summary>Starts one; null for port 0.</summary>
    public static HealthListener? Start(int port)
    {
        if (port == 0) return null;
        var health = new HealthListener(port);
        _ = health.AnswerAsync();
        return health;
    }

    public void Dispose() => _listener.Close();

    private async Task AnswerAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                HttpListenerContext context = await _listener.GetContextAsync();
                context.Response.StatusCode = context.Request.Url?.AbsolutePath is "/livez" or "/readyz" ? 200 : 404;
                context.Response.Close();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                // The asker went away, or the process ends.
            }
        }
    }
}
