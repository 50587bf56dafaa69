using Failback.Cockroach;
using Failback.Testing.Processes;
using Failback.Testing.Users;
using Npgsql;

namespace Failback.EndToEnd.Tests.Cockroach;

/// <summary>
/// A database of the stand-in for CockroachDB, with rangefeeds on; forgotten and dropped at the end. An administrator owns the tables;
/// control comes as the user of docs/guide/changefeeds.md.
/// </summary>
public sealed class CockroachSource : IAsyncDisposable
{
    private readonly TestDatabase _database;
    private readonly NpgsqlDataSource _source;
    private string _password = "";

    private CockroachSource(TestDatabase database, CockroachStandIn standIn)
    {
        _database = database;
        StandIn = standIn;
        _source = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(database.ConnectionString) { Port = standIn.Port, MaxPoolSize = 8 });
    }

    public CockroachStandIn StandIn { get; }

    public string Name => _database.Name;

    /// <summary>The server behind it, for what only an administrator of that can do.</summary>
    public string ServerConnectionString => _database.ConnectionString;

    /// <summary>URL for a failback's definition: the ordinary user's.</summary>
    public string Url => UserUrl.Of(AdministratorUrl, CockroachUser.Name(Name), _password);

    /// <summary>URL of an administrator.</summary>
    public string AdministratorUrl => new UriBuilder(_database.OwnerUrl) { Port = StandIn.Port, Scheme = "postgresql" }.Uri.AbsoluteUri;

    public static async Task<CockroachSource> CreateAsync(string ddl)
    {
        TestDatabase database = await TestDatabase.CreateAsync(prefix: "crdb", isTarget: false);
        var source = new CockroachSource(database, CockroachStandIn.Start(database.ConnectionString));
        await source.ExecuteAsync("SET CLUSTER SETTING kv.rangefeed.enabled = true");
        source._password = await CockroachUser.CreateAsync(source._source, database.Name);
        await source.ExecuteAsync(ddl);
        return source;
    }

    /// <summary>Runs SQL as the owner of the tables; the user of the source gets what is documented for new ones.</summary>
    public async Task ExecuteAsync(string sql)
    {
        await using (NpgsqlCommand command = _source.CreateCommand(sql)) await command.ExecuteNonQueryAsync();
        if (sql.Contains("CREATE TABLE", StringComparison.OrdinalIgnoreCase)) await CockroachUser.GrantTablesAsync(_source, Name);
    }

    /// <summary>First values of all rows as text.</summary>
    public Task<IReadOnlyList<string>> ColumnAsync(string sql) => ColumnAsync(_source, sql);

    /// <summary>The same as the user of the source, who sees and takes over no job but those made under the same name.</summary>
    public async Task<IReadOnlyList<string>> ColumnAsUserAsync(string sql)
    {
        await using NpgsqlDataSource user = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(_source.ConnectionString)
            {
                Username = CockroachUser.Name(Name),
                Password = _password,
                Pooling = false,
            });
        return await ColumnAsync(user, sql);
    }

    /// <summary>Ids of the changefeeds that are not over.</summary>
    public Task<IReadOnlyList<string>> LiveJobsAsync() =>
        ColumnAsync("SELECT job_id FROM [SHOW CHANGEFEED JOBS] WHERE status NOT IN ('canceled', 'failed', 'succeeded') ORDER BY job_id");

    private static async Task<IReadOnlyList<string>> ColumnAsync(NpgsqlDataSource on, string sql)
    {
        await using NpgsqlCommand command = on.CreateCommand(sql);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        var values = new List<string>();
        while (await reader.ReadAsync())
            values.Add(Convert.ToString(reader.GetValue(0), System.Globalization.CultureInfo.InvariantCulture)!);
        return values;
    }

    public async ValueTask DisposeAsync()
    {
        StandIn.Hooks.Asked = StandIn.Hooks.Answered = static _ => Task.CompletedTask;
        StandIn.Hooks.Refused = static _ => null;
        await _source.DisposeAsync();
        await StandIn.ForgetAsync(_database.Name);
        await StandIn.DisposeAsync();
        await _database.DisposeAsync();
        await TestDatabase.DropRoleAsync(CockroachUser.Name(Name));
    }
}
