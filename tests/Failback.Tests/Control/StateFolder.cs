using Failback.Contracts.Api;
using Failback.Control.Definitions;
using Failback.Control.Registry;
using Failback.Control.Settings;
using Failback.Control.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace Failback.Tests.Control;

/// <summary>The state of control in a file of a temporary folder.</summary>
public sealed class StateFolder : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("failback-unit-").FullName;

    public StateFolder() =>
        Database = new ControlDatabase(Options.Create(new ControlOptions { Database = Path.Combine(_folder, "state.db") }));

    internal ControlDatabase Database { get; }

    internal static FailbackRecord Record(string name) => new()
    {
        Name = name,
        Definition = new SealedDefinition(
            new FailbackDefinition { Target = "postgres://u:***@h/d", Changefeed = new ChangefeedDefinition { Managed = false } }, ""),
        Dialect = "postgres",
        SealedTarget = "",
        Generation = "1",
        GeneratedPath = "/" + name,
        StagingSchema = "_failback_1",
    };

    public void Dispose()
    {
        Database.Dispose();
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }
}
