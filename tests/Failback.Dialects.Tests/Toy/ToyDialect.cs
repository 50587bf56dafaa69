using System.Data;
using System.Data.Common;
using Failback.Apply.Dialects;
using Failback.Apply.Failures;
using Microsoft.Data.Sqlite;

namespace Failback.Dialects.Tests.Toy;

/// <summary>SQLite as a target: what docs/design/adding-a-dialect.md says a dialect consists of, at its smallest.</summary>
internal sealed class ToyDialect : ITargetDialect
{
    public string Name => "toy";

    public ITargetCatalog Catalog { get; } = new ToyCatalog();

    public ITableStatements Statements { get; } = new ToyStatements();

    public ITargetInspection Inspection { get; } = new ToyInspection();

    public ITargetAdvice Advice { get; } = new ToyAdvice();

    public DbConnection CreateConnection(string url, ConnectionUse use, TimeSpan applyTimeout)
    {
        string file = ToyUrl.Parse(url);
        SessionTerms terms = SessionTerms.Of(use, applyTimeout);
        var settings = new SqliteConnectionStringBuilder
        {
            DataSource = file,
            ForeignKeys = true,
            // 0 is without end.
            DefaultTimeout = (int)(terms.Statement ?? TimeSpan.Zero).TotalSeconds,
            // SQLite knows no size of a pool by which operators' connections could be kept from those of the groups.
            Pooling = use == ConnectionUse.Apply,
        };
        var connection = new SqliteConnection(settings.ConnectionString);
        connection.StateChange += (_, change) => Attach(connection, file, change.CurrentState);
        return connection;
    }

    public void ClearPool(DbConnection connection) => SqliteConnection.ClearPool((SqliteConnection)connection);

    public Failure Classify(Exception exception) => ToyFailures.Classify(exception);

    public ICheckpointStore Checkpoints(string schema) => new ToyCheckpoints(schema);

    public ILetterStore Letters(string schema) => new ToyLetters(schema);

    /// <summary>A second file holds the engine's own tables. Both are committed together while the journal is not a WAL.</summary>
    private static void Attach(SqliteConnection connection, string file, ConnectionState state)
    {
        if (state != ConnectionState.Open) return;
        using SqliteCommand attached = connection.CreateCommand();
        attached.CommandText = "SELECT count(*) FROM pragma_database_list WHERE name = 'fb_staging'";
        if (attached.ExecuteScalar() is not 0L) return;
        using SqliteCommand attach = connection.CreateCommand();
        attach.CommandText = "ATTACH DATABASE $file AS fb_staging";
        attach.Parameters.AddWithValue("$file", file + "-staging");
        attach.ExecuteNonQuery();
    }
}
