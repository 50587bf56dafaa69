namespace Failback.Sink.Bodies;

/// <summary>
/// A request that is answered with something else than 200. <see cref="Exception.Message"/> is the answer's text: short, for the
/// operator who reads it in the changefeed's status, without row data or secrets.
/// </summary>
internal sealed class RefusedException(int status, string reason) : Exception(reason)
{
    internal int Status { get; } = status;

    internal static RefusedException Malformed(string reason) => new(StatusCodes.Status400BadRequest, reason);

    internal static RefusedException Unavailable(string reason) => new(StatusCodes.Status503ServiceUnavailable, reason);
}
