using System.Collections.Concurrent;
using System.Data.Common;
using System.Runtime.CompilerServices;
using Failback.Applier.MySql.Advice;
using Failback.Applier.MySql.Catalog;
using Failback.Applier.MySql.Connection;
using Failback.Applier.MySql.Inspection;
using Failback.Applier.MySql.Staging;
using Failback.Applier.MySql.Writing;
using Failback.Apply.Columns;
using Failback.Apply.Dialects;
using Failback.Apply.Failures;
using Failback.Apply.Tables;
using Failback.Apply.Values;
using Failback.Contracts;
using Failback.Contracts.Words;
using MySqlConnector;

namespace Failback.Applier.MySql;

/// <summary>MySQL 5.7 and later, MariaDB 10.6 and later, through MySqlConnector. Which of them it is, the server says.</summary>
internal sealed class MySqlDialect : ITargetDialect
{
    private readonly ConcurrentDictionary<(string Settings, SessionTerms Terms), MySqlDataSource> _sources = new();
    private readonly ConditionalWeakTable<DbConnection, Action> _poolsOf = [];

    public string Name => "mysql";

    public ITableStatements Statements { get; } = new MySqlStatements();

    public DbConnection CreateConnection(string url, ConnectionUse use, TimeSpan applyTimeout)
    {
        SessionTerms terms = SessionTerms.Of(use, applyTimeout);
        MySqlConnectionStringBuilder settings = MySqlUrl.Parse(url);
        settings.ApplicationName = "failback";
        settings.DefaultCommandTimeout = terms.Statement is { } statement ? (uint)statement.TotalSeconds + 5 : 0;
        settings.Pooling = terms.IsPooled;
        if (terms.IsPooled) settings.MaximumPoolSize = (uint)terms.Pool;
        settings.Keepalive = 5;
        settings.CharacterSet = "utf8mb4";
        settings.UseAffectedRows = false; // an UPDATE tells how many rows it found
        settings.TreatTinyAsBoolean = false;
        settings.GuidFormat = MySqlGuidFormat.None;
        settings.AllowZeroDateTime = true;
        (string, SessionTerms) key = (settings.ConnectionString, terms);
        MySqlDataSource source = _sources.GetOrAdd(key, static key => Source(key.Settings, key.Terms));
        MySqlConnection connection = source.CreateConnection();
        _poolsOf.Add(connection, () => Drop(key, source));
        return connection;
    }

    public void ClearPool(DbConnection connection)
    {
        if (_poolsOf.TryGetValue(connection, out Action? drop)) drop();
    }

    public Failure Classify(Exception exception) => MySqlFailures.Classify(exception);

    public Task<IReadOnlyList<TargetTable>> ReadCatalogAsync(
        DbConnection connection, string stagingSchema, CancellationToken cancellationToken) =>
        MySqlCatalog.ReadAsync((MySqlConnection)connection, cancellationToken);

    public Task<IReadOnlyList<Finding>> InspectAsync(
        DbConnection connection, InspectionScope scope, CancellationToken cancellationToken) =>
        MySqlInspection.RunAsync((MySqlConnection)connection, scope, cancellationToken);

    public IStagingStore Staging(string schema) => new MySqlStaging(schema);

    public ILetterStore Letters(string schema) => new MySqlLetters(schema);

    public string SuggestColumn(TargetTable table, string column, FeedKind kind) =>
        $"ALTER TABLE {MySqlName.Quote(table.Name)} ADD COLUMN {MySqlName.Quote(column)} {TypeOf(kind)};";

    public string? SuggestFit(TargetTable table, TargetColumn column, RawValue value) => MySqlFit.Suggest(table, column, value);

    public Task<IReadOnlyList<string>?> ReadRowAsync(DbConnection connection, RowBatch key, CancellationToken cancellationToken) =>
        MySqlRowText.ReadAsync((MySqlConnection)connection, key, cancellationToken);

    public Task<IReadOnlyDictionary<TableName, string>> ReadShapesAsync(
        DbConnection connection, DbTransaction? transaction, IReadOnlyCollection<TableName> tables, CancellationToken cancellationToken) =>
        MySqlShapes.ReadAsync((MySqlConnection)connection, (MySqlTransaction?)transaction, tables, cancellationToken);

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

    /// <summary>
    /// MySqlConnection.ClearPool knows pools by their connection string only, not those of a data source; they end with it.
    /// </summary>
    private void Drop((string, SessionTerms) key, MySqlDataSource source)
    {
        _sources.TryRemove(KeyValuePair.Create(key, source));
        source.Dispose();
    }

    private static MySqlDataSource Source(string settings, SessionTerms terms) =>
        new MySqlDataSourceBuilder(settings).UseConnectionOpenedCallback(new MySqlSession(terms).PrepareAsync).Build();
}
