using System.Data.Common;
using Failback.Apply.Dialects;
using Failback.Dialects.Tests.Suites;

namespace Failback.Dialects.Tests.Keeping;

/// <summary>Another fixture whose tables are all read back, as if each had triggers: what is read back must be what was written.</summary>
public sealed class ReadBackFixture(ITargetFixture inner) : ITargetFixture
{
    public ITargetDialect Dialect { get; } = new ReadBackDialect(inner.Dialect);

    public string Schema(string url) => inner.Schema(url);

    public string Staging(string url) => inner.Staging(url);

    public string Unquoted(string table) => inner.Unquoted(table);

    public string StagingTable(string url, string table) => inner.StagingTable(url, table);

    public Task<string> CreateAsync() => inner.CreateAsync();

    public Task<DbConnection> ConnectAsync(string url) => inner.ConnectAsync(url);

    public Task GrantAsync(string url) => inner.GrantAsync(url);
}
