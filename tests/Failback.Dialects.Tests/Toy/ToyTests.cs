using System.Data.Common;
using Failback.Apply;
using Failback.Apply.Dialects;
using Failback.Apply.Inspection;
using Failback.Contracts.Words;
using Failback.Apply.Tables;
using Failback.Contracts.Control;
using Failback.Dialects.Tests.Keeping;
using Failback.Dialects.Tests.Suites;
using Failback.Messaging.ControlPlane;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Failback.Dialects.Tests.Toy;

/// <summary>The suites that every dialect passes.</summary>
public sealed class ToyOrderTests() : OrderSuite(new ToyFixture())
{
    /// <summary>A table may name one that is not there yet; a constraint cannot be added later.</summary>
    protected override string TwoTablesInALoop => """
        CREATE TABLE dept (id int PRIMARY KEY, head_id int REFERENCES emp (id));
        CREATE TABLE emp (id int PRIMARY KEY, dept_id int NOT NULL REFERENCES dept (id));
        """;
}

public sealed class ToyRefusalTests() : RefusalSuite(new ToyFixture())
{
    /// <summary>SQLite's integers have 64 bits.</summary>
    protected override string WideKey => "50000000000000000000";

    protected override bool NamesColumns => false;
}

public sealed class ToyReferenceTests() : ReferenceSuite(new ToyFixture())
{
    protected override string Circle => """
        CREATE TABLE a (id int PRIMARY KEY, b int REFERENCES b (id) ON DELETE CASCADE);
        CREATE TABLE b (id int PRIMARY KEY, a int NOT NULL REFERENCES a (id) ON DELETE CASCADE);
        INSERT INTO a VALUES (1, NULL);
        INSERT INTO b VALUES (1, 1);
        UPDATE a SET b = 1;
        """;
}

public sealed class ToyGuardTests() : GuardSuite(new ToyFixture());

public sealed class ToyKeyTests() : KeySuite(new ToyFixture());

public sealed class ToyFenceTests() : FenceSuite(new ToyFixture());

public sealed class ToyContinuityTests() : ContinuitySuite(new ToyFixture());

/// <summary>https://www.sqlite.org/lang_createtrigger.html: RAISE(IGNORE) leaves a row out.</summary>
public sealed class ToyKeepingTests() : KeepingSuite(new ToyFixture())
{
    protected override string ChangesNote => """
        CREATE TRIGGER one AFTER INSERT ON item WHEN NEW.code = 'x' BEGIN UPDATE item SET note = 'changed' WHERE id = NEW.id; END;
        CREATE TRIGGER two AFTER UPDATE ON item WHEN NEW.code = 'x' AND NEW.note <> 'changed' BEGIN UPDATE item SET note = 'changed' WHERE id = NEW.id; END;

        """;

    protected override string PartsChangeItemOne =>
        "CREATE TRIGGER one AFTER INSERT ON part BEGIN UPDATE item SET note = 'counted' WHERE id = 1; END;\n";

    protected override string Audits => """
        CREATE TRIGGER one AFTER INSERT ON item BEGIN INSERT INTO journal VALUES (NEW.id, 'seen'); END;
        CREATE TRIGGER two AFTER DELETE ON item BEGIN INSERT INTO journal VALUES (OLD.id, 'seen'); END;

        """;

    protected override string KeepsOut => """
        CREATE TRIGGER one BEFORE INSERT ON item WHEN NEW.code = 'x' BEGIN SELECT RAISE(IGNORE); END;
        CREATE TRIGGER two BEFORE UPDATE ON item WHEN NEW.code = 'x' BEGIN SELECT RAISE(IGNORE); END;

        """;

    protected override string KeepsTwo => "CREATE TRIGGER one BEFORE DELETE ON item WHEN OLD.id = 2 BEGIN SELECT RAISE(IGNORE); END;\n";
}

public sealed class ToyReadBackOrderTests() : OrderSuite(new ReadBackFixture(new ToyFixture()))
{
    protected override string TwoTablesInALoop => """
        CREATE TABLE dept (id int PRIMARY KEY, head_id int REFERENCES emp (id));
        CREATE TABLE emp (id int PRIMARY KEY, dept_id int NOT NULL REFERENCES dept (id));
        """;
}

/// <summary>What the Program of a dialect does, and what the guide says about it.</summary>
public sealed class ToyProgramTests
{
    private static readonly string[] Files = [
        "Dialect", "Url", "Failures", "Catalog", "Values", "Statements", "Sql", "Checkpoints", "Letters", "Inspection", "Advice"];

