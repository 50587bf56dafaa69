using System.Data.Common;
using System.Globalization;
using Failback.Control.Storage;
using Failback.Hosting.Secrets;
using Failback.Scripting.Host;
using Microsoft.Data.Sqlite;

namespace Failback.Control.Api;

/// <summary>Turns a failure into the answer for the caller: a code, the problem and the next step, without secrets.</summary>
internal sealed class FailureExplanation(ControlDatabase database)
{
    public ApiException Explain(Exception exception) => exception switch
    {
        _ when KnownProblem.Of(exception) is { } known => known,
        BadHttpRequestException bad => MalformedRequest.Of(bad),
        SecretBoxException secret => new ApiException(500, "secrets_key", secret.Message, "check Failback__SecretsKeyFile of control"),
        ScriptHostException host => new ApiException(503, ScriptHostException.Code, host.Message, ScriptHostException.Remedy),
        DbException failed => new ApiException(503, "database", $"the database of control failed: {Reason(failed)}", database.Remedy),
        _ => new ApiException(500, "internal", "control failed unexpectedly", "look for this request in control's log"),
    };

    // Messages of drivers may contain hosts and files, so only codes are passed on.
    private static string Reason(DbException failed) => failed switch
    {
        SqliteException sqlite => string.Create(CultureInfo.InvariantCulture, $"SQLite error {sqlite.SqliteErrorCode}"),
        { SqlState: { Length: > 0 } state } => "SQLSTATE " + state,
        _ => "it does not answer",
    };
}
