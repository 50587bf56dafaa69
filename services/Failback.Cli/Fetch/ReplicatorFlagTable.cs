using static Failback.Cli.Fetch.FlagTreatment;

namespace Failback.Cli.Fetch;

/// <summary>
/// Every flag of the replicator's <c>start</c>, and those of its forward commands; docs/reference/cli.md shows the same table, which a test
/// compares.
/// </summary>
internal static class ReplicatorFlagTable
{
    private const string OwnPool =
        "connections are few and kept by the applier: at most eight per failback and replica, and two for itself";
    private const string Queues = "rows wait in RabbitMQ, not in staging tables";
    private const string Retries = "the applier retries transient failures without end, 50 ms doubling to 5 s";
    private const string Forward = "a flag of the forward commands; failback does not take it";
    private const string Process = "a setting of the service's process: see docs/reference/settings.md";

    public static readonly IReadOnlyDictionary<string, ReplicatorFlag> All = new ReplicatorFlag[]
    {
        new("stagingSchema", false, Honoured, "stagingSchema of the definition; of database.schema the database is taken"),
        new("bestEffortOnly", true, Honoured, "mode bestEffort"),
        new("bestEffortWindow", false, Honoured,
            "bestEffortWindow of the definition: age of the backlog beyond which consistent mode catches up, 0 never"),
        new("immediate", true, Honoured, "mode immediate"),
        new("userscript", false, Honoured, "the file becomes userscript of the definition"),
        new("tlsCertificate", false, Honoured, "checked: the sink at the webhook address must serve this certificate"),
        new("tlsPrivateKey", false, Honoured, "goes with tlsCertificate; the sink itself reads it (Failback__Sink__TlsPrivateKey)"),
        new("bindAddr", false, Honoured, "checked: its port must be that of the webhook address"),
        new("v", true, Honoured, "debug lines"),
        new("vv", true, Honoured, "debug lines"),
        new("tlsSelfSigned", true, Mapped, "a setting of the sink: Failback__Sink__TlsSelfSigned"),
        new("disableAuthentication", true, Mapped, "a setting of the sink: Failback__Sink__DisableAuthentication"),
        new("stagingCreateSchema", true, Mapped, "the staging schema is always created where it is absent"),
        new("stagingIdleTime", false, Mapped, OwnPool),
        new("stagingJitterTime", false, Mapped, OwnPool),
        new("stagingMaxLifetime", false, Mapped, OwnPool),
        new("stagingMaxPoolSize", false, Mapped, OwnPool),
        new("targetIdleTime", false, Mapped, OwnPool),
        new("targetJitterTime", false, Mapped, OwnPool),
        new("targetMaxLifetime", false, Mapped, OwnPool),
        new("targetMaxPoolSize", false, Mapped, OwnPool),
        new("targetStatementCacheSize", false, Mapped, "rows travel as arrays or multi-row statements, not one prepared statement each"),
        new("applyTimeout", false, Mapped, "Failback__Applier__ApplyTimeout of the applier, 30 s by default as well"),
        new("assumeIdempotent", true, Mapped, "repeats are recognised by version without extra queries"),
        new("enableParallelApplies", true, Mapped,
            "groups of tables are applied concurrently in modes bestEffort and immediate, and by several replicas"),
        new("enableCheckpointStream", true, Mapped, "progress is reported by the appliers, nothing polls a checkpoint table"),
        new("disableCheckpointStream", true, Mapped, "progress is reported by the appliers, nothing polls a checkpoint table"),
        new("flushPeriod", false, Mapped, "what is at hand is applied at once"),
        new("flushSize", false, Mapped, "transactions hold what is at hand: a window, or about 20 000 rows"),
        new("parallelism", false, Mapped, "one transaction per group of tables; more replicas for more groups"),
        new("quiescentPeriod", false, Mapped, "waiting rows are tried again every 500 ms"),
        new("retireOffset", false, Mapped, Queues),
        new("scanSize", false, Mapped, Queues + "; at most 128 messages per queue are held"),
        new("timestampLimit", false, Mapped, "a window ends at a resolved timestamp, whatever the number of its source transactions"),
        new("schemaRefresh", false, Mapped, "the target's catalogue is read again when a statement fails for it"),
        new("maxRetries", false, Mapped, Retries),
        new("retryInitialBackoff", false, Mapped, Retries),
        new("retryMaxBackoff", false, Mapped, Retries),
        new("retryMultiplier", false, Mapped, Retries),
        new("gracePeriod", false, Mapped, "services stop within 25 s"),
        new("taskGracePeriod", false, Mapped, "services stop within 25 s"),
        new("healthCheckTimeout", false, Mapped, "/readyz answers from what is known, it does not wait"),
        new("httpResponseTimeout", false, Mapped, "Failback__Sink__RequestTimeout of the sink"),
        new("ndjsonBufferSize", false, Mapped, "bodies have no line limit; Failback__Sink__MaxBodyBytes bounds them"),
        new("stageMarkAppliedLimit", false, Mapped, Queues),
        new("stageSanityCheckPeriod", false, Mapped, Queues),
        new("stageSanityCheckWindow", false, Mapped, Queues),
        new("stageUnappliedPeriod", false, Mapped, Queues),
        new("stageDisableCreateTableReaderIndex", true, Mapped, Queues),
        new("metricsAddr", false, Mapped, "every service has /metrics on its health port"),
        new("collapseMutations", true, Refused,
            "only the last state of a row within a window is written; intermediate states cannot be kept"),
        new("dlqTableName", false, Refused, "refused rows are in pending_mutation of the staging schema, under a fixed name; see `dlq`"),
        new("limitLookahead", false, Refused, "a window is one step between resolved timestamps; there is no look-ahead to limit"),
        new("discard", true, Refused, "rows are never accepted and dropped"),
        new("discardDelay", false, Refused, "rows are never accepted and dropped"),
        new("targetConn", false, Refused, "--target names the target"),
        new("stagingConn", false, Refused, "staging is in the target, in the transaction that writes the rows"),
        new("logDestination", false, Refused, Process),
        new("logFormat", false, Refused, "logs are JSON lines"),
        new("metricsSnapshotPeriod", false, Refused, "there are no metric snapshots; let Prometheus read /metrics"),
        new("metricsSnapshotCompression", false, Refused, "there are no metric snapshots; let Prometheus read /metrics"),
        new("metricsSnapshotRetentionTime", false, Refused, "there are no metric snapshots; let Prometheus read /metrics"),
        new("metricsSnapshotRetentionSize", false, Refused, "there are no metric snapshots; let Prometheus read /metrics"),
        new("dataDir", false, Refused, Process),
        new("defaultGTIDSet", false, Refused, Forward),
        new("scn", false, Refused, Forward),
        new("backfillFromSCN", false, Refused, Forward),
        new("scnWindowSize", false, Refused, Forward),
        new("slotName", false, Refused, Forward),
        new("publicationName", false, Refused, Forward),
        new("standbyTimeout", false, Refused, Forward),
        new("targetSchema", false, Refused, Forward),
        new("sourceConn", false, Refused, Forward),
        new("sourcePDBConn", false, Refused, Forward),
        new("sourceSchema", false, Refused, Forward),
        new("fetchMetadata", true, Refused, Forward),
        new("replicationProcessID", false, Refused, Forward),
        new("targetApplyQueueSize", false, Refused, Forward),
        new("oracle-application-users", false, Refused, Forward),
    }.ToDictionary(flag => flag.Name, StringComparer.OrdinalIgnoreCase);
}
