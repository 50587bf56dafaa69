using Failback.Contracts.Control;
using Microsoft.Extensions.Logging;

namespace Failback.Messaging.ControlPlane;

/// <summary>Log messages of the control plane, ids 4100 to 4199.</summary>
internal static partial class ControlPlaneLog
{
    [LoggerMessage(4100, LogLevel.Information, "failback {Failback} is now at revision {Revision}, {State}")]
    public static partial void FailbackTaken(ILogger log, string failback, long revision, RunState state);

    [LoggerMessage(4101, LogLevel.Information, "{Count} failbacks at revision {Revision} read from the state folder")]
    public static partial void CacheRead(ILogger log, int count, long revision);

    [LoggerMessage(4102, LogLevel.Warning, "the state folder could not be read; waiting for control")]
    public static partial void CacheNotRead(ILogger log, Exception exception);

    [LoggerMessage(
        4103, LogLevel.Warning,
        "the state folder could not be written; a restart while control is away would not know the latest failbacks")]
    public static partial void CacheNotWritten(ILogger log, Exception exception);

    [LoggerMessage(4104, LogLevel.Warning, "control has not answered yet, asking on ({Reason})")]
    public static partial void ControlSilent(ILogger log, string reason);

    [LoggerMessage(4105, LogLevel.Information, "control answered, {Count} failbacks")]
    public static partial void ControlAnswered(ILogger log, int count);

    [LoggerMessage(4106, LogLevel.Debug, "a progress report was not published ({Reason})")]
    public static partial void ReportDropped(ILogger log, string reason);

    [LoggerMessage(4107, LogLevel.Error, "a question could not be answered: {Question}")]
    public static partial void AnswerFailed(ILogger log, Exception exception, string question);
}
