using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using Failback.Contracts.Words;
using Failback.Dialects.Tests.MySql;
using Failback.Testing.Preflight;
using Failback.Testing.Users;
using Xunit;

namespace Failback.Dialects.Tests.Inspection;

/// <summary>What the checks before a start find in MySQL and MariaDB.</summary>
public abstract class MySqlInspectionSuite(MySqlFixture fixture)
{
    private readonly string _user = "w_" + RandomNumberGenerator.GetHexString(8, lowercase: true);

    [Fact]
    public async Task Every_finding_is_gone_once_its_own_fix_was_run()
    {
        string url = await fixture.CreateAsync();
        string name = fixture.Schema(url);
        string userUrl = new UriBuilder(url) { UserName = _user, Password = "w" }.Uri.ToString();
        var scene = new InspectionScene(fixture, url, userUrl, "parents", "orders", "old_engine", "latin", "a", "b");
        Provocation[] provocations =
        [
            new("target_privilege", "error",
                $"CREATE USER '{_user}'@'%' IDENTIFIED BY 'w';\nGRANT SELECT, INSERT, UPDATE, TRIGGER ON {name}.* TO '{_user}'@'%'"),
            new("staging_privilege", "error"),
            new("generated_columns", "info",
                "CREATE TABLE parents (id bigint PRIMARY KEY, twice bigint GENERATED ALWAYS AS (id * 2) STORED)", Mended: false),
            new("unique_indexes", "info",
                "CREATE TABLE orders (id bigint PRIMARY KEY, parent bigint, code varchar(20) UNIQUE, elsewhere bigint, touched timestamp "
                    + "NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP)", Mended: false),
            new("on_update_timestamp", "info", Mended: false),
            new("not_transactional", "error", "CREATE TABLE old_engine (id bigint PRIMARY KEY) ENGINE = MyISAM"),
            new("column_charset", "warning",
                "CREATE TABLE latin (id bigint PRIMARY KEY AUTO_INCREMENT, v varchar(20) CHARACTER SET latin1, w text CHARACTER SET "
                    + "latin1)"),
            new("sequences", "info", Mended: false),
            new("foreign_key_cycle", "warning",
                "CREATE TABLE a (id bigint PRIMARY KEY, b bigint NOT NULL);\nCREATE TABLE b (id bigint PRIMARY KEY, a bigint NOT NULL, "
                    + "FOREIGN KEY (a) REFERENCES a (id));\nALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b (id)", Mended: false),
            new("before_triggers", "error", "CREATE TRIGGER audit BEFORE INSERT ON orders FOR EACH ROW SET NEW.code = NEW.code"),
            new("triggers", "warning", "CREATE TRIGGER later AFTER INSERT ON orders FOR EACH ROW UPDATE latin SET v = v WHERE id = 0"),
            new("unique_not_freed", "warning", "CREATE UNIQUE INDEX beginning ON latin (w(5))", Mended: false),
            new("connections", "error", $"ALTER USER '{_user}'@'%' WITH MAX_USER_CONNECTIONS 2"),
            new("dictionary_hidden", "info", Mended: false),
            new("foreign_key_outside", "warning",
                "CREATE TABLE stranger (id bigint PRIMARY KEY);\nALTER TABLE orders ADD CONSTRAINT to_stranger FOREIGN KEY (elsewhere) "
                    + "REFERENCES stranger (id)"),
            new("foreign_key_from_outside", "warning",
                "CREATE TABLE follower (id bigint PRIMARY KEY, o bigint, CONSTRAINT `to orders` FOREIGN KEY (o) REFERENCES orders (id) "
                    + "ON DELETE CASCADE)"),
            new("encoding", "warning", $"ALTER DATABASE {name} CHARACTER SET latin1"),
        ];
        await scene.CheckAsync(provocations);
        await scene.RunAsync($"DROP USER '{_user}'@'%'");
    }

    [Fact]
    public async Task A_user_who_may_not_see_triggers_is_told_so_and_sees_them_once_granted()
    {
        string url = await fixture.CreateAsync();
        string account = MySqlUser.Name(fixture.Schema(url));
        var scene = new InspectionScene(fixture, url, url, "t");
        await scene.RunAsync(
            $"""
            CREATE TABLE t (id bigint PRIMARY KEY, n bigint);
            CREATE TRIGGER audit BEFORE INSERT ON t FOR EACH ROW SET NEW.n = 1;
            REVOKE TRIGGER ON `{MySqlUser.Pattern(fixture.Schema(url))}`.* FROM {account}
            """);
        await scene.CheckAsync([new Provocation("target_privilege", "error")]);
        Assert.Contains(await scene.InspectAsync(), finding => finding.Code == "before_triggers");
    }

