using System.Data.Common;
using Failback.Apply.Dialects;
using Failback.Apply.Inspection;
using Failback.Apply.Tables;
using Failback.Contracts.Words;
using Failback.Dialects.Tests.Suites;
using Failback.Testing.Preflight;
using Failback.Contracts.Control;
using Xunit;

namespace Failback.Dialects.Tests.Inspection;

/// <summary>A target in which everything is wrong at once: each finding must be there, and gone once its own fix was run.</summary>
/// <param name="fixture">A database.</param>
/// <param name="url">Its URL; the owner of its tables provokes and mends.</param>
/// <param name="userUrl">Its URL for the user of a failback, who looks.</param>
/// <param name="chosen">Tables of the failback, as the catalogue spells them.</param>
internal sealed class InspectionScene(ITargetFixture fixture, string url, string userUrl, params string[] chosen)
{
    public const string Failback = "inspected";

    /// <summary>Column of <c>onUnknownColumn: extras:…</c>.</summary>
    public string? Extras { get; init; }

    /// <summary>Sessions that the failback will open.</summary>
    public int Sessions { get; init; } = 3;

    /// <summary>What the definition says about triggers.</summary>
    public TriggerPolicy? Triggers { get; init; }

    public async Task CheckAsync(IReadOnlyList<Provocation> provocations)
    {
        foreach (Provocation provocation in provocations.Where(provocation => provocation.Sql.Length > 0)) await RunAsync(provocation.Sql);
        IReadOnlyList<Finding> found = await InspectAsync();
        string all = string.Join('\n', found);
        foreach (Provocation provocation in provocations)
            Assert.True(IsFound(found, provocation), $"no {provocation.Code} of severity {provocation.Severity} in:\n{all}");
        foreach (Finding finding in found.Where(
            finding => provocations.Any(provocation => provocation.Mended && Matches(provocation, finding)))
            .DistinctBy(finding => finding.Fix))
        {
            Assert.False(string.IsNullOrEmpty(finding.Fix), $"{finding.Code} names no fix");
            await RunAsync(finding.Fix!);
        }

        found = await InspectAsync();
        foreach (Provocation provocation in provocations.Where(provocation => provocation.Mended))
            Assert.DoesNotContain(found, finding => Matches(provocation, finding));
    }

    public async Task<IReadOnlyList<Finding>> InspectAsync()
    {
        ITargetDialect dialect = fixture.Dialect;
        await using DbConnection connection = dialect.CreateConnection(userUrl, ConnectionUse.Inspect, TimeSpan.FromSeconds(30));
        await connection.OpenAsync();
        IReadOnlyList<TargetTable> tables = await dialect.Catalog.ReadAsync(connection, fixture.Staging(url), CancellationToken.None);
        TargetTable[] wanted = [.. tables.Where(table => chosen.Contains(table.Name.Table))];
        Assert.Equal(chosen.Length, wanted.Length);
        Finding[] found =
        [
            .. TableFindings.Of(wanted, dialect.Advice),
            .. ExtrasFindings.Of(wanted, Extras, dialect.Advice),
            .. await dialect.Inspection.RunAsync(
                connection, new InspectionScope(wanted, fixture.Staging(url), Failback)
                {
                    Sessions = Sessions,
                    Time = TimeProvider.System,
                    Triggers = Triggers,
                },
                CancellationToken.None),
        ];
        return found;
    }

    /// <summary>Runs statements as the administrator, one after the other.</summary>
    public async Task RunAsync(string sql)
    {
        await using DbConnection connection = await fixture.ConnectAsync(url);
        await RunAsync(connection, sql);
        if (sql.Contains("CREATE TABLE", StringComparison.Ordinal)) await fixture.GrantAsync(url);
    }

    /// <summary>Runs statements as the user of a failback.</summary>
    public async Task RunAsUserAsync(string sql)
    {
        await using DbConnection connection = fixture.Dialect.CreateConnection(userUrl, ConnectionUse.Apply, TimeSpan.FromSeconds(31));
        await connection.OpenAsync();
        await RunAsync(connection, sql);
    }

    private static async Task RunAsync(DbConnection connection, string sql)
    {
        foreach (string statement in Statements(sql))
        {
            await using DbCommand command = connection.CreateCommand();
            command.CommandText = statement;
            await command.ExecuteNonQueryAsync();
        }
    }

    // A semicolon at the end of a line ends a statement; others are part of one, or of several that a driver takes together.
    private static IEnumerable<string> Statements(string sql) =>
        sql.Split([";\n"], StringSplitOptions.RemoveEmptyEntries).Select(statement => statement.Trim().TrimEnd(';'))
        .Where(statement => statement.Length > 0);

    private static bool IsFound(IReadOnlyList<Finding> found, Provocation provocation) =>
        found.Any(finding => Matches(provocation, finding));

    private static bool Matches(Provocation provocation, Finding finding) =>
        finding.Code == provocation.Code && Word.Of(finding.Severity) == provocation.Severity;
}
