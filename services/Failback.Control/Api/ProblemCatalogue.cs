namespace Failback.Control.Api;

/// <summary>Every code with which control refuses a call. Codes are stable; texts and remedies may change.</summary>
internal static class ProblemCatalogue
{
    /// <summary>Codes of every call.</summary>
    public static readonly string[] OfEveryCall = [
        "bad_request", "unauthorized", "forbidden", "loopback_only", "too_many_calls", "too_many_failures", "database", "internal"];

    /// <summary>Codes of every call that changes something.</summary>
    public static readonly string[] OfEveryChange = [
        "invalid_idempotency_key", "idempotency_key_reused", "idempotency_in_flight", "too_large",
        "unsupported_media_type", "request_timeout"];

    /// <summary>Codes of calls that reach CockroachDB.</summary>
    public static readonly string[] OfTheSource =
        ["source_unavailable", "source_login", "source_database", "source_certificate", "source_privilege", "source_refused",
            "source_isolation", "source_licence", "source_too_old",
            "source_settings", "source_url", "not_cockroachdb", "changefeed_slow"];

    /// <summary>Codes of start.</summary>
    public static readonly string[] OfStart =
    [
        "no_such_failback", "paused", "reason_missing", "revision_mismatch", "changed_meanwhile", "step_unproven", "stranded_rows",
        "cursor_too_old",
        "no_tables", "unknown_table", "ambiguous_table", "shared_target",
        "table_name", "no_primary_key", "ambiguous_topic", "no_source_tables", "unknown_source_table", "ambiguous_source_table",
        "rangefeeds_disabled",
        "changefeed_privilege", "changefeed_ended", "secrets_key",
        "broker_unavailable", "no_applier", "target_unavailable", "foreign_changefeed", "continuity_broken", .. OfTheSource,
        .. CheckProblems.All.Keys,
    ];

    /// <summary>Returns the problem of a code, from <see cref="All"/> or from the checks.</summary>
    public static Problem Find(string code) => All.TryGetValue(code, out Problem? problem) ? problem : CheckProblems.All[code];

