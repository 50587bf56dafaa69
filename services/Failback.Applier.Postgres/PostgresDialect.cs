using System.Data.Common;
using System.Globalization;
using Failback.Apply;
using Failback.Apply.Columns;
using Failback.Apply.Failures;
using Failback.Apply.Letters;
using Failback.Apply.Staging;
using Failback.Apply.Tables;
using Failback.Apply.Values;
using Failback.Apply.Writing;
using Failback.Contracts;
using Failback.Contracts.Control;
using Npgsql;

namespace Failback.Applier.Postgres;

/// <summary>PostgreSQL 11 and later through Npgsql.</summary>
internal sealed class PostgresDialect : ITargetDialect
{
    /// <summary>A frozen owner's open transaction may block its successor for so long, then the server ends its session.</summary>
    private const int IdleInTransactionMilliseconds = 5_000;

    public string Name => "postgres";

    public ITableStatements Statements { get; init; } = new PostgresStatements();

    public DbConnection CreateConnection(string url, TimeSpan applyTimeout)
    {
        NpgsqlConnectionStringBuilder settings = PostgresUrl.Parse(url);
        long timeout = (long)applyTimeout.TotalMilliseconds;
        settings.ApplicationName ??= "failback";
        settings.Options = string.Create(
            CultureInfo.InvariantCulture,
            $"-c timezone=UTC -c datestyle=ISO,YMD -c intervalstyle=postgres -c extra_float_digits=1 -c client_min_messages=warning -c statement_timeout={timeout} -c lock_timeout={timeout} -c idle_in_transaction_session_timeout={IdleInTransactionMilliseconds}");
        settings.CommandTimeout = (int)applyTimeout.TotalSeconds + 5;
        settings.KeepAlive = 5;
        settings.TcpKeepAlive = true;
        settings.MaxAutoPrepare = 100;
        settings.AutoPrepareMinUsages = 2;
        settings.IncludeErrorDetail = false;
        settings.PersistSecurityInfo = true;
        return new NpgsqlConnection(settings.ConnectionString);
    }

    public void ClearPool(DbConnection connection) => NpgsqlConnection.ClearPool((NpgsqlConnection)connection);

    public Failure Classify(Exception exception) => PostgresFailures.Classify(exception);

    public Task<IReadOnlyList<TargetTable>> ReadCatalogAsync(DbConnection connection, string stagingSchema, CancellationToken cancellationToken) =>
        PostgresCatalog.ReadAsync((NpgsqlConnection)connection, stagingSchema, cancellationToken);

    public Task<IReadOnlyList<TargetFinding>> InspectAsync(DbConnection connection, InspectionScope scope, CancellationToken cancellationToken) =>
        PostgresInspection.RunAsync((NpgsqlConnection)connection, scope, cancellationToken);

    public string? SuggestDeferrable(TargetTable table, ForeignKey key) =>
        $"ALTER TABLE {PostgresName.Quote(table.Name)} ALTER CONSTRAINT {PostgresName.Quote(key.Name)} DEFERRABLE;";

    public IStagingStore Staging(string schema) => new PostgresStaging(schema);

    public ILetterStore Letters(string schema) => new PostgresLetters(schema);

    public string SuggestColumn(TargetTable table, string column, FeedKind kind) =>
        $"ALTER TABLE {PostgresName.Quote(table.Name)} ADD COLUMN {PostgresName.Quote(column)} {TypeOf(kind)};";

    public string? SuggestFit(TargetTable table, TargetColumn column, RawValue value) => PostgresFit.Suggest(table, column, value);

    public Task<IReadOnlyList<string>?> ReadRowAsync(DbConnection connection, RowBatch key, CancellationToken cancellationToken) =>
        PostgresStatements.ReadRowAsync((NpgsqlConnection)connection, key, cancellationToken);

    public Task<IReadOnlyDictionary<TableName, string>> ReadShapesAsync(DbConnection connection, DbTransaction? transaction, IReadOnlyCollection<TableName> tables, CancellationToken cancellationToken) =>
        PostgresCatalog.ReadShapesAsync((NpgsqlConnection)connection, (NpgsqlTransaction?)transaction, tables, cancellationToken);

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
