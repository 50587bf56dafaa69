using System.Security.Cryptography;
using Failback.Applier.Postgres.Connection;
using Failback.Contracts.Control;
using Failback.Contracts.Words;
using Failback.Dialects.Tests.Postgres;
using Failback.Testing.Preflight;
using Npgsql.Replication;
using Npgsql.Replication.PgOutput;
using Npgsql.Replication.PgOutput.Messages;
using Xunit;

namespace Failback.Dialects.Tests.Inspection;

/// <summary>What the checks before a start find in PostgreSQL.</summary>
public sealed class PostgresInspectionTests
{
    private readonly PostgresFixture _fixture = new();
    private readonly string _user = "writer_" + RandomNumberGenerator.GetHexString(8, lowercase: true);

    [Fact]
    public async Task Every_finding_is_gone_once_its_own_fix_was_run()
    {
        string url = await _fixture.CreateAsync();
        string userUrl = new UriBuilder(url) { UserName = _user, Password = "w" }.Uri.ToString();
        var scene = new InspectionScene(
            _fixture, url, userUrl, "parents", "orders", "Items", "a", "b", "hidden", "tree", "late", "ruled", "volatile", "padded");
        Provocation[] provocations =
        [
            new("target_privilege", "error", $"CREATE ROLE {_user} LOGIN PASSWORD 'w'"),
            new("generated_columns", "info",
                "CREATE TABLE parents (id bigint PRIMARY KEY, twice bigint GENERATED ALWAYS AS (id * 2) STORED)", Mended: false),
            new("unique_indexes", "info", "CREATE TABLE orders (id bigint PRIMARY KEY, parent bigint, code text UNIQUE, elsewhere bigint)",
                Mended: false),
            new("identity_always", "info", "CREATE TABLE \"Items\" (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY)", Mended: false),
            new("self_reference", "info", "CREATE TABLE tree (id bigint PRIMARY KEY, parent bigint REFERENCES tree)", Mended: false),
            new("folding_key", "warning", "CREATE TABLE padded (code char(5) PRIMARY KEY)", Mended: false),
            new("deferrable_key", "warning", "CREATE TABLE late (id bigint PRIMARY KEY DEFERRABLE)", Mended: false),
            new("sequences", "info", "CREATE SEQUENCE order_ids OWNED BY orders.id", Mended: false),
            new("foreign_key_cycle", "warning",
                "CREATE TABLE a (id bigint PRIMARY KEY, b bigint NOT NULL);\nCREATE TABLE b (id bigint PRIMARY KEY, a bigint NOT NULL "
                    + "REFERENCES a);\nALTER TABLE a ADD CONSTRAINT a_b FOREIGN KEY (b) REFERENCES b;\n"),
            new("target_schema_usage", "error", "CREATE SCHEMA \"Cellar\";\nCREATE TABLE \"Cellar\".hidden (id bigint PRIMARY KEY)"),
            new("staging_privilege", "error"),
            new("before_triggers", "error",
                "CREATE FUNCTION noop() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';\nCREATE TRIGGER \"Audit\" BEFORE "
                    + "INSERT ON \"Items\" FOR EACH ROW EXECUTE FUNCTION noop()"),
            new("triggers", "warning", "CREATE TRIGGER later AFTER UPDATE ON \"Items\" FOR EACH ROW EXECUTE FUNCTION noop()"),
            new("inherited_rows", "error", "CREATE TABLE heirs () INHERITS (late)"),
            new("foreign_key_not_valid", "warning",
                "ALTER TABLE orders ADD CONSTRAINT to_parents FOREIGN KEY (parent) REFERENCES parents NOT VALID"),
            new("foreign_key_outside", "warning",
                "CREATE TABLE stranger (id bigint PRIMARY KEY);\nALTER TABLE orders ADD CONSTRAINT to_stranger FOREIGN KEY (elsewhere) "
                    + "REFERENCES stranger"),
            new("foreign_key_from_outside", "warning",
                "CREATE TABLE follower (id bigint PRIMARY KEY, o bigint REFERENCES orders ON DELETE CASCADE)"),
            new("foreign_key_unindexed", "warning",
                "CREATE TABLE \"Lines\" (\"Order\" bigint REFERENCES orders, n int);\nCREATE INDEX ON \"Lines\" (n, \"Order\")"),
            new("unique_not_freed", "warning", "CREATE UNIQUE INDEX folded ON orders (lower(code))", Mended: false),
            new("connections", "error", $"ALTER ROLE {_user} CONNECTION LIMIT 2"),
            new("rules", "error",
                "CREATE TABLE ruled (id bigint PRIMARY KEY);\nCREATE RULE keep AS ON INSERT TO ruled DO ALSO NOTIFY ruled"),
            new("unlogged", "error", "CREATE UNLOGGED TABLE volatile (id bigint PRIMARY KEY)"),
            new("commit_not_durable", "warning", $"ALTER ROLE {_user} SET synchronous_commit = off"),
            new("read_only", "error", $"ALTER ROLE {_user} SET default_transaction_read_only = on"),
            new("row_security", "error",
                $"GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO {_user};\nALTER TABLE orders ENABLE ROW LEVEL SECURITY"),
            new("idle_slot", "warning", $"SELECT pg_create_logical_replication_slot('idle_{_user}', 'pgoutput')"),
        ];
        await scene.CheckAsync(provocations);
        await scene.RunAsync($"DROP OWNED BY {_user}; DROP ROLE {_user}");
    }

