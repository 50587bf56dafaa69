using System.Data.Common;
using Failback.Dialects.Tests.MySql;
using Failback.Testing.Preflight;
using Xunit;

namespace Failback.Dialects.Tests.Inspection;

/// <summary>Settings of the whole server: no other test runs meanwhile.</summary>
[Collection(AloneCollection.Name)]
public abstract class MySqlServerInspectionSuite(MySqlFixture fixture)
{
    [Fact]
    public async Task Every_finding_about_the_server_is_gone_once_its_own_fix_was_run()
    {
        string url = await fixture.CreateAsync();
        var scene = new InspectionScene(fixture, url, url, "t");
        await scene.RunAsync("CREATE TABLE t (id bigint PRIMARY KEY)");
        string kept = string.Concat(
            await Task.WhenAll(
                ((string[])["sql_mode", "time_zone", "innodb_flush_log_at_trx_commit"]).Select(name => KeptAsync(url, name))));
        try
        {
            await scene.CheckAsync(
            [
                new Provocation("sql_mode", "info", "SET GLOBAL sql_mode = 'NO_ENGINE_SUBSTITUTION'"),
                new Provocation("time_zone", "info", "SET GLOBAL time_zone = '+05:30'"),
                new Provocation("commit_not_durable", "warning", "SET GLOBAL innodb_flush_log_at_trx_commit = 2"),
                new Provocation("read_only", "error", "SET GLOBAL read_only = ON"),
            ]);
        }
        finally
        {
            await scene.RunAsync("SET GLOBAL read_only = OFF;\n" + kept);
        }
    }

    /// <summary>The statement that sets a setting to what it is now.</summary>
    private async Task<string> KeptAsync(string url, string setting)
    {
        await using DbConnection connection = await fixture.ConnectAsync(url);
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = $"SELECT IF('{setting}' LIKE 'innodb%', @@global.{setting}, QUOTE(@@global.{setting}))";
        return $"SET GLOBAL {setting} = {await command.ExecuteScalarAsync()};\n";
    }
}
