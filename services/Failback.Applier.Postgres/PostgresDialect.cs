using System.Data.Common;
using System.Globalization;
using Failback.Applier.Postgres.Advice;
using Failback.Applier.Postgres.Catalog;
using Failback.Applier.Postgres.Connection;
using Failback.Applier.Postgres.Inspection;
using Failback.Applier.Postgres.Staging;
using Failback.Applier.Postgres.Writing;
using Failback.Apply.Columns;
using Failback.Apply.Dialects;
using Failback.Apply.Failures;
using Failback.Apply.Tables;
using Failback.Apply.Values;
using Failback.Contracts;
using Failback.Contracts.Words;
using Npgsql;

namespace Failback.Applier.Postgres;

/// <summary>PostgreSQL 11 and later through Npgsql.</summary>
internal sealed class PostgresDialect : ITargetDialect
{
    /// <summary>Decide how values are written and read.</summary>
    private const string Values =
        "-c timezone=UTC -c datestyle=ISO,YMD -c intervalstyle=postgres -c extra_float_digits=1 -c client_min_messages=warning";

    public string Name => "postgres";

    public ITableStatements Statements { get; init; } = new PostgresStatements();

    public DbConnection CreateConnection(string url, ConnectionUse use, TimeSpan applyTimeout)
    {
        NpgsqlConnectionStringBuilder settings = PostgresUrl.Parse(url);
        SessionTerms terms = SessionTerms.Of(use, applyTimeout);
        settings.ApplicationName ??= "failback";
        // 0 is without end to all three.
        settings.Options = string.Create(
            CultureInfo.InvariantCulture,
            $"{Values} -c statement_timeout={Milliseconds(terms.Statement)} -c lock_timeout={Milliseconds(terms.Lock)} -c "
                + $"idle_in_transaction_session_timeout={Milliseconds(terms.IdleInTransaction)}");
        settings.CommandTimeout = terms.Statement is { } statement ? (int)statement.TotalSeconds + 5 : 0;
        settings.Pooling = terms.IsPooled;
        if (terms.IsPooled) settings.MaxPoolSize = terms.Pool;
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

    public Task<IReadOnlyList<TargetTable>> ReadCatalogAsync(
        DbConnection connection, string stagingSchema, CancellationToken cancellationToken) =>
        PostgresCatalog.ReadAsync((NpgsqlConnection)connection, stagingSchema, cancellationToken);

    public Task<IReadOnlyList<Finding>> InspectAsync(
        DbConnection connection, InspectionScope scope, CancellationToken cancellationToken) =>
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

    public Task<IReadOnlyDictionary<TableName, string>> ReadShapesAsync(
        DbConnection connection, DbTransaction? transaction, IReadOnlyCollection<TableName> tables, CancellationToken cancellationToken) =>
        PostgresCatalog.ReadShapesAsync((NpgsqlConnection)connection, (NpgsqlTransaction?)transaction, tables, cancellationToken);

    private static long Milliseconds(TimeSpan? bound) => (long)(bound ?? TimeSpan.Zero).TotalMilliseconds;

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
