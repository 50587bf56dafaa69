namespace Failback.Testing.Processes;

/// <summary>A fresh database of some product that is dropped at the end.</summary>
public interface ITestDatabase : IAsyncDisposable
{
    /// <summary>URL for a failback's definition.</summary>
    string Url { get; }

    /// <summary>Schema or database for Failback's own tables.</summary>
    string StagingSchema { get; }
}