    [Fact]
    public async Task Readers_of_the_log_that_the_user_may_not_see_are_said_to_be_unknown()
    {
        string url = await fixture.CreateAsync();
        var scene = new InspectionScene(fixture, url, url, "t");
        await scene.RunAsync("CREATE TABLE t (id bigint PRIMARY KEY)");
        await using DbConnection owner = await fixture.ConnectAsync(url);
        await using DbCommand command = owner.CreateCommand();
        command.CommandText = "SELECT @@global.log_bin";
        if (Convert.ToBoolean(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture))
            await scene.CheckAsync([new Provocation("forward_replication", "info")]);
        else
            Assert.DoesNotContain(await scene.InspectAsync(), finding => finding.Code == "forward_replication");
    }

    [Fact]
    public async Task A_grant_by_pattern_lets_the_user_stage()
    {
        string url = await fixture.CreateAsync();
        string userUrl = new UriBuilder(url) { UserName = _user, Password = "w" }.Uri.ToString();
        var scene = new InspectionScene(fixture, url, userUrl, "t");
        string pattern = fixture.Staging(url).Replace("_", "\\_", StringComparison.Ordinal)[..^2] + "%";
        await scene.RunAsync(
            $"CREATE TABLE t (id bigint PRIMARY KEY);\nCREATE USER '{_user}'@'%' IDENTIFIED BY 'w';\nGRANT ALL ON "
                + $"{fixture.Schema(url)}.t TO '{_user}'@'%';\nGRANT CREATE, SELECT ON `{pattern}`.* TO '{_user}'@'%'");
        Assert.DoesNotContain(await scene.InspectAsync(), finding => finding.Code is "staging_privilege" or "target_privilege");
        // Only the one table is seen: a key that points at it from another table would be hidden.
        await scene.RunAsync("CREATE TABLE hidden (id bigint PRIMARY KEY, t bigint, FOREIGN KEY (t) REFERENCES t (id))");
        await scene.CheckAsync([new Provocation("dictionary_hidden", "warning")]);
        Assert.Contains(await scene.InspectAsync(), finding => finding.Code == "foreign_key_from_outside");
        await scene.RunAsync($"REVOKE CREATE ON `{pattern}`.* FROM '{_user}'@'%'");
        Assert.Contains(await scene.InspectAsync(), finding => finding.Code == "staging_privilege");
        await scene.RunAsync($"DROP USER '{_user}'@'%'");
    }

    [Fact]
    public async Task The_column_for_what_a_table_lacks_must_be_there_and_hold_documents()
    {
        string url = await fixture.CreateAsync();
        await PostgresInspectionTests.CheckExtrasAsync(new InspectionScene(fixture, url, url, "t") { Extras = "rest" });
    }

    [Fact]
    public async Task Another_failback_at_work_is_found_by_its_checkpoint_and_our_own_is_not()
    {
        string url = await fixture.CreateAsync();
        string other = fixture.Schema(url) + "_other";
        string peer = fixture.Schema(url) + "_peer";
        var scene = new InspectionScene(fixture, url, url, "t");
        await scene.RunAsync("CREATE TABLE t (id bigint PRIMARY KEY)");
        // The same user for both failbacks, or each could not know of the other.
        foreach (string database in (string[])[other, peer])
            await scene.RunAsync(MySqlUser.Statements(fixture.Schema(url), database, MySqlUser.Name(fixture.Schema(url)), "")[^1]);
        await PostgresInspectionTests.CheckOthersAsync(scene, fixture.Staging(url), other, fixture.Schema(url));
        await scene.RunAsync(
            $"CREATE DATABASE {peer};\nCREATE TABLE {peer}.checkpoints (target_applied_at timestamp);\nINSERT INTO {peer}.checkpoints "
                + $"VALUES (UTC_TIMESTAMP())");
        IReadOnlyList<Finding> found = await scene.InspectAsync();
        await scene.RunAsync($"DROP DATABASE {other};\nDROP DATABASE {peer}");
        Assert.Contains(found, finding => finding.Code == "other_failback" && finding.Message.Contains(peer, StringComparison.Ordinal));
    }
}
