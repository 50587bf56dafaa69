using Failback.Applier.Oracle.Connection;
using Failback.Apply.Columns;
using Failback.Apply.Dialects;
using Failback.Apply.Tables;
using Failback.Apply.Values;

namespace Failback.Applier.Oracle.Advice;

/// <summary>Statements for people who look at a letter or a finding.</summary>
internal sealed class OracleAdvice : ITargetAdvice
{
    public string AddColumn(TargetTable table, string column, FeedKind kind) =>
        $"ALTER TABLE {OracleName.Quote(table.Name)} ADD ({OracleName.Quote(column.ToUpperInvariant())} {TypeOf(kind)});";

    public string? Fit(TargetTable table, TargetColumn column, RawValue value) => OracleFit.Suggest(table, column, value);

    private static string TypeOf(FeedKind kind) => kind switch
    {
        FeedKind.Boolean => "NUMBER(1)",
        FeedKind.WholeNumber => "NUMBER(19)",
        FeedKind.Number => "NUMBER",
        FeedKind.Date => "DATE",
        FeedKind.Timestamp => "TIMESTAMP(6)",
        FeedKind.TimestampWithZone => "TIMESTAMP(6) WITH TIME ZONE",
        FeedKind.Uuid => "VARCHAR2(36)",
        FeedKind.Bytes => "BLOB",
        _ => "CLOB",
    };
}
