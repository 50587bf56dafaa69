using System.Text.Json;
using System.Text.Json.Serialization;
using Failback.Contracts.Control;

namespace Failback.Control.Definitions;

/// <summary>The operator's definition of a failback: the body of PUT and, with secrets masked, part of the resource.</summary>
internal sealed record FailbackDefinition
{
    /// <summary>Connection URL of CockroachDB; may be absent when the changefeed is created by hand.</summary>
    public string? Source { get; init; }

    /// <summary>Connection URL of the database to keep current.</summary>
    public required string Target { get; init; }

    /// <summary>POSIX regular expression over whole schema names, case-insensitive; absent: every schema.</summary>
    public string? SchemaFilter { get; init; }

    /// <summary>POSIX regular expression over whole table names, case-insensitive; absent: every table.</summary>
    public string? TableFilter { get; init; }

    /// <summary>POSIX regular expression of tables to exclude; empty: none.</summary>
    public string? TableExclusionFilter { get; init; }

    /// <summary>Tables by name, for tables whose names differ or that no filter should select.</summary>
    public IReadOnlyList<TableMapping> Tables { get; init; } = [];

    public ApplyMode Mode { get; init; }

    /// <summary>
    /// Age of the oldest message at hand beyond which consistent mode catches up, like <c>1h</c> or <c>250ms</c>; 0: never.
    /// </summary>
    public string BestEffortWindow { get; init; } = "1h";

    /// <summary>Schema of Failback's own tables in the target; absent: <c>_failback_&lt;unix ns&gt;</c>, fixed at creation.</summary>
    public string? StagingSchema { get; init; }

    public ChangefeedDefinition Changefeed { get; init; } = new();

    /// <summary>Source text of the userscript, in TypeScript.</summary>
    public string? Userscript { get; init; }

    public UnknownTablePolicy OnUnknownTable { get; init; }

    /// <summary>
    /// Handling of columns that the target does not have: <c>stop</c>, <c>ignore</c>, or <c>extras:&lt;column&gt;</c>, a JSON or
    /// text column that receives them.
    /// </summary>
    public string OnUnknownColumn { get; init; } = UnknownColumnChoice.Default;

    public BadRowPolicy OnBadRow { get; init; }
}

/// <summary>The mapping of one table.</summary>
internal sealed record TableMapping
{
    /// <summary>Name at the source.</summary>
    public required string Source { get; init; }

    /// <summary>Name in the target; absent: as at the source.</summary>
    public string? Target { get; init; }

    /// <summary>Columns of the source's primary key in index order, where they differ from the target's.</summary>
    public IReadOnlyList<string> Key { get; init; } = [];

    /// <summary>Rules for single columns by their name at the source; of a constant, by the name in the target.</summary>
    public IReadOnlyDictionary<string, ColumnMapping> Columns { get; init; } = new Dictionary<string, ColumnMapping>(
        StringComparer.Ordinal);
}

/// <summary>The rule for one column; see docs/guide/columns.md.</summary>
internal sealed record ColumnMapping
{
    /// <summary>Name in the target; absent: as at the source.</summary>
    public string? Rename { get; init; }

    /// <summary>True: the column is not written.</summary>
    public bool? Ignore { get; init; }

    /// <summary>The value written to every row: a text, a number, true or false.</summary>
    public JsonElement? Constant { get; init; }

    /// <summary>Conversion of the value.</summary>
    public ColumnConversion? Convert { get; init; }

    /// <summary>Texts for true and false, such as Y and N.</summary>
    public BooleanWords? BooleanWords { get; init; }

    /// <summary>Byte order in which a UUID is stored.</summary>
    public UuidByteOrder? UuidByteOrder { get; init; }

    /// <summary>Returns the rule in the form that appliers receive.</summary>
    public ColumnRule ToRule(string column) => new()
    {
        Column = column,
        Rename = Rename,
        Ignore = Ignore is true,
        Constant = Constant?.GetRawText(),
        Convert = Convert,
        Words = BooleanWords,
        UuidBytes = UuidByteOrder,
    };
}

/// <summary>How the changefeed is created and authenticated.</summary>
internal sealed record ChangefeedDefinition
{
    /// <summary>True: control creates the changefeed; false: start returns the statement to run by hand.</summary>
    public bool Managed { get; init; } = true;

    /// <summary>Timestamp from which changes are sent; absent: taken just before the statement is run.</summary>
    public string? Cursor { get; init; }

    /// <summary>Path of an existing changefeed to adopt; absent: an unguessable one.</summary>
    public string? WebhookPath { get; init; }

    /// <summary>Credentials of the changefeed at the sink.</summary>
    public WebhookAuth WebhookAuth { get; init; }

    /// <summary>
    /// With <see cref="WebhookAuth.Header"/>: value of <c>webhook_auth_header</c>, <c>Bearer</c> and an own token or signed token.
    /// </summary>
    public string? WebhookAuthHeader { get; init; }

    public ChangefeedOverrides Overrides { get; init; } = new();
}

/// <summary>The credentials of a changefeed at the sink.</summary>
internal enum WebhookAuth
{
    /// <summary>A token that control makes for the failback.</summary>
    Token,

    /// <summary>The header of the definition.</summary>
    Header,

    /// <summary>No token; a client certificate, if it has one.</summary>
    None,
}

/// <summary>The keys of the migration tool's changefeed override file; absent keys take the defaults.</summary>
internal sealed record ChangefeedOverrides
{
    [JsonPropertyName("host")]
    public string? Host { get; init; }

    [JsonPropertyName("port")]
    public int? Port { get; init; }

    [JsonPropertyName("sink_query_parameters")]
    public string? SinkQueryParameters { get; init; }

    [JsonPropertyName("resolved")]
    public string? Resolved { get; init; }

    [JsonPropertyName("min_checkpoint_frequency")]
    public string? MinCheckpointFrequency { get; init; }

    [JsonPropertyName("initial_scan")]
    public string? InitialScan { get; init; }

    [JsonPropertyName("webhook_sink_config")]
    public string? WebhookSinkConfig { get; init; }
}
