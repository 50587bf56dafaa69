using Failback.Applier.Postgres.Connection;
using Failback.Apply.Columns;
using Failback.Apply.Dialects;
using Failback.Apply.Tables;
using Failback.Apply.Values;

namespace Failback.Applier.Postgres.Advice;

/// <summary>Statements for people who look at a letter or a finding.</summary>
internal sealed class PostgresAdvice : ITargetAdvice
{
    public string AddColumn(TargetTable table, string column, FeedKind kind) =>
        $"ALTER TABLE {PostgresName.Quote(table.Name)} ADD COLUMN {PostgresName.Quote(column)} {TypeOf(kind)};";

    public string? Fit(TargetTable table, TargetColumn column, RawValue value) => PostgresFit.Suggest(table, column, value);

    public string? MakeDeferrable(TargetTable table, ForeignKey key) =>
        $"ALTER TABLE {PostgresName.Quote(table.Name)} ALTER CONSTRAINT {PostgresName.Quote(key.Name)} DEFERRABLE;";

    private static string TypeOf(FeedKind kind) => kind switch
    {
        FeedKind.Boolean => "boolean",
        FeedKind.WholeNumber => "bigint",
        FeedKind.Number => "numeric",
        FeedKind.Date => "date",
        FeedKind.Timestamp => "timestamp",
        FeedKind.TimestampWithZone => "timestamptz",
        FeedKind.Uuid => "uuid",
        FeedKind.Bytes => "bytea",
        FeedKind.Document => "jsonb",
        _ => "text",
    };
}
