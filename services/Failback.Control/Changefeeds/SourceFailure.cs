using System.Text.RegularExpressions;
using Failback.Control.Api;
using Npgsql;

namespace Failback.Control.Changefeeds;

/// <summary>What CockroachDB's refusals mean for the caller, each with the next step. Its texts are passed on without secrets.</summary>
internal static partial class SourceFailure
{
    public static ApiException From(NpgsqlException exception)
    {
        if (exception is not PostgresException refusal)
            return new ApiException(503, "source_unavailable", $"CockroachDB does not answer: {Clean(Innermost(exception))}", "check host, port and TLS of source, and that control's machine reaches it, then repeat the call");
        string text = Clean(refusal.MessageText);
        return Known(refusal.SqlState, text) ?? new ApiException(422, "source_refused", $"CockroachDB refuses: {text}", "correct what it says, then repeat the call");
    }

    private static ApiException? Known(string state, string text) => (state, text) switch
    {
        ("28P01" or "28000", _) => new ApiException(422, "source_login", $"CockroachDB does not let the user of source in: {text}", "correct user and password of source"),
        ("3D000", _) => new ApiException(422, "source_database", $"the database of source does not exist: {text}", "correct the last part of the URL source"),
        (_, var t) when t.Contains("rangefeeds require", StringComparison.Ordinal) =>
            new ApiException(422, "rangefeeds_disabled", t, "run on CockroachDB: SET CLUSTER SETTING kv.rangefeed.enabled = true; then repeat start"),
        (_, var t) when t.Contains("requires the CHANGEFEED privilege", StringComparison.Ordinal) =>
            new ApiException(422, "changefeed_privilege", t, "run on CockroachDB: GRANT CHANGEFEED ON TABLE … TO the user of source; then repeat start"),
        (_, var t) when t.Contains("GC threshold", StringComparison.Ordinal) => new ApiException(
            409,
            "cursor_too_old",
            t,
            "the changes since the cursor are no longer kept: compare source and target, then PUT the definition with changefeed.cursor set to a fresh cluster_logical_timestamp() and start"),
        (_, var t) when t.Contains("isolation", StringComparison.Ordinal) => new ApiException(422, "source_isolation", t, "let the user of source use SERIALIZABLE transactions"),
        ("42501", var t) => new ApiException(422, "source_privilege", t, "grant what is missing to the user of source, then repeat the call"),
        _ => null,
    };

    /// <summary>Text without the values of secret parameters.</summary>
    public static string Clean(string text) => SecretParameter().Replace(BearerToken().Replace(text, "Bearer ***"), "${name}=***");

    private static string Innermost(Exception exception) => exception.GetBaseException().Message;

    [GeneratedRegex(@"\bBearer\s+[^\s'""]+", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex BearerToken();

    [GeneratedRegex(@"\b(?<name>client_key|password|sslpassword|token)=[^&\s'""]+", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SecretParameter();
}
