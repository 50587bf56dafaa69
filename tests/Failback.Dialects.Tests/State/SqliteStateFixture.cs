namespace Failback.Dialects.Tests.State;

/// <summary>Files in a temporary folder.</summary>
public sealed class SqliteStateFixture : IStateFixture, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("failback-state-").FullName;

    public bool IsShared => false;

    public Task<string> CreateAsync() => Task.FromResult(Path.Combine(_folder, $"{Guid.NewGuid():N}.db"));

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }
}
