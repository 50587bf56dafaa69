namespace Failback.Sink.Settings;

/// <summary>Log messages of the sink, ids 1000 to 1099.</summary>
internal static partial class SinkLog
{
    [LoggerMessage(1000, LogLevel.Warning,
        "serving a SELF-SIGNED certificate (SHA-256 {Fingerprint}) made at start, as Failback__Sink__TlsSelfSigned says: set "
            + "Failback__Sink__TlsCertificate and Failback__Sink__TlsPrivateKey for anything but development")]
    internal static partial void SelfSigned(ILogger logger, string fingerprint);

    [LoggerMessage(1001, LogLevel.Critical,
        "NO AUTHENTICATION, as Failback__Sink__DisableAuthentication says: whoever knows a webhook path can write. Take the setting away "
            + "for anything but development.")]
    internal static partial void AuthenticationDisabled(ILogger logger);

    [LoggerMessage(
        1002, LogLevel.Warning, "request for {Failback} refused with {Status}: {Reason} ({LeftOut} more since the last such line)")]
    internal static partial void Refused(ILogger logger, string failback, int status, string reason, long leftOut);

    [LoggerMessage(1003, LogLevel.Warning, "request for an unknown path refused ({LeftOut} more since the last such line)")]
    internal static partial void UnknownPath(ILogger logger, long leftOut);

    [LoggerMessage(1004, LogLevel.Error, "request for {Failback} failed")]
    internal static partial void Failed(ILogger logger, string failback, Exception exception);

    [LoggerMessage(1005, LogLevel.Debug, "the sender of {Failback} went away while its body was read")]
    internal static partial void SenderGone(ILogger logger, string failback);

    [LoggerMessage(1006, LogLevel.Information, "webhook of {Failback} serves {Tables} tables, {State}")]
    internal static partial void Serving(ILogger logger, string failback, int tables, Failback.Contracts.Control.RunState state);

    [LoggerMessage(1007, LogLevel.Error, "failbacks {First} and {Second} have the same webhook path; the second is not served")]
    internal static partial void SamePath(ILogger logger, string first, string second);

    [LoggerMessage(1008, LogLevel.Error, "failback {Failback} has a table name that cannot be read; its webhook is not served")]
    internal static partial void BadTableName(ILogger logger, string failback);
}
