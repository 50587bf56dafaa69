using System.Globalization;

namespace Failback.Testing.Changefeeds;

/// <summary>Turns changes of the model into rows as CockroachDB prints them.</summary>
public static class FeedRows
{
    /// <summary>Returns the row of a change.</summary>
    public static FeedRow Of(ModelChange change, FeedOptions options) => new(
        options.TopicPrefix + change.Table.Name,
        Key(change.Table, change.After is null ? change.KeyValues : change.Table.KeyValuesOf(change.After), change.After is null),
        change.After is null ? null : Image(change.Table, change.After),
        !options.Diff ? null : change.Before is null ? "null" : Image(change.Table, change.Before),
        change.Updated);

    /// <summary>Returns the initial scan: every row, at one timestamp.</summary>
    public static IEnumerable<ModelChange> Scan(ModelHistory history) =>
        history.Schema.Tables.SelectMany(
            t => history.Start[t.Name].Select(r => new ModelChange(t, r.Key, t.KeyValuesOf(r.Value), r.Value, null, history.StartTime)));

    private static string Image(ModelTable table, string?[] row)
    {
        IEnumerable<string> fields = table.Columns.Select((c, i) => (c.Name, Json: ModelValues.Json(c.Type, row[i])))
            .OrderBy(c => c.Name, StringComparer.Ordinal)
            .Select(c => $"\"{c.Name}\": {c.Json}");
        return $"{{{string.Join(", ", fields)}}}";
    }

    private static string Key(ModelTable table, IReadOnlyList<string> values, bool fromIndex)
    {
        IEnumerable<string> parts = table.SourceKey.Select(name =>
        {
            if (name.StartsWith("crdb_internal_", StringComparison.Ordinal)) return Shard(table, values);
            int position = table.PrimaryKey.ToList().IndexOf(name);
            ModelType type = table.Columns[table.IndexOf(name)].Type;
            return fromIndex ? ModelValues.IndexJson(type, values[position]) : ModelValues.Json(type, values[position]);
        });
        return $"[{string.Join(", ", parts)}]";
    }

    private static string Shard(ModelTable table, IReadOnlyList<string> values)
    {
        int sum = 0;
        for (int i = 0; i < values.Count; i++)
        {
            foreach (char c in ModelValues.Canonical(table.Columns[table.IndexOf(table.PrimaryKey[i])].Type, values[i]))
                sum = ((sum * 31) + c) & 0xffffff;
        }

        return (sum % 8).ToString(CultureInfo.InvariantCulture);
    }
}