    /// <summary>All problems by code, except those of checks before a start (<see cref="CheckProblems"/>).</summary>
    public static IReadOnlyDictionary<string, Problem> All { get; } = new SortedDictionary<string, Problem>(StringComparer.Ordinal)
    {
        ["ambiguous_source_table"] = new(422, "several tables of the source have the name that is listed"),
        ["ambiguous_table"] = new(422, "several tables of the target have the name that is listed"),
        ["ambiguous_topic"] = new(422, "the changefeed would call several tables by the same name"),
        ["bad_request"] = new(400, "the request is malformed"),
        ["being_deleted"] = new(409, "the failback is being deleted"),
        ["broker_unavailable"] = new(503, "RabbitMQ does not answer control"),
        ["changed_meanwhile"] = new(409, "another call changed the failback at the same time"),
        ["changefeed_ended"] = new(409, "the changefeed ended while it was being changed"),
        ["changefeed_privilege"] = new(422, "the user of source may not make changefeeds"),
        ["changefeed_slow"] = new(503, "CockroachDB has not done what it was asked for yet"),
        ["continuity_broken"] = new(409, "target, queue or control went back, and something in between is lost"),
        ["cursor_too_old"] = new(409, "CockroachDB no longer keeps the changes since the cursor"),
        ["database"] = new(503, "the database of control failed"),
        ["exists"] = new(412, "If-None-Match: * was sent and the failback exists"),
        ["fixed_field"] = new(409, "a field of the definition may not change now"),
        ["forbidden"] = new(403, "the caller may not do this"),
        ["foreign_changefeed"] = new(
            409, "a changefeed that control did not make posts to the webhook, and from where another would have to begin is not known"),
        ["idempotency_in_flight"] = new(409, "the call with this Idempotency-Key is still being done"),
        ["idempotency_key_reused"] = new(422, "another call had this Idempotency-Key"),
        ["internal"] = new(500, "control failed unexpectedly; its log says why"),
        ["interrupted"] = new(503, "of an operation: control ended while it was at work"),
        ["invalid_definition"] = new(422, "the definition has errors, listed by field"),
        ["invalid_filter"] = new(422, "a filter of the query or body cannot be understood"),
        ["invalid_idempotency_key"] = new(400, "the Idempotency-Key is too long or has other characters than visible ASCII"),
        ["invalid_json"] = new(400, "the body is not JSON"),
        ["invalid_name"] = new(422, "a failback cannot have this name"),
        ["invalid_page"] = new(422, "limit or after cannot be understood"),
        ["invalid_query"] = new(422, "a parameter of the query cannot be understood"),
        ["invalid_rows"] = new(422, "the rows of a trial are missing or are none"),
        ["invalid_script"] = new(422, "the userscript does not compile; errors name line and column"),
        ["key_differs"] = new(409, "the key of a letter is not that of its table at the source"),
        ["letter_applied"] = new(409, "the letter was settled: its row was applied"),
        ["letter_discarded"] = new(409, "the letter was settled: it was given up"),
        ["letter_key_changed"] = new(409, "the delete may mean two rows, since the source's key was altered"),
        ["letter_key_order_unknown"] = new(409, "the delete named no row when it came"),
        ["letter_older"] = new(409, "a later version of the letter's row waits too"),
        ["letter_superseded"] = new(409, "the letter was settled: a newer version of the row is in the target"),
        ["letter_waiting"] = new(409, "the letter is being tried"),
        ["letters_unavailable"] = new(502, "the target does not answer when its letters are asked for"),
        ["loopback_only"] = new(403, "without an API token control serves only its own machine"),
        ["method_not_allowed"] = new(405, "the path exists, but not with this method"),
        ["no_applier"] = new(503, "no applier of the failback's dialect answers"),
        ["no_own_token"] = new(409, "the definition says what the changefeed shows to the sink, control makes no token"),
        ["no_primary_key"] = new(422, "a table of the target has no primary key"),
        ["no_source"] = new(409, "the definition has no source to read from"),
        ["no_source_tables"] = new(422, "no table of the source matches the filters"),
        ["no_such_failback"] = new(404, "there is no failback of this name"),
        ["no_such_letter"] = new(404, "there is no letter of this id"),
        ["no_such_operation"] = new(404, "there is no operation of this id, or it is older than seven days"),
        ["no_such_script"] = new(404, "the failback has no such version of a userscript"),
        ["no_such_table"] = new(404, "the failback has no such table"),
        ["no_tables"] = new(422, "no table of the target matches the filters"),
        ["not_cockroachdb"] = new(422, "the server of source is not CockroachDB"),
        ["not_found"] = new(404, "there is no such path"),
        ["operation_ended"] = new(409, "the operation has ended and cannot be cancelled"),
        ["paused"] = new(409, "the failback is paused; resume it"),
        ["rangefeeds_disabled"] = new(422, "rangefeeds are switched off in CockroachDB"),
        ["reason_missing"] = new(422, "the call needs a reason"),
        ["replaced"] = new(409, "of an operation: a later command on the failback took its place"),
        ["revision_mismatch"] = new(412, "the failback changed since the ETag of If-Match was read"),
        ["scripted"] = new(409, "a userscript routes rows, and the letter may be of a row of another table"),
        ["request_timeout"] = new(408, "the body arrived too slowly"),
        ["rewind_unprovable"] = new(409, "the target does not prove from where a feed could be made anew"),
        ["script_host"] = new(503, "userscripts cannot run where control is installed"),
        ["script_stopped"] = new(422, "the userscript stands still or takes too much"),
        ["secrets_key"] = new(500, "stored secrets cannot be opened with the secrets key of control"),
        ["shared_target"] = new(422, "several source tables are mapped to one table of the target"),
        ["source_certificate"] = new(422, "a certificate of source cannot be used"),
        ["source_database"] = new(422, "the database of source does not exist"),
        ["source_isolation"] = new(422, "the user of source may not use SERIALIZABLE transactions"),
        ["source_licence"] = new(422, "CockroachDB refuses changefeeds for want of a licence"),
        ["source_login"] = new(422, "CockroachDB does not let the user of source in"),
        ["source_privilege"] = new(422, "the user of source lacks a privilege"),
        ["source_refused"] = new(422, "CockroachDB refused a statement"),
        ["source_settings"] = new(422, "a session of source does not keep the settings that values are read with"),
        ["source_too_old"] = new(422, "the version of CockroachDB is not supported"),
        ["source_unavailable"] = new(503, "CockroachDB does not answer"),
        ["source_url"] = new(422, "the stored URL of source is wrong, as by a parameter that is not known"),
        ["started"] = new(409, "the failback is started; stop it first or use force"),
        ["step_unproven"] = new(503, "a step was taken, and its effect is not seen"),
        ["stranded_rows"] = new(409, "tables that are no longer chosen have rows waiting in their queues"),
        ["table_left"] = new(409, "the table of a letter is no longer part of the failback"),
        ["table_name"] = new(422, "the name of a table holds a control character"),
        ["target_unavailable"] = new(422, "the target cannot be described"),
        ["too_large"] = new(413, "the body is too large"),
        ["too_many_calls"] = new(429, "the caller makes too many calls"),
        ["too_many_failures"] = new(429, "too many calls with wrong credentials came from there"),
        ["too_many_operations"] = new(429, "too many operations are running"),
        ["unauthorized"] = new(401, "the bearer token is missing or wrong"),
        ["unknown_source_table"] = new(422, "a listed table does not exist at the source"),
        ["unknown_table"] = new(422, "a listed table does not exist in the target"),
        ["unsupported_media_type"] = new(415, "the body must be application/json"),
        ["webhook_path_taken"] = new(409, "another failback has this webhook path"),
        ["wrong_state"] = new(409, "the failback cannot do this in its present state"),
    };
}
