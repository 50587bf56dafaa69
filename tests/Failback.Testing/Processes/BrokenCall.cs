using System.Net.Sockets;

namespace Failback.Testing.Processes;

/// <summary>
/// Recognises calls whose server died or was cut off. .NET reports this in several forms, depending on how far the call had come; a
/// test that expects one of them would fail on the others.
/// </summary>
public static class BrokenCall
{
    /// <summary>
    /// Returns true when the connection broke before the answer was complete; false for an answer or the client's own timeout.
    /// </summary>
    public static bool IsCut(Exception e) => e switch
    {
        HttpRequestException { StatusCode: not null } or OperationCanceledException { InnerException: TimeoutException } => false,
        _ => IsWithoutResult(e),
    };

    /// <summary>Returns true when the call has no successful result for any reason: cut, timed out, or refused with a status.</summary>
    public static bool IsWithoutResult(Exception e) =>
        e is HttpRequestException or IOException or SocketException or OperationCanceledException;

    /// <summary>Fails unless the call is cut.</summary>
    public static Task ExpectCutAsync(Func<Task> call) => ExpectAsync(call, IsCut);

    /// <summary>Fails unless the call is cut or refused, because its server loses its right to carry it out, or its life.</summary>
    public static Task ExpectNoResultAsync(Func<Task> call) => ExpectAsync(call, IsWithoutResult);

    private static async Task ExpectAsync(Func<Task> call, Func<Exception, bool> expected)
    {
        try
        {
            await call();
        }
        catch (Exception e) when (expected(e))
        {
            return;
        }

        throw new InvalidOperationException("the call was answered with success, although its server was to die before");
    }
}
