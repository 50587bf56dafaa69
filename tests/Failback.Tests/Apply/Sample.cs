using System.Buffers;
using System.Text;
using Failback.Apply.Columns;
using Failback.Apply.Tables;
using Failback.Apply.Values;
using Failback.Apply.Windows;
using Failback.Contracts;
using Failback.Contracts.Control;
using Failback.Contracts.Rows;

namespace Failback.Tests.Apply;

/// <summary>Small tables, rows and messages for the value tables of the engine.</summary>
internal static class Sample
{
    /// <param name="columns">Names separated by blanks; an asterisk behind a name: the target computes it.</param>
    /// <param name="key">Names of the primary key's columns in index order.</param>
    public static TargetTable Table(string columns, string key, params ForeignKey[] foreignKeys) =>
        Table("shop.t", columns, key, foreignKeys);

    public static TargetTable Table(string name, string columns, string key, IReadOnlyList<ForeignKey> foreignKeys)
    {
        string[] names = [.. columns.Split(' ').Select(n => n.TrimEnd('*'))];
        bool[] generated = [.. columns.Split(' ').Select(n => n.EndsWith('*'))];
        return new TargetTable(
            TableName.Parse(name),
            [.. names.Select(
                (n, i) =>
                new TargetColumn { Name = n, Ordinal = i, TypeName = "text", IsGenerated = generated[i], Converter = new object() })],
            [.. key.Split(' ').Select(k => Array.IndexOf(names, k))],
            uniqueIndexes: [],
            foreignKeys);
    }

    public static HlcTimestamp At(long wall) => new(wall, 0);

    /// <param name="after">Null: the row was deleted.</param>
    public static RowFrame Frame(long updated, string key, string? after, string before = "") =>
        new(At(updated), Bytes(key), Bytes(after ?? ""), Bytes(before));

    public static byte[] Body(params IReadOnlyList<RowFrame> frames)
    {
        var body = new ArrayBufferWriter<byte>();
        foreach (RowFrame frame in frames) frame.WriteTo(body);
        return body.WrittenSpan.ToArray();
    }

    public static Mutation Mutation(RowFrame frame) => new(new MessageEntry(0, Body(frame), null), 0, frame.Updated);

    /// <param name="sourceKey">The source's key columns as declared, separated by blanks; empty: not declared.</param>
    public static TableChanges Changes(TargetTable table, string sourceKey = "", params IReadOnlyList<ColumnRule> rules) =>
        new(0, table, new ColumnValueReader(table, rules), Keys(table, sourceKey, rules));

    /// <summary>Changes as they come out of a window with these rows.</summary>
    public static TableChanges With(this TableChanges changes, params IReadOnlyList<RowFrame> rows)
    {
        foreach (RowFrame row in rows)
            (row.IsDelete ? changes.Deletes : changes.Upserts).Add(new RowChange(Mutation(row), changes.Keys.Identify(row)));
        return changes;
    }

    public static KeyMap Keys(TargetTable table, string sourceKey = "", params IReadOnlyList<ColumnRule> rules) =>
        new(table, sourceKey.Length == 0 ? [] : sourceKey.Split(' '), rules);

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    public static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    public static string Text(RawValue value) => value.IsMissing ? "-" : Text(value.Json);
}
