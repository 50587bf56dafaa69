using Failback.Applier.MySql.Connection;
using Failback.Apply.Columns;
using Failback.Apply.Dialects;
using Failback.Apply.Tables;
using Failback.Apply.Values;

namespace Failback.Applier.MySql.Advice;

/// <summary>Statements for people who look at a letter or a finding.</summary>
internal sealed class MySqlAdvice : ITargetAdvice
{
    public string AddColumn(TargetTable table, string column, FeedKind kind) =>
        $"ALTER TABLE {MySqlName.Quote(table.Name)} ADD COLUMN {MySqlName.Quote(column)} {TypeOf(kind)};";

    public string? Fit(TargetTable table, TargetColumn column, RawValue value) => MySqlFit.Suggest(table, column, value);

    private static string TypeOf(FeedKind kind) => kind switch
    {
        FeedKind.Boolean => "boolean",
        FeedKind.WholeNumber => "bigint",
        FeedKind.Number => "decimal(65,30)",
        FeedKind.Date => "date",
        FeedKind.Timestamp or FeedKind.TimestampWithZone => "datetime(6)",
        FeedKind.Uuid => "char(36)",
        FeedKind.Bytes => "longblob",
        FeedKind.Document => "json",
        _ => "longtext",
    };
}
