using System.Collections.Concurrent;
using System.Data.Common;
using System.Runtime.CompilerServices;
using Failback.Applier.MySql.Advice;
using Failback.Applier.MySql.Catalog;
using Failback.Applier.MySql.Connection;
using Failback.Applier.MySql.Inspection;
using Failback.Applier.MySql.Staging;
using Failback.Applier.MySql.Writing;
using Failback.Apply.Dialects;
using Failback.Apply.Failures;
using MySqlConnector;

namespace Failback.Applier.MySql;

/// <summary>MySQL 5.7 and later, MariaDB 10.6 and later, through MySqlConnector. Which of them it is, the server says.</summary>
internal sealed class MySqlDialect : ITargetDialect
{
    private readonly ConcurrentDictionary<(string Settings, SessionTerms Terms), MySqlDataSource> _sources = new();
    private readonly ConditionalWeakTable<DbConnection, Action> _poolsOf = [];

    public string Name => "mysql";

    public ITargetCatalog Catalog { get; } = new MySqlCatalog();

    public ITableStatements Statements { get; } = new MySqlStatements();

    public ITargetInspection Inspection { get; } = new MySqlInspection();

    public ITargetAdvice Advice { get; } = new MySqlAdvice();

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

    public ICheckpointStore Checkpoints(string schema) => new MySqlCheckpoints(schema);

    public ILetterStore Letters(string schema) => new MySqlLetters(schema);

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
