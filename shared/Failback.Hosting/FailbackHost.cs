using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Failback.Hosting;

/// <summary>Runs a service and turns its end into an exit code; the last line of every Program.cs.</summary>
public static partial class FailbackHost
{
    /// <summary>Exit code of a service that cannot listen on one of its addresses.</summary>
    public const int CannotListen = 3;

    /// <summary>
    /// Runs until the process is told to end. Returns 0, also when the signal comes during the start, or <see cref="CannotListen"/>
    /// when an address is taken, does not exist or is not permitted.
    /// </summary>
    public static async Task<int> RunServiceAsync(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        CancellationToken stopping = app.Lifetime.ApplicationStopping;
        CancellationToken started = app.Lifetime.ApplicationStarted;
        ILogger logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(FailbackHost));
        try
        {
            await app.RunAsync();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The start was cancelled by the signal; that is an orderly end.
            return 0;
        }
        catch (Exception e) when (!started.IsCancellationRequested && IsAboutListening(e))
        {
            CannotListenOn(logger, e.Message);
            return CannotListen;
        }

        return 0;
    }

    /// <summary>
    /// Returns true for a failure to listen. Kestrel wraps an address in use into an <see cref="IOException"/> that names it; other
    /// refusals come unwrapped.
    /// </summary>
    private static bool IsAboutListening(Exception e) => e switch
    {
        IOException { InnerException: AddressInUseException } => true,
        SocketException socket => socket.SocketErrorCode is SocketError.AccessDenied or SocketError.AddressNotAvailable
            or SocketError.AddressAlreadyInUse,
        _ => false,
    };

    [LoggerMessage(5100, LogLevel.Critical,
        "cannot listen: {Reason}; end the program that has the address, or set another one (docs/operate/deploy.md), and start again")]
    private static partial void CannotListenOn(ILogger logger, string reason);
}
