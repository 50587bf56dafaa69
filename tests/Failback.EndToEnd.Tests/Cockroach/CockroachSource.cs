using Failback.Cockroach;
using Failback.Testing.Processes;
using Npgsql;

namespace Failback.EndToEnd.Tests.Cockroach;

/// <summary>A database of the stand-in for CockroachDB, with rangefeeds on; forgotten and dropped at the end.</summary>
public sealed class CockroachSource : IAsyncDisposable
{
    private readonly TestDatabase _database;
    private readonly NpgsqlDataSource _source;

    private CockroachSource(TestDatabase database, CockroachStandIn standIn)
    {
        _database = database;
        StandIn = standIn;
        _source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database.ConnectionString) { Port = standIn.Port, MaxPoolSize = 8 });
    }

    public CockroachStandIn StandIn { get; }

    public string Name => _database.Name;

    /// <summary>The server behind it, for what only an administrator of that can do.</summary>
    public string ServerConnectionString => _database.ConnectionString;

    /// <summary>URL for a failback's definition.</summary>
    public string Url => new UriBuilder(_database.Url) { Port = StandIn.Port, Scheme = "postgresql" }.Uri.AbsoluteUri;

    public static async Task<CockroachSource> CreateAsync(string ddl)
    {
        TestDatabase database = await TestDatabase.CreateAsync(prefix: "crdb");
        var source = new CockroachSource(database, CockroachStandIn.Start(database.ConnectionString));
        await source.ExecuteAsync("SET CLUSTER SETTING kv.rangefeed.enabled = true; " + ddl);
        return source;
    }

    /// <summary>Runs SQL as an application of the source would.</summary>
    public async Task ExecuteAsync(string sql)
    {
        await using NpgsqlCommand command = _source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>First values of all rows as text.</summary>
    public async Task<IReadOnlyList<string>> ColumnAsync(string sql)
    {
        await using NpgsqlCommand command = _source.CreateCommand(sql);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        var values = new List<string>();
        while (await reader.ReadAsync()) values.Add(Convert.ToString(reader.GetValue(0), System.Globalization.CultureInfo.InvariantCulture)!);
        return values;
    }

    /// <summary>Ids of the changefeeds that are not over.</summary>
    public Task<IReadOnlyList<string>> LiveJobsAsync() =>
        ColumnAsync("SELECT job_id FROM [SHOW CHANGEFEED JOBS] WHERE status NOT IN ('canceled', 'failed', 'succeeded') ORDER BY job_id");

    public async ValueTask DisposeAsync()
    {
        StandIn.Hooks.Asked = StandIn.Hooks.Answered = static _ => Task.CompletedTask;
        StandIn.Hooks.Refused = static _ => null;
        await _source.DisposeAsync();
        await StandIn.ForgetAsync(_database.Name);
        await StandIn.DisposeAsync();
        await _database.DisposeAsync();
    }
}
