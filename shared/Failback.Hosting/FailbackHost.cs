using Microsoft.AspNetCore.Builder;

namespace Failback.Hosting;

/// <summary>The last line of every service.</summary>
public static class FailbackHost
{
    /// <summary>Runs until the process is told to end; exit code 0, also when that happens while it is still starting.</summary>
    public static async Task<int> RunServiceAsync(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        CancellationToken stopping = app.Lifetime.ApplicationStopping;
        try
        {
            await app.RunAsync();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Whatever was still starting has been given up.
            return 0;
        }

        return 0;
    }
}
