using System.Data.Common;
using Failback.Apply.Dialects;

namespace Failback.Dialects.Tests.Suites;

/// <summary>
/// A real database of one dialect for the conformance suite. Its tables belong to an owner, who is the test itself; the engine comes as the
/// ordinary user that the dialect's page in docs/ has people make.
/// </summary>
public interface ITargetFixture
{
    ITargetDialect Dialect { get; }

    /// <summary>Schema that unqualified tables of a fresh database land in.</summary>
    string Schema(string url);

    /// <summary>Schema or database for the engine's own tables of a fresh database.</summary>
    string Staging(string url) => "fb_staging";

    /// <summary>Name in the catalogue of a table whose name was not quoted.</summary>
    string Unquoted(string table) => table;

    /// <summary>One of the engine's own tables, as a statement names it.</summary>
    string StagingTable(string url, string table) => $"{Staging(url)}.{table}";

    /// <summary>A fresh database; its connection URL for the ordinary user.</summary>
    Task<string> CreateAsync();

    /// <summary>An open connection of the owner of the tables, for the test's own statements.</summary>
    /// <param name="url">URL of the user.</param>
    Task<DbConnection> ConnectAsync(string url);

    /// <summary>What the documentation asks for once tables were added; nothing where what it had granted before covers them.</summary>
    Task GrantAsync(string url) => Task.CompletedTask;
}
