using System.Data.Common;
using System.Globalization;
using Failback.Applier.Oracle;
using Failback.Applier.Oracle.Connection;
using Failback.Apply.Dialects;
using Failback.Testing.Processes;

namespace Failback.Benchmarks.Dialects;

/// <summary>
/// The stand-in for Oracle by hand: a MERGE bound to arrays, a thousand rows at a time. What is compared is the work of the dialect before
/// the statement; the speed of an Oracle server it does not tell.
/// </summary>
internal sealed class OracleBulk : IBulkTarget
{
    private const int RowsPerStatement = 1000;

    // https://docs.oracle.com/en/database/oracle/oracle-database/23/sqlrf/MERGE.html
    private const string Merge = """
        MERGE INTO hr.bulk t USING (SELECT TO_NUMBER(:id) AS id, :code AS code, :name AS name, TO_NUMBER(:amount) AS amount, TO_TIMESTAMP(:at_time, 'YYYY-MM-DD HH24:MI:SS.FF6') AS at_time, TO_NUMBER(:stock) AS stock FROM DUAL) s
        ON (t.id = s.id)
        WHEN MATCHED THEN UPDATE SET t.code = s.code, t.name = s.name, t.amount = s.amount, t.at = s.at_time, t.stock = s.stock
        WHEN NOT MATCHED THEN INSERT (id, code, name, amount, at, stock) VALUES (s.id, s.code, s.name, s.amount, s.at_time, s.stock)
        """;

    private static readonly Lazy<OracleDriver> Driver = new(() => OracleDriver.Load(Repository.OracleStandIn));

    public string Name => "Oracle (stand-in)";

    public string? ServerUrl => Environment.GetEnvironmentVariable("FAILBACK_TEST_ORACLE_URL");

    public ITargetDialect Dialect { get; } = new OracleDialect(Driver.Value);

    public IReadOnlyList<string> Ddl(bool secondIndex) =>
    [
        "DROP TABLE IF EXISTS bulk",
        $"CREATE TABLE bulk (id NUMBER(19) PRIMARY KEY, code RAW(16) NOT NULL{(secondIndex ? " UNIQUE" : "")}, name VARCHAR2(60 CHAR), "
            + $"amount NUMBER(12,2), at TIMESTAMP(6), stock NUMBER(10))",
    ];

    public IReadOnlyList<(string, Func<DbTransaction, IReadOnlyList<BulkRow>, Task>)> ByHand(bool secondIndex) =>
        [("array-bound MERGE", MergeAsync)];

    private static async Task MergeAsync(DbTransaction transaction, IReadOnlyList<BulkRow> rows)
    {
        var session = (OracleSession)transaction.Connection!;
        foreach (BulkRow[] part in rows.Chunk(RowsPerStatement))
        {
            OracleArguments<BulkRow> values = new OracleArguments<BulkRow>(part)
                .Text("id", r => r.Id.ToString(CultureInfo.InvariantCulture)).Raw("code", r => r.Code.ToByteArray(bigEndian: true))
                .Text("name", r => r.Name)
                .Text("amount", r => r.Amount.ToString(CultureInfo.InvariantCulture))
                .Text("at_time", r => r.At.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture))
                .Text("stock", r => r.Stock.ToString(CultureInfo.InvariantCulture));
            await session.RunAsync(Merge, values.All, CancellationToken.None, part.Length);
        }
    }
}
