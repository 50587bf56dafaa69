using Microsoft.Extensions.Logging;

namespace Failback.Hosting.Security;

/// <summary>Log messages about keys and certificates, ids 5000 to 5099.</summary>
internal static partial class SecurityLog
{
    [LoggerMessage(5000, LogLevel.Information, "{Files} changed: the new content is in use")]
    internal static partial void Reloaded(ILogger logger, string files);

    [LoggerMessage(5001, LogLevel.Error, "{Files} changed, but cannot be used ({Reason}): the content from before stays in use")]
    internal static partial void NotReloaded(ILogger logger, string files, string reason);

    [LoggerMessage(5002, LogLevel.Information, "serving the certificate of {Subject}, valid until {Until}")]
    internal static partial void Certificate(ILogger logger, string subject, DateTimeOffset until);

    [LoggerMessage(
        5003, LogLevel.Warning, "the revocation list of {Issuer} is out of date since {Since}: certificates revoked later are not known")]
    internal static partial void StaleRevocationList(ILogger logger, string issuer, DateTimeOffset since);
}
