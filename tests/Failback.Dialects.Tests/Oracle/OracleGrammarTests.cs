using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Failback.Applier.Oracle.Catalog;
using Failback.Applier.Oracle.Connection;
using Failback.Applier.Oracle.Inspection;
using Failback.Applier.Oracle.Staging;
using Failback.Applier.Oracle.Values;
using Failback.Applier.Oracle.Writing;
using Failback.Apply.Dialects;
using Failback.Apply.Tables;
using Failback.Apply.Values;
using Failback.Apply.Windows;
using Failback.Contracts;
using Failback.Contracts.Words;
using Xunit;

namespace Failback.Dialects.Tests.Oracle;

/// <summary>
/// Every text that goes to Oracle, read by a grammar of Oracle's SQL: the stand-in server takes things that Oracle does not. ALTER SESSION
/// with texts in it is left out, the grammar does not know it; so is ALTER TABLE, which it knows only with the semicolon of SQL*Plus.
/// </summary>
public sealed class OracleGrammarTests
{
    private static readonly string[] ColumnTypes =
    [
        "NUMBER", "FLOAT", "BINARY_DOUBLE", "BINARY_FLOAT", "VARCHAR2", "NVARCHAR2", "CHAR", "NCHAR", "RAW", "DATE", "TIMESTAMP",
        "TIMESTAMP WITH TIME ZONE",
        "TIMESTAMP WITH LOCAL TIME ZONE", "INTERVAL YEAR TO MONTH", "INTERVAL DAY TO SECOND", "BOOLEAN",
    ];

    private static readonly string[] LongTypes = ["CLOB", "NCLOB", "LONG", "BLOB", "JSON", "XMLTYPE", "SDO_GEOMETRY", "VECTOR"];

    [Fact]
    public async Task Every_statement_is_Oracles()
    {
        string? grammar = Environment.GetEnvironmentVariable("FAILBACK_TEST_PLSQL_GRAMMAR");
        Assert.SkipWhen(
            string.IsNullOrEmpty(grammar),
            "FAILBACK_TEST_PLSQL_GRAMMAR is not set: run ./test.sh, which installs a grammar of PL/SQL where there are Node.js and npm");
        string[] texts = [.. Texts().Distinct(StringComparer.Ordinal)];
        Assert.True(texts.Length > 50, $"{texts.Length} statements");
        Assert.Equal("", await CheckAsync(grammar!, texts));
    }

