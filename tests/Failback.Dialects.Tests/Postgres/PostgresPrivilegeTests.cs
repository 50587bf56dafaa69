using Failback.Contracts.Words;
using Failback.Dialects.Tests.Inspection;
using Failback.Dialects.Tests.Suites;
using Failback.Testing.Users;
using Npgsql;
using Xunit;

namespace Failback.Dialects.Tests.Postgres;

public sealed class PostgresPrivilegeTests() : PrivilegeSuite(new PostgresFixture())
{
    protected override string Powers => """
        SELECT count(*) FROM pg_roles r WHERE r.rolname = current_user AND (r.rolsuper OR r.rolcreaterole OR r.rolcreatedb OR r.rolreplication OR r.rolbypassrls
          OR EXISTS (SELECT FROM pg_class c WHERE c.relowner = r.oid AND c.relname = 'item') OR EXISTS (SELECT FROM pg_auth_members m WHERE m.member = r.oid))
        """;

    /// <summary>On a server where PUBLIC may do nothing: what the page asks for is enough, and each statement is needed.</summary>
    [Theory]
    [InlineData("GRANT CONNECT", "42501")]
    [InlineData("GRANT USAGE ON SCHEMA", "target_schema_usage")]
    [InlineData("GRANT SELECT", "target_privilege t")]
    [InlineData("ALTER DEFAULT PRIVILEGES", "target_privilege later")]
    [InlineData("nothing", "")]
    public async Task No_statement_of_the_page_can_be_left_out(string leftOut, string found)
    {
        string owner = await PostgresFixture.CreateForOwnerAsync();
        await using var connection = new NpgsqlConnection(
            Failback.Applier.Postgres.Connection.PostgresUrl.Parse(owner).ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        string user = PostgresUser.Name(connection.Database);
        await RunAsync(connection, $"REVOKE ALL ON DATABASE {connection.Database} FROM PUBLIC; REVOKE ALL ON SCHEMA public FROM PUBLIC");
        await RunAsync(connection, "CREATE TABLE t (id int PRIMARY KEY)");
        IReadOnlyList<string> statements = PostgresUser.Statements(connection.Database, "public", connection.UserName!, user, "secret");
        foreach (string statement in statements.Where(s => !s.StartsWith(leftOut, StringComparison.Ordinal)))
            await RunAsync(connection, statement);
        await RunAsync(connection, "CREATE TABLE later (id int PRIMARY KEY)");
        string url = UserUrl.Of(owner, user, "secret");
        Assert.Equal(found, await FirstErrorAsync(new InspectionScene(new PostgresFixture(), url, url, "t", "later")));
    }

    protected override string Revoke(string schema, string user) => $"REVOKE INSERT ON item FROM {user}";

    private static async Task<string> FirstErrorAsync(InspectionScene scene)
    {
        try
        {
            Finding[] errors = [.. (await scene.InspectAsync()).Where(finding => finding.Severity == Severity.Error)];
            return string.Join(", ", errors.Select(Told).Distinct());
        }
        catch (PostgresException e)
        {
            return e.SqlState;
        }
    }

    private static string Told(Finding finding) =>
        finding.Code == "target_privilege"
        ? $"{finding.Code} {finding.Table!.Replace("public.", "", StringComparison.Ordinal)}"
        : finding.Code;

    private static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
