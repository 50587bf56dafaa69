using System.Net.Sockets;

namespace Failback.Testing.Processes;

/// <summary>
/// What a call looks like whose server died or was cut off meanwhile. .NET shows it in several forms, depending on how far the call had
/// come: a test
/// that waits for one of them fails with the others.
/// </summary>
public static class BrokenCall
{
    /// <summary>
    /// True when the connection broke before the answer was complete; an answer, or the client's own patience, is something else.
    /// </summary>
    public static bool IsCut(Exception e) => e switch
    {
        HttpRequestException { StatusCode: not null } or OperationCanceledException { InnerException: TimeoutException } => false,
        _ => IsWithoutResult(e),
    };

    /// <summary>True when the call has no result, for whatever reason: cut, given up, or refused with a status.</summary>
    public static bool IsWithoutResult(Exception e) =>
        e is HttpRequestException or IOException or SocketException or OperationCanceledException;

    /// <summary>Insists on a call that is cut.</summary>
    public static Task ExpectCutAsync(Func<Task> call) => ExpectAsync(call, IsCut);

    /// <summary>Insists on a call that is cut or refused: its server loses the right to do what it is asked, or its life.</summary>
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
