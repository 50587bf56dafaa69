using Failback.Testing.Processes;

namespace Failback.Benchmarks.Dialects;

/// <summary>The stand-in for Oracle makes a database for every service name.</summary>
internal sealed class OracleBulkDatabase(string server) : ITestDatabase
{
    public string Url { get; } = new UriBuilder(server) { Path = $"/BULK_{Guid.NewGuid():N}" }.Uri.ToString();

    public string StagingSchema => "";

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
