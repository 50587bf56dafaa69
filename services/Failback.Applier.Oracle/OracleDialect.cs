using System.Data.Common;
using Failback.Applier.Oracle.Advice;
using Failback.Applier.Oracle.Catalog;
using Failback.Applier.Oracle.Connection;
using Failback.Applier.Oracle.Inspection;
using Failback.Applier.Oracle.Staging;
using Failback.Applier.Oracle.Writing;
using Failback.Apply.Columns;
using Failback.Apply.Dialects;
using Failback.Apply.Failures;
using Failback.Apply.Tables;
using Failback.Apply.Values;
using Failback.Contracts.Words;

namespace Failback.Applier.Oracle;

/// <summary>Oracle 12.2 and later through the driver that is found at run time.</summary>
internal sealed class OracleDialect(OracleDriver driver) : ITargetDialect
{
    public string Name => "oracle";

    public ITableStatements Statements { get; } = new OracleStatements();

    public DbConnection CreateConnection(string url, ConnectionUse use, TimeSpan applyTimeout)
    {
        SessionTerms terms = SessionTerms.Of(use, applyTimeout);
        DbConnectionStringBuilder settings = OracleUrl.Parse(url);
        settings["Pooling"] = terms.IsPooled;
        if (terms.IsPooled) settings["Max Pool Size"] = terms.Pool;
        settings["Statement Cache Size"] = 100;
        settings["Persist Security Info"] = true;
        settings["Enlist"] = false;
        return new OracleSession(driver, driver.CreateConnection(settings.ConnectionString), terms);
    }

    public void ClearPool(DbConnection connection) => driver.ClearPool(((OracleSession)connection).Inner);

    public Failure Classify(Exception exception) => OracleFailures.Classify(exception, driver.ErrorNumber(exception));

    public Task<IReadOnlyList<TargetTable>> ReadCatalogAsync(
        DbConnection connection, string stagingSchema, CancellationToken cancellationToken) =>
        OracleCatalog.ReadAsync((OracleSession)connection, cancellationToken);

    public Task<IReadOnlyList<Finding>> InspectAsync(
        DbConnection connection, InspectionScope scope, CancellationToken cancellationToken) =>
        new OracleInspection((OracleSession)connection, scope).RunAsync(cancellationToken);

    public IStagingStore Staging(string schema) => new OracleStaging(schema);

    public ILetterStore Letters(string schema) => new OracleLetters(schema);

    public string SuggestColumn(TargetTable table, string column, FeedKind kind) =>
        $"ALTER TABLE {OracleName.Quote(table.Name)} ADD ({OracleName.Quote(column.ToUpperInvariant())} {TypeOf(kind)});";

    public string? SuggestFit(TargetTable table, TargetColumn column, RawValue value) => OracleFit.Suggest(table, column, value);

    public Task<IReadOnlyList<string>?> ReadRowAsync(DbConnection connection, RowBatch key, CancellationToken cancellationToken) =>
        OracleRowText.ReadAsync((OracleSession)connection, key, cancellationToken);

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
