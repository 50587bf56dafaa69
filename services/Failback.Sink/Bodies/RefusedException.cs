namespace Failback.Sink.Bodies;

/// <summary>
/// A request that is not answered with 200. <see cref="Exception.Message"/> is the response body: short, for the operator who reads
/// it in the changefeed's status, and without row data or secrets.
/// </summary>
internal sealed class RefusedException(int status, string reason) : Exception(reason)
{
    internal int Status { get; } = status;

    /// <summary>400: the body is not what a changefeed sends.</summary>
    internal static RefusedException Malformed(string reason) => new(StatusCodes.Status400BadRequest, reason);

    /// <summary>503: the changefeed sends the request again.</summary>
    internal static RefusedException Unavailable(string reason) => new(StatusCodes.Status503ServiceUnavailable, reason);
}