    [Fact]
    public async Task The_check_refuses_what_other_products_say()
    {
        string? grammar = Environment.GetEnvironmentVariable("FAILBACK_TEST_PLSQL_GRAMMAR");
        Assert.SkipWhen(
            string.IsNullOrEmpty(grammar),
            "FAILBACK_TEST_PLSQL_GRAMMAR is not set: run ./test.sh, which installs a grammar of PL/SQL where there are Node.js and npm");
        string[] wrong =
        [
            "INSERT INTO t (a) VALUES (1) ON CONFLICT DO NOTHING", "SELECT a FROM t LIMIT 1", "DELETE FROM t USING u WHERE t.a = u.a",
            "SELECT a::text FROM t",
            "MERGE INTO t USING DUAL ON t.a = 1 WHEN MATCHED THEN UPDATE SET t.b = 1", "SELECT `a` FROM t", "DELETE FROM t;",
            "UPDATE \"t\" AS x SET a = 1",
        ];
        string refused = await CheckAsync(grammar!, wrong);
        Assert.Equal(wrong.Length, refused.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    private static async Task<string> CheckAsync(string grammar, string[] texts)
    {
        string file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(texts));
        using Process node = Process.Start(
            new ProcessStartInfo(
                "node", ["check-statements.js", file])
            {
                WorkingDirectory = grammar,
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true
            })!;
        Task<string> errors = node.StandardError.ReadToEndAsync();
        string refused = await node.StandardOutput.ReadToEndAsync();
        await node.WaitForExitAsync();
        File.Delete(file);
        Assert.True(node.ExitCode == 0, await errors);
        return refused;
    }

    private static IEnumerable<string> Texts()
    {
        foreach (bool own in new[] { false, true })
        {
            foreach (string text in Staging(new OraclePlace("_failback_1739996035106984000", own))) yield return text;
        }

        foreach (string text in new[] {
            OracleCatalogSql.CharacterSet, OracleCatalogSql.Tables, OracleCatalogSql.Columns, OracleCatalogSql.Constraints,
            OracleCatalogSql.Triggers, OracleCatalogSql.Indexes }) yield return text;
        foreach (string text in Inspection()) yield return text;
        foreach (string text in Statements(Table([.. ColumnTypes]))) yield return text;
        foreach (string text in Statements(Table([.. ColumnTypes.Take(1), .. LongTypes]))) yield return text;
        foreach (string text in Statements(Table("NUMBER"))) yield return text;
        foreach (string text in new[] {
            "SET CONSTRAINTS ALL DEFERRED", "SET CONSTRAINTS ALL IMMEDIATE", "SAVEPOINT failback_rows",
            "ROLLBACK TO SAVEPOINT failback_rows" }) yield return text;
    }

    private static IEnumerable<string> Inspection() =>
    [
        OracleInspectionSql.User, OracleInspectionSql.Role, OracleInspectionSql.Clock, OracleInspectionSql.SystemPrivileges,
        OracleInspectionSql.TablePrivileges, OracleInspectionSql.Quotas,
        OracleInspectionSql.Triggers("DBA_TRIGGERS"), OracleInspectionSql.ForeignKeys("DBA_CONSTRAINTS"),
        OracleInspectionSql.ForeignKeyColumns, OracleInspectionSql.IndexColumns, OracleInspectionSql.Identities,
        OracleInspectionSql.LogGroups,
        OracleInspectionSql.Positions,
        OracleInspectionSql.Others("\"HR\".\"FAILBACK_17_CHECKPOINT\"", "\"HR\".\"FAILBACK_17_MEMBER\""),
    ];

    private static IEnumerable<string> Staging(OraclePlace place)
    {
        var sql = new OracleCheckpointSql(place);
        var letters = new OracleLetterSql(place);
        OracleList list = OracleList.Of("c.table_name", ["a", "b"]);
        OracleList keys = OracleList.Of("t.key_digest", [[1], [2]]);
        return
        [
            OraclePlace.UserExists, OraclePlace.TableExists, OracleCheckpointSql.ColumnExists, .. sql.Create,
            sql.Register, sql.Beat, sql.Live, sql.Leave, sql.TakeOver, sql.Read, list.In(sql.ReadTables), list.In(sql.Lock),
            sql.Advance, sql.Count, list.In(sql.ReadPositions), sql.SavePositions, sql.ForgetPublishers, keys.In(sql.ReadVersions),
            sql.SaveVersions, sql.PruneVersions, list.In(sql.HighestVersions),
            keys.In(letters.OfRows), keys.In(letters.There), letters.ReplaceKnown, letters.Add, letters.Supersede,
            list.In(letters.ReadWaiting), letters.Settle(LetterState.Applied),
            list.In(letters.ReadOpen), letters.Find([], withRows: false), letters.Find([1, 2], withRows: true), letters.Lock([1, 2]),
            letters.Change,
        ];
    }

    private static IEnumerable<string> Statements(TargetTable table)
    {
        RowBatch rows = Batch(table);
        var index = new UniqueIndex("U", [.. rows.Columns.Where(c => OracleSql.Column(table, c) is { IsLong: false })]);
        var self = new ForeignKey("F", [table.Columns.Count - 1], table.Name, [table.Columns[0].Name], IsDeferrable: false);
        yield return OracleSql.Update(rows);
        yield return OracleSql.Insert(rows);
        yield return OracleSql.Delete(table);
        yield return OracleSql.Clear(table, [table.Columns.Count - 1]);
        yield return OracleSql.Park(table, index.Columns);
        yield return OracleSql.Exists(table, 7) + "\nUNION ALL " + OracleSql.Exists(table, 8);
        yield return OracleSql.Look(table, [.. index.Columns.Where(c => OracleSql.Column(table, c).IdentityExpression("") is not null)], 7);
        yield return OracleSql.Holders(index, table, 7, [.. index.Columns.Select((_, i) => i % 2 == 1)]);
        yield return OracleSql.Referenced(table, table, self, 7);
        yield return OracleSql.Children(table, table, self, 7);
        if (OracleSql.CanMerge(rows)) yield return OracleSql.Merge(rows);
    }

    private static TargetTable Table(params string[] types)
    {
        var name = new TableName("HR", "EMPLOYEES");
        return new TargetTable(
            name,
            [.. types.Select(
                (t, i) =>
                new TargetColumn {
                    Name = $"C {i}", Ordinal = i, TypeName = t,
                    Converter = OracleValues.For($"C {i}", new OracleType { Name = t, Characters = 10, Bytes = 40 }) })],
            [0], [], []);
    }

    private static RowBatch Batch(TargetTable table)
    {
        int[] columns = [.. table.Columns.Select(c => c.Ordinal)];
        return new RowBatch(table, columns, [.. columns.Select(_ => new RawValue(Encoding.UTF8.GetBytes("null")))], new RowChange[1]);
    }
}
