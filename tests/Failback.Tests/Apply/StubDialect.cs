using System.Data.Common;
using Failback.Apply.Dialects;
using Failback.Apply.Failures;
using Failback.Apply.Tables;
using Microsoft.Data.Sqlite;

namespace Failback.Tests.Apply;

/// <summary>A target without a server: a catalogue from memory, connections to an empty database in memory, staging by hand.</summary>
internal sealed class StubDialect(params IReadOnlyList<TargetTable> catalog) : ITargetDialect
{
    public string Name => "stub";

    public ITargetCatalog Catalog { get; } = new StubCatalog(catalog);

    public ITargetInspection Inspection => throw new NotSupportedException();

    public ITargetAdvice Advice { get; } = new StubAdvice();

    public ITableStatements Statements => throw new NotSupportedException();

    public StubCheckpoints Store { get; } = new();

    public ILetterStore LetterStore { get; init; } = new Letters.StubLetters([], []);

    public List<DbConnection> Connections { get; } = [];

    public int Cleared { get; private set; }

    public DbConnection CreateConnection(string url, ConnectionUse use, TimeSpan applyTimeout)
    {
        Connections.Add(new SqliteConnection("Data Source=:memory:"));
        return Connections[^1];
    }

    public void ClearPool(DbConnection connection) => Cleared++;

    public Failure Classify(Exception exception) => new(FailureKind.Transient, "stub", exception.Message);

    public ICheckpointStore Checkpoints(string schema) => Store;

    public ILetterStore Letters(string schema) => LetterStore;
}
