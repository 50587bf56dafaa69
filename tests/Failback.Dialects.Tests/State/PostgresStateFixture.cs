using Failback.Dialects.Tests.Postgres;

namespace Failback.Dialects.Tests.State;

/// <summary>A database per test on the server of FAILBACK_TEST_POSTGRES_URL.</summary>
public sealed class PostgresStateFixture : IStateFixture
{
    private readonly PostgresFixture _server = new();

    public bool IsShared => true;

    public Task<string> CreateAsync() => _server.CreateAsync();
}
