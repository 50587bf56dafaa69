using Npgsql;

namespace Failback.Source;

/// <summary>Maps refusals by CockroachDB to codes, each with the next step. The server's texts are passed on without secrets.</summary>
internal static class SourceFailure
{
    public static SourceException From(NpgsqlException exception)
    {
        if (exception is not PostgresException refusal)
            return new SourceException(
                SourceException.Unavailable, $"CockroachDB does not answer: {SourceText.Clean(Innermost(exception))}",
                "check host, port and TLS of source, and that the machine of this service reaches it, then repeat the call");
        string text = SourceText.Clean(refusal.MessageText);
        return Known(refusal.SqlState, text)
            ?? new SourceException(SourceException.Refused, $"CockroachDB refuses: {text}", "correct what it says, then repeat the call")
            {
                State = refusal.SqlState,
            };
    }

    internal static SourceException? Known(string state, string text) => (state, text) switch
    {
        (_, var t) when t.Contains("enterprise license", StringComparison.OrdinalIgnoreCase)
            || t.Contains("license expired", StringComparison.OrdinalIgnoreCase) => new SourceException(
                "source_licence", $"CockroachDB refuses for want of a licence: {t}",
                "run on CockroachDB: SET CLUSTER SETTING enterprise.license = '…'; with a licence that is valid, then repeat the call"),
        ("28P01" or "28000", _) =>
            new SourceException(
                "source_login", $"CockroachDB does not let the user of source in: {text}", "correct user and password of source"),
        ("3D000", _) =>
            new SourceException(
                "source_database", $"the database of source does not exist: {text}", "correct the last part of the URL source")
            {
                State = state,
            },
        (_, var t) when t.Contains("rangefeeds require", StringComparison.Ordinal) =>
            new SourceException(
                "rangefeeds_disabled", t, "run on CockroachDB: SET CLUSTER SETTING kv.rangefeed.enabled = true; then repeat start"),
        (_, var t) when t.Contains("requires the CHANGEFEED privilege", StringComparison.Ordinal) =>
            new SourceException(
                "changefeed_privilege", t, "run on CockroachDB: GRANT CHANGEFEED ON TABLE … TO the user of source; then repeat start"),
        (_, var t) when t.Contains("GC threshold", StringComparison.Ordinal) => new SourceException(
            SourceException.CursorTooOld,
            t,
            "the changes since the cursor are no longer kept: compare source and target, then PUT the definition with changefeed.cursor "
                + "set to a fresh cluster_logical_timestamp() and start"),
        (_, var t) when t.Contains("isolation", StringComparison.Ordinal) =>
            new SourceException("source_isolation", t, "let the user of source use SERIALIZABLE transactions"),
        ("42501", var t) => new SourceException("source_privilege", t, "grant what is missing to the user of source, then repeat the call"),
        _ => null,
    };

    private static string Innermost(Exception exception) => exception.GetBaseException().Message;
}