    [Fact]
    public async Task What_is_found_of_triggers_follows_the_definition()
    {
        string url = await _fixture.CreateAsync();
        string userUrl = new UriBuilder(url) { UserName = _user, Password = "w" }.Uri.ToString();
        string[] at = ["items"];
        var silent = new InspectionScene(_fixture, url, userUrl, at) { Triggers = TriggerPolicy.Replica };
        await silent.RunAsync(
            $"CREATE ROLE {_user} LOGIN PASSWORD 'w';\nCREATE TABLE items (id bigint PRIMARY KEY);\nGRANT ALL ON items TO {_user};\n"
                + "CREATE FUNCTION noop() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';\nCREATE TRIGGER early BEFORE INSERT "
                + "ON items FOR EACH ROW EXECUTE FUNCTION noop();\nCREATE TRIGGER always BEFORE INSERT ON items FOR EACH ROW EXECUTE "
                + "FUNCTION noop();\nALTER TABLE items ENABLE ALWAYS TRIGGER always");
        Assert.Equal(
            [("early", Severity.Warning), ("always", Severity.Warning)],
            await FoundAsync(new InspectionScene(_fixture, url, userUrl, at) { Triggers = TriggerPolicy.Fire }));
        Assert.Equal(
            [("early", Severity.Error), ("always", Severity.Error)], await FoundAsync(new InspectionScene(_fixture, url, userUrl, at)));
        Assert.Equal([("always", Severity.Error)], await FoundAsync(silent));

        Finding missing = Assert.Single(await silent.InspectAsync(), finding => finding.Code == "triggers_not_switched");
        Assert.Equal(Severity.Error, missing.Severity);
        await silent.RunAsync(missing.Fix!);
        Assert.DoesNotContain(await silent.InspectAsync(), finding => finding.Code == "triggers_not_switched");
        await silent.RunAsync($"DROP OWNED BY {_user}; DROP ROLE {_user}");

        static async Task<IEnumerable<(string, Severity)>> FoundAsync(InspectionScene scene) =>
            (await scene.InspectAsync()).Where(finding => finding.Code == "before_triggers")
            .Select(finding => (finding.Message.Split(' ')[1], finding.Severity)).OrderByDescending(found => found.Item1);
    }

