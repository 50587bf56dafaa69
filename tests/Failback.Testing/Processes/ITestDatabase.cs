namespace Failback.Testing.Processes;

/// <summary>
/// A fresh database of one product, dropped at the end. The test owns its tables; the failback connects as the ordinary user that
/// the product's page in docs/ describes.
/// </summary>
public interface ITestDatabase : IAsyncDisposable
{
    /// <summary>URL for a failback's definition, with the ordinary user.</summary>
    string Url { get; }

    /// <summary>URL of the owner of the tables: for the test's own statements, and for tests about superusers.</summary>
    string OwnerUrl { get; }

    /// <summary>Schema or database for Failback's own tables.</summary>
    string StagingSchema { get; }
}
