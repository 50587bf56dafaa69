using Failback.Contracts;

namespace Failback.Testing.Captures;

/// <summary>The target of a capture: tables as a team that migrated away would have had them, and the intended differences.</summary>
public sealed record CaptureTarget
{
    /// <summary>Schema of the tables in the target.</summary>
    public required string Schema { get; init; }

    /// <summary>Tables of the capture, parents first.</summary>
    public required IReadOnlyList<string> Tables { get; init; }

    /// <summary>Statements that create them; run with the schema as search path.</summary>
    public required string Ddl { get; init; }

    /// <summary>Columns that have another type in the target, with the reason.</summary>
    public IReadOnlyList<ColumnAdaptation> Adaptations { get; init; } = [];

    /// <summary>Rows that the target cannot store: they are absent and must be dead letters.</summary>
    public IReadOnlyList<UnstorableRow> Unstorable { get; init; } = [];

    /// <summary>Values for which the recorded end state is not what the changefeed carries.</summary>
    public IReadOnlyList<LostValue> Lost { get; init; } = [];

    /// <summary>True when JSON columns keep numbers by value: <c>1.10</c> comes back as <c>1.1</c>.</summary>
    public bool HasBinaryJson { get; init; }

    /// <summary>Returns the target of a capture.</summary>
    public static CaptureTarget For(string capture) => capture switch
    {
        "a_all_types" => CaptureTargets.AllTypes,
        "a_geo" => CaptureTargets.Geo,
        "f_schema_change" => CaptureTargets.Products,
        "h_full_table_name" => CaptureTargets.MigrationWithQuotedName,
        "i_bank" => CaptureTargets.Bank,
        "j_bulk" => CaptureTargets.Events,
        "k_alter_primary_key" => CaptureTargets.AlteredKeys,
        "m_no_primary_key" => CaptureTargets.Keyless,
        _ => CaptureTargets.Migration,
    };

    /// <summary>Returns the quoted SQL name of a table of the capture.</summary>
    public string Qualified(string table) => $"\"{Schema}\".\"{TableName.Parse(table).Table}\"";
}

/// <summary>A column whose type differs from the source.</summary>
/// <param name="FromJson">True when the expected value is the source's JSON and not its text.</param>
public sealed record ColumnAdaptation(
    string Table, string Column, string SourceType, string TargetType, string Reason, bool FromJson = false);

/// <summary>A row that must be a dead letter.</summary>
/// <param name="Key">Its primary key as text.</param>
public sealed record UnstorableRow(string Table, string Key, string Reason);

/// <summary>A value for which the changefeed differs from the recorded text of the final content.</summary>
public sealed record LostValue(string Table, string Key, string Column, string? Arrives, string Reason);