    [Theory]
    [InlineData("", "id bigint DEFAULT nextval('s')", "(1), (41)", 42)]
    [InlineData("", "id bigserial", "(3)", 4)]
    [InlineData("", "id bigint GENERATED ALWAYS AS IDENTITY", "(3)", 4)]
    [InlineData("INCREMENT 10 START 5", "id bigint DEFAULT nextval('s')", "(7), (26)", 35)]
    [InlineData("INCREMENT -2", "id bigint DEFAULT nextval('s')", "(-4), (9)", -5)]
    [InlineData("AS int", "id bigint DEFAULT nextval('s')", "(7), (1053000000000000000)", 8)]
    [InlineData("", "id bigint DEFAULT nextval('s')", "(1053000000000000000)", 1053000000000000001)]
    [InlineData("MAXVALUE 50 CYCLE CACHE 20", "id bigint DEFAULT nextval('s')", "(12)", 13)]
    [InlineData("MAXVALUE 50", "id bigint DEFAULT nextval('s')", "(50)", 1)]
    [InlineData("", "id bigint DEFAULT nextval('s'), other bigint DEFAULT nextval('s')", "(2, 77)", 78)]
    [InlineData("", "id bigint DEFAULT nextval('s'), t text DEFAULT 'x' || nextval('s')", "(6, 'x900')", 7)]
    [InlineData("", "id bigint DEFAULT nextval('s')", null, 1)]
    public async Task A_sequence_is_put_behind_all_values_that_it_could_give(string options, string columns, string? rows, long next)
    {
        string url = await _fixture.CreateAsync();
        var scene = new InspectionScene(_fixture, url, url, "t");
        await scene.RunAsync($"CREATE SEQUENCE s {options};\nCREATE TABLE t ({columns}, PRIMARY KEY (id))");
        if (rows is not null) await scene.RunAsync($"INSERT INTO t OVERRIDING SYSTEM VALUE VALUES {rows}");
        Finding found = Assert.Single(await scene.InspectAsync(), finding => finding.Code == "sequences");
        string name = columns.Contains("nextval", StringComparison.Ordinal) ? "s" : "t_id_seq";
        Assert.Contains(name, found.Message, StringComparison.Ordinal);
        await scene.RunAsync(found.Fix!);
        await scene.RunAsync($"DO $$ BEGIN ASSERT (SELECT nextval('{name}')) = {next}; END $$");
        // What the sequence has given meanwhile, also to the cache of a session, it never gives again.
        long last = options.Contains("CACHE", StringComparison.Ordinal) ? next + 19 : next;
        await scene.RunAsync($"DELETE FROM t;\n{found.Fix!}");
        await scene.RunAsync($"DO $$ BEGIN ASSERT (SELECT last_value FROM {name}) = {last}; END $$");
    }

