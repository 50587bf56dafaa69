using System.Data;
using System.Data.Common;
using System.Text;
using Failback.Applier.MySql;
using Failback.Apply.Dialects;
using MySqlConnector;

namespace Failback.Benchmarks.Dialects;

/// <summary>
/// MySQL and MariaDB by hand. INSERT of many rows with ON DUPLICATE KEY UPDATE where the primary key is the only unique index; otherwise
/// that statement could change another row, so rows go into a temporary table, from which an UPDATE and an INSERT of the missing are
/// joined.
/// </summary>
internal sealed class MySqlBulkTarget(string name, string variable) : IBulkTarget
{
    private const int RowsPerStatement = 1000;
    private const string Columns = "id, code, name, amount, `at`, stock";
    private const string OnDuplicate =
        " ON DUPLICATE KEY UPDATE code = VALUES(code), name = VALUES(name), amount = VALUES(amount), `at` = VALUES(`at`), stock = "
            + "VALUES(stock)";

    public string Name => name;

    public string? ServerUrl => Environment.GetEnvironmentVariable(variable);

    public ITargetDialect Dialect { get; } = new MySqlDialect();

    public IReadOnlyList<string> Ddl(bool secondIndex) =>
    [
        "DROP TABLE IF EXISTS bulk",
        $"CREATE TABLE bulk (id bigint PRIMARY KEY, code char(36) CHARACTER SET ascii NOT NULL{(secondIndex ? " UNIQUE" : "")}, name "
            + $"varchar(60), amount decimal(12,2), `at` datetime(6), stock int)",
    ];

    public IReadOnlyList<(string, Func<DbTransaction, IReadOnlyList<BulkRow>, Task>)> ByHand(bool secondIndex) => secondIndex
        ? [("temporary table and joins", TemporaryAsync)]
        : [("INSERT … ON DUPLICATE KEY", (transaction, rows) => InsertAsync(transaction, "bulk", OnDuplicate, rows))];

    private static async Task TemporaryAsync(DbTransaction transaction, IReadOnlyList<BulkRow> rows)
    {
        await ExecuteAsync(
            transaction,
            "CREATE TEMPORARY TABLE IF NOT EXISTS incoming (id bigint PRIMARY KEY, code char(36) CHARACTER SET ascii, name varchar(60), "
                + "amount decimal(12,2), `at` datetime(6), stock int)");
        await ExecuteAsync(transaction, "DELETE FROM incoming");
        await InsertAsync(transaction, "incoming", "", rows);
        await ExecuteAsync(
            transaction,
            "UPDATE bulk AS b JOIN incoming AS i ON i.id = b.id SET b.code = i.code, b.name = i.name, b.amount = i.amount, b.`at` = "
                + "i.`at`, b.stock = i.stock");
        await ExecuteAsync(
            transaction, "INSERT INTO bulk SELECT i.* FROM incoming AS i LEFT JOIN bulk AS b ON b.id = i.id WHERE b.id IS NULL");
    }

    private static async Task InsertAsync(DbTransaction transaction, string table, string suffix, IReadOnlyList<BulkRow> rows)
    {
        foreach (BulkRow[] part in rows.Chunk(RowsPerStatement))
        {
            var text = new StringBuilder($"INSERT INTO {table} ({Columns}) VALUES ");
            text.AppendJoin(',', part.Select(_ => "(?,?,?,?,?,?)")).Append(suffix);
            await using var command = new MySqlCommand(
                text.ToString(), (MySqlConnection)transaction.Connection!, (MySqlTransaction)transaction);
            foreach (BulkRow row in part)
            {
                foreach (object value in new object[] { row.Id, row.Code.ToString(), row.Name, row.Amount, row.At, row.Stock })
                    command.Parameters.Add(new MySqlParameter { Value = value });
            }

            await command.ExecuteNonQueryAsync();
        }
    }

    private static async Task ExecuteAsync(DbTransaction transaction, string sql)
    {
        await using var command = new MySqlCommand(sql, (MySqlConnection)transaction.Connection!, (MySqlTransaction)transaction);
        await command.ExecuteNonQueryAsync();
    }
}
