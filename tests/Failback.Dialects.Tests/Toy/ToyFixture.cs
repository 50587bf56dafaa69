using System.Data.Common;
using Failback.Apply.Dialects;
using Failback.Dialects.Tests.Suites;

namespace Failback.Dialects.Tests.Toy;

/// <summary>A file per test.</summary>
public sealed class ToyFixture : ITargetFixture
{
    public ITargetDialect Dialect { get; } = new ToyDialect();

    public string Schema(string url) => ToyCatalog.Schema;

    public Task<string> CreateAsync() =>
        Task.FromResult(
            "toy://localhost"
            + Path.Combine(Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "toy")).FullName, $"{Guid.NewGuid():N}.db"));

    public async Task<DbConnection> ConnectAsync(string url)
    {
        DbConnection connection = Dialect.CreateConnection(url, ConnectionUse.Apply, TimeSpan.FromSeconds(10));
        await connection.OpenAsync();
        return connection;
    }
}
