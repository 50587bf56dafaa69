using System.Buffers;
using Failback.Apply.Tables;
using Failback.Apply.Values;
using Failback.Contracts.Control;

namespace Failback.Apply.Columns;

/// <summary>
/// The columns of one row that the target lacks, as a JSON object of the values as they arrived. It belongs to the row's version and
/// replaces what the column held: the newest version decides, as for every column. A row without such columns has NULL there, or an empty
/// object.
/// </summary>
internal sealed class ExtrasDocument(TargetColumn column)
{
    private static readonly byte[] Null = "null"u8.ToArray();
    private static readonly byte[] Empty = "{}"u8.ToArray();
    private static readonly string[] Types =
    [
        "json", "jsonb", "text", "varchar", "bpchar", "citext", "char", "tinytext", "mediumtext", "longtext", "varchar2", "nvarchar2",
        "clob", "nclob",
    ];

    private ArrayBufferWriter<byte>? _json;

    public int Ordinal { get; } = column.Ordinal;

    /// <summary>What keeps a table's column from taking JSON objects; null: nothing, or the table has no such column.</summary>
    public static string? Problem(TargetTable table, IReadOnlyList<ColumnRule> rules, string extras)
    {
        int ordinal = table.FindColumn(extras);
        if (ordinal < 0) return null;
        TargetColumn there = table.Columns[ordinal];
        if (there.IsGenerated || table.PrimaryKey.Contains(ordinal))
            return $"column {there.Name} is computed or part of the key and cannot take the columns that the target lacks";
        if (!Types.Contains(there.TypeName, StringComparer.OrdinalIgnoreCase))
            return $"column {there.Name} is {there.TypeName}, which holds no JSON object; onUnknownColumn needs a JSON or text column";
        return rules.Any(r => !r.Ignore && table.FindColumn(r.Target) == ordinal)
            ? $"column {there.Name} has a rule in tables[].columns and cannot take the columns that the target lacks"
            : null;
    }

    /// <summary>Begins a row.</summary>
    public void Clear() => _json = null;

    public void Add(UnknownColumn of, RawValue value)
    {
        bool first = _json is null;
        _json ??= new ArrayBufferWriter<byte>();
        _json.Write(first ? "{"u8 : ","u8);
        _json.Write(of.Json);
        _json.Write(":"u8);
        _json.Write(value.Json.Span);
    }

    /// <summary>The row's object.</summary>
    public RawValue Take()
    {
        if (_json is null) return new RawValue(column.IsNullable ? Null : Empty);
        _json.Write("}"u8);
        return new RawValue(_json.WrittenMemory);
    }
}
