using System.Collections.Concurrent;
using System.Data.Common;
using System.Runtime.CompilerServices;
using Failback.Applier.Postgres.Advice;
using Failback.Applier.Postgres.Catalog;
using Failback.Applier.Postgres.Connection;
using Failback.Applier.Postgres.Inspection;
using Failback.Applier.Postgres.Staging;
using Failback.Applier.Postgres.Writing;
using Failback.Apply.Dialects;
using Failback.Apply.Failures;
using Npgsql;

namespace Failback.Applier.Postgres;

/// <summary>PostgreSQL 11 and later through Npgsql.</summary>
internal sealed class PostgresDialect : ITargetDialect
{
    private readonly ConcurrentDictionary<string, NpgsqlDataSource> _sources = new(StringComparer.Ordinal);
    private readonly ConditionalWeakTable<DbConnection, Action> _poolsOf = [];

    public string Name => "postgres";

    public ITargetCatalog Catalog { get; } = new PostgresCatalog();

    public ITableStatements Statements { get; init; } = new PostgresStatements();

    public ITargetInspection Inspection { get; } = new PostgresInspection();

    public ITargetAdvice Advice { get; } = new PostgresAdvice();

    public DbConnection CreateConnection(string url, ConnectionUse use, TimeSpan applyTimeout)
    {
        NpgsqlConnectionStringBuilder settings = PostgresUrl.Parse(url);
        SessionTerms terms = SessionTerms.Of(use, applyTimeout);
        var session = new PostgresSession(terms);
        settings.ApplicationName ??= "failback";
        settings.Options = session.Options;
        settings.CommandTimeout = terms.Statement is { } statement ? (int)statement.TotalSeconds + 5 : 0;
        settings.Pooling = terms.IsPooled;
        if (terms.IsPooled) settings.MaxPoolSize = terms.Pool;
        settings.KeepAlive = 5;
        settings.TcpKeepAlive = true;
        settings.MaxAutoPrepare = 100;
        settings.AutoPrepareMinUsages = 2;
        settings.IncludeErrorDetail = false;
        settings.PersistSecurityInfo = true;
        NpgsqlDataSource source = _sources.GetOrAdd(settings.ConnectionString, key => Source(key, session));
        NpgsqlConnection connection = source.CreateConnection();
        _poolsOf.Add(connection, () => Drop(settings.ConnectionString, source));
        return connection;
    }

    public void ClearPool(DbConnection connection)
    {
        if (_poolsOf.TryGetValue(connection, out Action? drop)) drop();
    }

    public Failure Classify(Exception exception) => PostgresFailures.Classify(exception);

    public ICheckpointStore Checkpoints(string schema) => new PostgresCheckpoints(schema);

    public ILetterStore Letters(string schema) => new PostgresLetters(schema);

    /// <summary>
    /// NpgsqlConnection.ClearPool knows pools by their connection string only, not those of a data source; they end with it.
    /// </summary>
    private void Drop(string key, NpgsqlDataSource source)
    {
        _sources.TryRemove(KeyValuePair.Create(key, source));
        source.Dispose();
    }

    private static NpgsqlDataSource Source(string settings, PostgresSession session) =>
        new NpgsqlDataSourceBuilder(settings)
            .UsePhysicalConnectionInitializer(c => session.CheckAsync(c).GetAwaiter().GetResult(), session.CheckAsync).Build();
}
