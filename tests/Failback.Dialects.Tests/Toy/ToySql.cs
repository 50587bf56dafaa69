using System.Data.Common;
using System.Globalization;
using Failback.Apply.Dialects;
using Failback.Apply.Failures;
using Failback.Apply.Tables;
using Failback.Apply.Values;
using Failback.Apply.Writing;
using Microsoft.Data.Sqlite;

namespace Failback.Dialects.Tests.Toy;

/// <summary>Statements with numbered parameters, one row at a time.</summary>
internal static class ToySql
{
    public static string Quote(string name) => "\"" + name.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";

    public static string Name(TargetTable table) => "main." + Quote(table.Name.Table);

    /// <summary><c>"a" = $1 AND "b" = $2</c>, for the given columns from parameter <paramref name="first"/> on.</summary>
    public static string Match(TargetTable table, IReadOnlyList<int> columns, int first = 1, string separator = " AND ") =>
        string.Join(
            separator,
            columns.Select((c, i) => string.Create(CultureInfo.InvariantCulture, $"{Quote(table.Columns[c].Name)} = ${first + i}")));

    /// <summary>Driver values of a batch, row by row.</summary>
    /// <exception cref="RowFaultsException">Rows hold values that their column cannot keep.</exception>
    public static IReadOnlyList<object?[]> Bind(RowBatch rows)
    {
        var faults = new RowFaults(rows);
        var bound = new List<object?[]>(rows.Count);
        for (int row = 0; row < rows.Count; row++)
        {
            var values = new object?[rows.Columns.Length];
            bound.Add(values);
            for (int place = 0; place < values.Length; place++)
            {
                try
                {
                    values[place] = ToyValues.Of(rows.Table, rows.Columns[place]).Convert(rows.Cell(row, place));
                }
                catch (ValueException e)
                {
                    faults.Add(
                        row, new Failure(FailureKind.Data, "", $"column {rows.Table.Columns[rows.Columns[place]].Name}: {e.Message}"));
                    break;
                }
            }
        }

        faults.ThrowIfAny();
        return bound;
    }

    public static async Task<int> RunAsync(
        DbConnection connection, DbTransaction? transaction, string sql, CancellationToken cancellationToken, params object?[] values)
    {
        await using SqliteCommand command = Command(connection, transaction, sql, values);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public static async Task<IReadOnlyList<T>> QueryAsync<T>(
        DbConnection connection, DbTransaction? transaction, string sql, Func<SqliteDataReader, T> read,
        CancellationToken cancellationToken, params object?[] values)
    {
        await using SqliteCommand command = Command(connection, transaction, sql, values);
        await using SqliteDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        var found = new List<T>();
        while (await row.ReadAsync(cancellationToken)) found.Add(read(row));
        return found;
    }

    private static SqliteCommand Command(DbConnection connection, DbTransaction? transaction, string sql, object?[] values)
    {
        var command = new SqliteCommand(sql, (SqliteConnection)connection, (SqliteTransaction?)transaction);
        for (int i = 0; i < values.Length; i++) command.Parameters.AddWithValue(
            string.Create(CultureInfo.InvariantCulture, $"${i + 1}"), values[i] ?? DBNull.Value);
        return command;
    }
}