    [Fact]
    public async Task Values_that_no_row_can_give_up_are_said_also_of_exclusions_and_generated_columns()
    {
        string url = await _fixture.CreateAsync();
        var scene = new InspectionScene(_fixture, url, url, "booked", "made", "plain");
        await scene.RunAsync(
            """
            CREATE TABLE booked (id bigint PRIMARY KEY, during int4range, EXCLUDE USING gist (during WITH &&));
            CREATE TABLE made (id bigint PRIMARY KEY, v text, w text GENERATED ALWAYS AS (upper(v)) STORED UNIQUE);
            CREATE TABLE plain (id bigint PRIMARY KEY, v text UNIQUE)
            """);
        Assert.Equal(
            ["public.booked", "public.made"],
            (await scene.InspectAsync()).Where(finding => finding.Code == "unique_not_freed").Select(finding => finding.Table)
                .Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Connections_of_others_count_also_for_a_user_who_does_not_see_them()
    {
        string url = await _fixture.CreateAsync();
        string database = new Uri(url).AbsolutePath[1..];
        var scene = new InspectionScene(_fixture, url, url, "t") { Sessions = 4 };
        await scene.RunAsync($"CREATE TABLE t (id bigint PRIMARY KEY);\nALTER DATABASE {database} CONNECTION LIMIT 5");
        await using var one = await ((Suites.ITargetFixture)_fixture).ConnectAsync(url);
        await using var two = await ((Suites.ITargetFixture)_fixture).ConnectAsync(url);
        Finding found = Assert.Single(await scene.InspectAsync(), finding => finding.Code == "connections");
        Assert.Equal(Severity.Warning, found.Severity);
        await scene.RunAsync(found.Fix!);
        Assert.DoesNotContain(await scene.InspectAsync(), finding => finding.Code == "connections");
    }

    [Fact]
    public async Task A_reader_of_the_log_may_be_the_replication_forward()
    {
        string url = await _fixture.CreateAsync();
        string slot = "forward_" + _user;
        var scene = new InspectionScene(_fixture, url, url, "t");
        await scene.RunAsync("CREATE TABLE t (id bigint PRIMARY KEY)");
        await using var reader = new LogicalReplicationConnection(PostgresUrl.Parse(PostgresFixture.OwnerUrl(url)).ConnectionString);
        await reader.Open();
        PgOutputReplicationSlot made = await reader.CreatePgOutputReplicationSlot(slot);
        await scene.RunAsync("CREATE PUBLICATION everything FOR ALL TABLES");
        using var stop = new CancellationTokenSource();
        await using IAsyncEnumerator<PgOutputReplicationMessage> messages =
            reader.StartReplication(made, new PgOutputReplicationOptions("everything", PgOutputProtocolVersion.V1), stop.Token)
            .GetAsyncEnumerator(stop.Token);
        Task<bool> reading = messages.MoveNextAsync().AsTask();
        await Failback.Testing.Processes.Wait.UntilAsync(
            async () => (await scene.InspectAsync()).Any(finding => finding.Code == "forward_replication"), TimeSpan.FromSeconds(10),
            () => "the slot is not seen");
        await scene.CheckAsync([new Provocation("forward_replication", "error")]);
        await stop.CancelAsync();
        await ((Task)reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    [Fact]
    public async Task The_column_for_what_a_table_lacks_must_be_there_and_hold_documents()
    {
        string url = await _fixture.CreateAsync();
        await CheckExtrasAsync(new InspectionScene(_fixture, url, url, "t") { Extras = "rest" });
    }

    internal static async Task CheckExtrasAsync(InspectionScene scene)
    {
        await scene.RunAsync("CREATE TABLE t (id bigint PRIMARY KEY)");
        await scene.CheckAsync([new Provocation("extras_column_missing", "warning")]);
        await scene.CheckAsync(
            [new Provocation(
                "extras_column_type", "error", "ALTER TABLE t DROP COLUMN rest;\nALTER TABLE t ADD rest bigint", Mended: false)]);
    }

    [Fact]
    public async Task Another_failback_at_work_is_found_by_its_checkpoint_and_our_own_is_not()
    {
        string url = await _fixture.CreateAsync();
        var scene = new InspectionScene(_fixture, url, url, "t");
        string staging = ((Suites.ITargetFixture)_fixture).Staging(url);
        await scene.RunAsync("CREATE TABLE t (id bigint PRIMARY KEY)");
        await CheckOthersAsync(scene, staging, "other_staging", _fixture.Schema(url));
        await scene.RunAsUserAsync(
            "CREATE SCHEMA _replicator_1;\nCREATE TABLE _replicator_1.checkpoints (target_applied_at timestamp);\nINSERT INTO "
                + "_replicator_1.checkpoints VALUES (now())");
        Assert.Contains(
            await scene.InspectAsync(), finding => finding.Code == "other_failback"
            && finding.Message.Contains("_replicator_1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Our_own_tables_that_another_user_made_are_an_error()
    {
        string url = await _fixture.CreateAsync();
        var scene = new InspectionScene(_fixture, url, url, "t");
        string staging = ((Suites.ITargetFixture)_fixture).Staging(url);
        await scene.RunAsync("CREATE TABLE t (id bigint PRIMARY KEY)");
        await scene.CheckAsync([new Provocation("staging_privilege", "error", $"""
            CREATE SCHEMA {staging};
            CREATE TABLE {staging}.checkpoint (failback text, table_name text, resolved_wall bigint, owner text, updated_at timestamptz);
            CREATE TABLE {staging}.member (replica text, seen_at timestamptz)
            """)]);
        await scene.RunAsUserAsync($"CREATE INDEX later ON {staging}.checkpoint (failback)");
    }

    [Fact]
    public async Task A_failback_that_the_user_may_not_look_at_is_said_to_be_unknown()
    {
        string url = await _fixture.CreateAsync();
        var scene = new InspectionScene(_fixture, url, url, "t");
        await scene.RunAsync("CREATE TABLE t (id bigint PRIMARY KEY)");
        await scene.CheckAsync([new Provocation("other_failback", "warning", """
            CREATE SCHEMA "Theirs";
            CREATE TABLE "Theirs".checkpoint (failback text, table_name text, resolved_wall bigint, owner text, updated_at timestamptz);
            CREATE TABLE "Theirs".publisher_position (failback text);
            CREATE TABLE "Theirs".member (replica text, seen_at timestamptz)
            """)]);
    }

    [Fact]
    public async Task A_database_that_is_not_unicode_is_an_error()
    {
        string url = await _fixture.CreateAsync();
        string name = new Uri(url).AbsolutePath[1..] + "_l1";
        var scene = new InspectionScene(_fixture, url, url);
        await scene.RunAsync(
            $"CREATE DATABASE {name} ENCODING 'LATIN1' LOCALE_PROVIDER libc LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0");
        string latin = new UriBuilder(url) { Path = "/" + name }.Uri.ToString();
        await new InspectionScene(_fixture, latin, latin).CheckAsync([new Provocation("encoding", "error", Mended: false)]);
    }

    /// <summary>
    /// Own and foreign traces in the staging schema and beside it, a minute fresher than now: a busy server needs longer than a trace
    /// counts as fresh.
    /// </summary>
    internal static async Task CheckOthersAsync(InspectionScene scene, string own, string other, string schema)
    {
        foreach (
            (string staging, string failback) in new[] {
                (own, InspectionScene.Failback), (own, "second"), (other, InspectionScene.Failback) })
        {
            await scene.RunAsUserAsync(
                $"""
                CREATE SCHEMA IF NOT EXISTS {staging};
                CREATE TABLE IF NOT EXISTS {staging}.checkpoint (failback varchar(50), table_name varchar(100), resolved_wall bigint, owner varchar(50), updated_at timestamp(6) NULL);
                CREATE TABLE IF NOT EXISTS {staging}.publisher_position (failback varchar(50));
                CREATE TABLE IF NOT EXISTS {staging}.member (replica varchar(50), seen_at timestamp(6) NULL);
                DELETE FROM {staging}.member;
                INSERT INTO {staging}.checkpoint VALUES ('{failback}', '{schema}.t', 0, 'r', CURRENT_TIMESTAMP + INTERVAL '60' SECOND);
                INSERT INTO {staging}.member VALUES ('r', CURRENT_TIMESTAMP + INTERVAL '60' SECOND)
                """);
        }

        Finding[] found = [.. (await scene.InspectAsync()).Where(finding => finding.Code == "other_failback")];
        Assert.Equal(
            [("failback stop second", "error"), ($"failback stop {InspectionScene.Failback}", "error")],
            found.OrderByDescending(finding => finding.Fix).Select(finding => (finding.Fix!, Word.Of(finding.Severity))));
        await scene.RunAsUserAsync(
            $"UPDATE {own}.checkpoint SET owner = 'gone';\nUPDATE {other}.checkpoint SET updated_at = '2020-01-01 00:00:00'");
        Assert.DoesNotContain(await scene.InspectAsync(), finding => finding.Code == "other_failback");
    }
}
