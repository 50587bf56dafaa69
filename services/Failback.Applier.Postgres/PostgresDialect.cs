using System.Data.Common;
using System.Globalization;
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
    /// <summary>Decide how values are written and read.</summary>
    private const string Values =
        "-c timezone=UTC -c datestyle=ISO,YMD -c intervalstyle=postgres -c extra_float_digits=1 -c client_min_messages=warning";

    public string Name => "postgres";

    public ITargetCatalog Catalog { get; } = new PostgresCatalog();

    public ITableStatements Statements { get; init; } = new PostgresStatements();

    public ITargetInspection Inspection { get; } = new PostgresInspection();

    public ITargetAdvice Advice { get; } = new PostgresAdvice();

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

    public ICheckpointStore Checkpoints(string schema) => new PostgresCheckpoints(schema);

    public ILetterStore Letters(string schema) => new PostgresLetters(schema);

    private static long Milliseconds(TimeSpan? bound) => (long)(bound ?? TimeSpan.Zero).TotalMilliseconds;
}
