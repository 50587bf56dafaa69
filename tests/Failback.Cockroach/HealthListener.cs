using System.Net;
using System.Text.Json;

namespace Failback.Cockroach;

/// <summary>
/// Serves <c>/livez</c> and <c>/readyz</c> while the process lives: status 200 with the process id and the name in
/// <c>Failback__Instance</c>, in the form of the services.
/// </summary>
internal sealed class HealthListener : IDisposable
{
    private static readonly byte[] Identity = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object?>
    {
        ["status"] = "healthy",
        ["process"] = Environment.ProcessId,
        ["instance"] = Environment.GetEnvironmentVariable("Failback__Instance"),
    });

    private readonly HttpListener _listener = new();

    private HealthListener(int port)
    {
        // HttpListener matches requests by their Host header.
        foreach (string host in (string[])["127.0.0.1", "localhost"])
            _listener.Prefixes.Add(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"http://{host}:{port}/"));
        _listener.Start();
    }

    /// <summary>Starts a listener; returns null for port 0.</summary>
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
                bool known = context.Request.Url?.AbsolutePath is "/livez" or "/readyz";
                context.Response.StatusCode = known ? 200 : 404;
                context.Response.ContentType = "application/json";
                context.Response.Close(known ? Identity : [], willBlock: false);
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                // The client disconnected, or the process ends.
            }
        }
    }
}