    [Fact]
    public async Task One_call_makes_an_applier_of_a_dialect()
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder();
        builder.AddFailbackApplier(new ToyDialect());
        await using WebApplication app = builder.Build();
        Assert.Equal("toy", app.Services.GetRequiredService<ITargetDialect>().Name);
        Assert.Equal("failback-toy-describe-target", ControlPlaneQueues.Questions<DescribeTarget>("toy"));
    }

    [Fact]
    public async Task Control_is_told_the_names_at_the_source_and_the_statements_that_mend_the_tables()
    {
        var fixture = new ToyFixture();
        await using DbConnection connection = await fixture.ConnectAsync(await fixture.CreateAsync());
        await ToySql.RunAsync(connection, null, "CREATE TABLE item (id int PRIMARY KEY)", CancellationToken.None);
        IReadOnlyList<TargetTable> tables = await fixture.Dialect.Catalog.ReadAsync(connection, "fb_staging", CancellationToken.None);
        SourceColumn[] columns = [new("id", "bigint", false, null, null, null), new("note", "text", true, null, null, null)];
        var summaries = new TableSummaries(fixture.Dialect.Advice, new DescribeTarget("toy", "", "fb_staging")
        {
            Inspect = ["main.item"],
            Sources = [new SourceShape("main.item", columns, ["id"]), new SourceShape("public.other", columns, ["id"])],
        });
        TargetTableSummary item = summaries.Of(Assert.Single(tables));
        Assert.Equal((SchemaNaming.None, "item", null), (item.Schemas, item.SourceName, item.SetKey));
        Assert.Equal([new NamedStatement("note", "ALTER TABLE \"item\" ADD COLUMN \"note\";")], item.AddColumns);
        NamedStatement made = Assert.Single(summaries.Missing(tables));
        Assert.Equal("public.other", made.Name);
        await ToySql.RunAsync(connection, null, item.AddColumns[0].Statement, CancellationToken.None);
        await ToySql.RunAsync(connection, null, made.Statement, CancellationToken.None);
        tables = await fixture.Dialect.Catalog.ReadAsync(connection, "fb_staging", CancellationToken.None);
        Assert.All(tables, table => Assert.Equal(["id", "note"], table.Columns.Select(column => column.Name)));
        Assert.Equal(["item", "other"], tables.Select(table => table.Name.Table).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_checks_before_a_start_find_triggers_of_the_tables_of_the_failback_only()
    {
        var fixture = new ToyFixture();
        await using DbConnection connection = await fixture.ConnectAsync(await fixture.CreateAsync());
        foreach (string table in new[] { "ours", "other" })
        {
            await ToySql.RunAsync(connection, null, $"CREATE TABLE {table} (id int PRIMARY KEY)", CancellationToken.None);
            await ToySql.RunAsync(
                connection, null, $"CREATE TRIGGER t_{table} AFTER INSERT ON {table} BEGIN SELECT 1; END", CancellationToken.None);
        }

        IReadOnlyList<TargetTable> tables = await fixture.Dialect.Catalog.ReadAsync(connection, "fb_staging", CancellationToken.None);
        var scope = new InspectionScope([.. tables.Where(t => t.Name.Table == "ours")], "fb_staging", "f") { Time = TimeProvider.System };
        await ToySql.RunAsync(
            connection, null, "CREATE TRIGGER b_ours BEFORE INSERT ON ours BEGIN SELECT RAISE(IGNORE); END", CancellationToken.None);
        IReadOnlyList<Finding> both = await fixture.Dialect.Inspection.RunAsync(connection, scope, CancellationToken.None);
        Assert.Equal(("before_triggers", Severity.Error), (both[0].Code, both[0].Severity));
        await ToySql.RunAsync(connection, null, both[0].Fix!, CancellationToken.None);
        Finding found = Assert.Single(await fixture.Dialect.Inspection.RunAsync(connection, scope, CancellationToken.None));
        Assert.Equal(("triggers", Severity.Warning, "main.ours"), (found.Code, found.Severity, found.Table));
    }

    [Fact]
    public void The_guide_names_every_file_of_a_dialect_and_no_other_source_file_names_the_toy()
    {
        string root = Failback.Testing.Processes.Repository.Root;
        string guide = File.ReadAllText(Path.Combine(root, "docs", "design", "adding-a-dialect.md"));
        Assert.All(Files, file => Assert.Contains($"`X{file}.cs`", guide, StringComparison.Ordinal));
        string[] toy = [
            .. Directory.EnumerateFiles(Path.Combine(root, "tests", "Failback.Dialects.Tests", "Toy"), "Toy*.cs")
                .Select(f => Path.GetFileNameWithoutExtension(f)["Toy".Length..])];
        Assert.Equal([.. Files.Append("Fixture").Append("Tests").Order(StringComparer.Ordinal)], toy.Order(StringComparer.Ordinal));
        string[] elsewhere =
        [
            .. new[] { "services", "shared" }.SelectMany(
                folder => Directory.EnumerateFiles(Path.Combine(root, folder), "*.cs", SearchOption.AllDirectories))
                .Where(f => !f.Contains("/obj/", StringComparison.Ordinal)
                    && File.ReadAllText(f).Contains("toy", StringComparison.OrdinalIgnoreCase)),
        ];
        Assert.Empty(elsewhere);
    }
}
