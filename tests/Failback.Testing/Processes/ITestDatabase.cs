namespace Failback.Testing.Processes;

/// <summary>
/// A fresh database of some product that is dropped at the end. Its tables belong to the owner, who is the test; the failback comes as the
/// ordinary user that
/// the product's page in docs/ has people make.
/// </summary>
public interface ITestDatabase : IAsyncDisposable
{
    /// <summary>URL for a failback's definition: the ordinary user's.</summary>
    string Url { get; }

    /// <summary>URL of the owner of the tables: for the test's own statements, and for tests about superusers.</summary>
    string OwnerUrl { get; }

    /// <summary>Schema or database for Failback's own tables.</summary>
    string StagingSchema { get; }
}
