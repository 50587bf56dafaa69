using System.Runtime.Versioning;
using Failback.Testing.Documents;
using Failback.Testing.Processes;
using Npgsql;
using Xunit;

namespace Failback.EndToEnd.Tests.Documents;

/// <summary>Every command of README, guide and operate does what the page says.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class DocumentedCommandsTests(DocumentedStackFixture fixture) : IClassFixture<DocumentedStackFixture>
{
    private static readonly string[] Tools = ["bash", "curl", "jq", "psql"];

    [Fact]
    public async Task Every_command_of_README_guide_and_operate_runs()
    {
        string[] missing = [.. Tools.Where(tool => !IsThere(tool))];
        Assert.SkipWhen(missing.Length > 0, $"not on PATH: {string.Join(", ", missing)}");
        PageRun[] runs = [.. Pages().Select(page => new PageRun(page, fixture))];
        Assert.True(runs.Length >= 7, $"{runs.Length} pages have commands");
        string[] databases = [.. runs.SelectMany(run => run.Databases)];
        Assert.Equal(databases.Distinct(StringComparer.Ordinal), databases);
        try
        {
            string[] failures = [.. (await Task.WhenAll(runs.Select(run => run.RunAsync()))).OfType<string>()];
            Assert.True(failures.Length == 0, string.Join("\n\n", failures));
            await RowsAsync("shop", 1);
            await RowsAsync("shop_old", 1);
            await RowsAsync("first", 1);
            await RowsAsync("night_old", 2);
        }
        finally
        {
            foreach (string database in databases) await fixture.DropAsync(database);
        }
    }

    private static IEnumerable<MarkdownPage> Pages() => MarkdownPage.All().Where(page =>
        page.Commands.Count > 0
        && (page.Path == "README.md" || page.Path.StartsWith("docs/guide/", StringComparison.Ordinal)
            || page.Path.StartsWith("docs/operate/", StringComparison.Ordinal)));

    private static bool IsThere(string tool) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, tool)));

    /// <summary>A page says "within two seconds"; here much else runs.</summary>
    private static Task RowsAsync(string database, long rows) => Wait.UntilAsync(
        async () =>
        {
            NpgsqlConnectionStringBuilder settings = TestServers.Npgsql(TestServers.PostgresUrl);
            settings.Database = database;
            settings.Pooling = false;
            await using var connection = new NpgsqlConnection(settings.ConnectionString);
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            await using var command = new NpgsqlCommand("SELECT count(*) FROM orders", connection);
            return (long)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))! == rows;
        },
        TimeSpan.FromSeconds(30), () => $"{database} has not {rows} rows");
}
