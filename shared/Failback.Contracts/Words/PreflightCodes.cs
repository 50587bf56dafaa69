namespace Failback.Contracts.Words;

/// <summary>
/// Codes of everything that the checks before a start can find, in the order of <c>docs/reference/preflight-codes.md</c>. Advisories of
/// CockroachDB are the only others: theirs are made of their numbers.
/// </summary>
public static class PreflightCodes
{
    // Source
    public const string SourceUnavailable = "source_unavailable";
    public const string SourceLogin = "source_login";
    public const string SourceDatabase = "source_database";
    public const string SourceCertificate = "source_certificate";
    public const string SourceUrl = "source_url";
    public const string SourceSettings = "source_settings";
    public const string NotCockroachDB = "not_cockroachdb";
    public const string SourceTooOld = "source_too_old";
    public const string SourcePrivilege = "source_privilege";
    public const string SourceRefused = "source_refused";
    public const string SourceLicence = "source_licence";
    public const string SourceIsolation = "source_isolation";
    public const string RangefeedsDisabled = "rangefeeds_disabled";
    public const string SettingsUnreadable = "settings_unreadable";
    public const string ExternalConnectionRequired = "external_connection_required";
    public const string ChangefeedPrivilege = "changefeed_privilege";
    public const string SelectPrivilege = "select_privilege";
    public const string NoSourceTables = "no_source_tables";
    public const string UnknownSourceTable = "unknown_source_table";
    public const string AmbiguousSourceTable = "ambiguous_source_table";
    public const string NoKeyAtSource = "no_key_at_source";
    public const string HiddenKeyColumns = "hidden_key_columns";
    public const string ColumnFamilies = "column_families";
    public const string TtlDeletesHidden = "ttl_deletes_hidden";
    public const string VirtualColumns = "virtual_columns";
    public const string CursorTooOld = "cursor_too_old";
    public const string CursorUnreadable = "cursor_unreadable";
    public const string GcTtlShort = "gc_ttl_short";
    public const string ProtectionShort = "protection_short";
    public const string ClockSkew = "clock_skew";
    public const string OtherChangefeed = "other_changefeed";
    public const string ForwardReplication = "forward_replication";

    // Target
    public const string TargetUnavailable = "target_unavailable";
    public const string NoApplier = "no_applier";
    public const string UnknownTable = "unknown_table";
    public const string NoPrimaryKey = "no_primary_key";
    public const string AmbiguousTable = "ambiguous_table";
    public const string AmbiguousTopic = "ambiguous_topic";
    public const string NoTables = "no_tables";
    public const string KeyNarrower = "key_narrower";
    public const string KeyWider = "key_wider";
    public const string TableNotAtSource = "table_not_at_source";
    public const string TargetColumnMissing = "target_column_missing";
    public const string ExtrasColumnMissing = "extras_column_missing";
    public const string ExtrasColumnType = "extras_column_type";
    public const string SourceColumnMissing = "source_column_missing";
    public const string ValueTooLarge = "value_too_large";
    public const string NullValues = "null_values";
    public const string ValuesNotChecked = "values_not_checked";
    public const string TimeZones = "time_zones";
    public const string TargetPrivilege = "target_privilege";
    public const string StagingPrivilege = "staging_privilege";
    public const string DictionaryHidden = "dictionary_hidden";
    public const string TargetSchemaUsage = "target_schema_usage";
    public const string StagingQuota = "staging_quota";
    public const string RowSecurity = "row_security";
    public const string ReadOnly = "read_only";
    public const string Encoding = "encoding";
    public const string ColumnCharset = "column_charset";
    public const string SqlMode = "sql_mode";
    public const string TimeZone = "time_zone";
    public const string NotTransactional = "not_transactional";
    public const string Unlogged = "unlogged";
    public const string CommitNotDurable = "commit_not_durable";
    public const string Triggers = "triggers";
    public const string BeforeTriggers = "before_triggers";
    public const string TriggersNotSwitched = "triggers_not_switched";
    public const string InheritedRows = "inherited_rows";
    public const string Rules = "rules";
    public const string ForeignKeyNotValid = "foreign_key_not_valid";
    public const string ForeignKeyOutside = "foreign_key_outside";
    public const string ForeignKeyFromOutside = "foreign_key_from_outside";
    public const string ForeignKeyUnindexed = "foreign_key_unindexed";
    public const string CascadeNotAtSource = "cascade_not_at_source";
    public const string ForeignKeyCycle = "foreign_key_cycle";
    public const string IdleSlot = "idle_slot";
    public const string OtherFailback = "other_failback";
    public const string SharedTarget = "shared_target";
    public const string ScriptTableMissing = "script_table_missing";
    public const string IdentityAlways = "identity_always";
    public const string Sequences = "sequences";
    public const string Connections = "connections";
    public const string DeferrableKey = "deferrable_key";
    public const string GeneratedColumns = "generated_columns";
    public const string UniqueIndexes = "unique_indexes";
    public const string UniqueNotFreed = "unique_not_freed";
    public const string SelfReference = "self_reference";
    public const string FoldingKey = "folding_key";
    public const string OnUpdateTimestamp = "on_update_timestamp";

    // Sink and broker
    public const string WebhookLocalhost = "webhook_localhost";
    public const string SinkUnreachable = "sink_unreachable";
    public const string SinkUnknownPath = "sink_unknown_path";
    public const string CertificateNotVerified = "certificate_not_verified";
    public const string CertificateName = "certificate_name";
    public const string CertificateChain = "certificate_chain";
    public const string CertificateExpired = "certificate_expired";
    public const string CertificateNotYetValid = "certificate_not_yet_valid";
    public const string CertificateEndsSoon = "certificate_ends_soon";
    public const string CaCertUnreadable = "ca_cert_unreadable";
    public const string ClientCertUnreadable = "client_cert_unreadable";
    public const string BrokerUnavailable = "broker_unavailable";
    public const string BrokerTooOld = "broker_too_old";
    public const string BrokerOld = "broker_old";
    public const string BrokerMemoryAlarm = "broker_memory_alarm";
    public const string BrokerDiskAlarm = "broker_disk_alarm";
    public const string QueuePolicy = "queue_policy";
    public const string PoliciesNotChecked = "policies_not_checked";
}
