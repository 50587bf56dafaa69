namespace Failback.Control.Api;

/// <summary>The codes with which only a preflight check refuses a start. docs/reference/preflight-codes.md describes each.</summary>
internal static class CheckProblems
{
    private const int Refused = 422;

    public static IReadOnlyDictionary<string, Problem> All { get; } = new SortedDictionary<string, Problem>(StringComparer.Ordinal)
    {
        ["advisory_a104309"] = new(Refused, "this release of CockroachDB may promise more than it sent"),
        ["advisory_a123371"] = new(Refused, "this release of CockroachDB may lose rows of an initial scan"),
        ["advisory_a90146"] = new(Refused, "this release of CockroachDB may lose rows of an initial scan"),
        ["before_triggers"] = new(Refused, "a trigger of the target may change rows or keep them out"),
        ["broker_disk_alarm"] = new(Refused, "RabbitMQ is out of disk space and takes no messages"),
        ["broker_memory_alarm"] = new(Refused, "RabbitMQ is out of memory and takes no messages"),
        ["broker_too_old"] = new(Refused, "the release of RabbitMQ is not supported"),
        ["ca_cert_unreadable"] = new(Refused, "ca_cert is not base64 of a PEM certificate"),
        ["cascade_not_at_source"] = new(Refused, "a foreign key of the target deletes or changes rows that the source keeps"),
        ["certificate_chain"] = new(Refused, "the sink's certificate leads to no authority that CockroachDB would trust"),
        ["certificate_expired"] = new(Refused, "the sink's certificate has ended"),
        ["certificate_name"] = new(Refused, "the sink's certificate is not for the host in the webhook's address"),
        ["certificate_not_yet_valid"] = new(Refused, "the sink's certificate has not begun"),
        ["client_cert_unreadable"] = new(Refused, "client_cert and client_key are not base64 of a PEM pair"),
        ["column_families"] = new(Refused, "a table of the source has several column families"),
        ["connections"] = new(Refused, "the target allows fewer connections than the failback needs"),
        ["encoding"] = new(Refused, "the target is not Unicode"),
        ["external_connection_required"] = new(Refused, "CockroachDB forbids the webhook's address in the statement"),
        ["extras_column_type"] = new(Refused, "the column of onUnknownColumn holds no JSON object"),
        ["forward_replication"] = new(Refused, "a forward replication still runs: rows would go round in a loop"),
        ["identity_always"] = new(Refused, "the target refuses values of an identity column"),
        ["inherited_rows"] = new(Refused, "tables of the target inherit from a table of the failback"),
        ["no_key_at_source"] = new(Refused, "a table of the source has no primary key of its own"),
        ["not_transactional"] = new(Refused, "a table of the target is not transactional"),
        ["other_failback"] = new(Refused, "another failback, or a Replicator, is at work on the tables"),
        ["queue_policy"] = new(Refused, "a policy of RabbitMQ lets the queues lose rows"),
        ["read_only"] = new(Refused, "the target cannot be written"),
        ["row_security"] = new(Refused, "row level security applies to the user of target"),
        ["rules"] = new(Refused, "rewrite rules of a table of the target refuse upserts"),
        ["script_table_missing"] = new(Refused, "the userscript names a table that the failback does not have"),
        ["source_column_missing"] = new(Refused, "the target needs a column that the source does not have"),
        ["staging_privilege"] = new(Refused, "the user of target may not make the staging schema"),
        ["staging_quota"] = new(Refused, "the target has no room for the staging tables"),
        ["target_column_missing"] = new(Refused, "the target lacks a column of the source"),
        ["target_privilege"] = new(Refused, "the user of target lacks a privilege on a table"),
        ["target_schema_usage"] = new(Refused, "the user of target lacks USAGE on a schema"),
        ["triggers_not_switched"] = new(Refused, "the target cannot keep its triggers from firing for the failback"),
        ["ttl_deletes_hidden"] = new(Refused, "the source deletes rows and tells changefeeds nothing of it"),
        ["unlogged"] = new(Refused, "a crash of the target would empty a table and keep the checkpoint"),
    };
}
