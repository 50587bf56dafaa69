using System.Globalization;
using Failback.Applier.Oracle.Connection;
using Failback.Applier.Oracle.Values;
using Failback.Apply.Dialects;
using Failback.Apply.Tables;

namespace Failback.Applier.Oracle.Writing;

/// <summary>
/// Looks for rows of a batch by their key. Columns are compared here by the text of their type; types that have none (long ones, documents,
/// binary floating point) are not compared.
/// </summary>
internal static class OracleSights
{
    private const int RowsPerQuery = 50;

    public static async Task<IReadOnlyList<RowSight>> FindAsync(OracleSession session, OracleRows rows, CancellationToken cancellationToken)
    {
        TargetTable table = rows.Table;
        int[] compared = [
            .. rows.Batch.Columns.Where(
                c => !table.PrimaryKey.Contains(c) && OracleSql.Column(table, c).IdentityExpression("") is not null)];
        var sights = new List<RowSight>();
        foreach (int[] part in Enumerable.Range(0, rows.Count).Chunk(RowsPerQuery))
        {
            string sql = string.Join("\nUNION ALL ", part.Select(row => OracleSql.Look(table, compared, row)));
            OracleArgument[] arguments = [.. part.SelectMany(row => rows.Single(row, table.PrimaryKey))];
            sights.AddRange(await session.ReadAsync(sql, arguments, Sight, cancellationToken));
        }

        return sights;

        RowSight Sight(OracleRecord found)
        {
            int row = int.Parse(found.Text(0), CultureInfo.InvariantCulture);
            for (int i = 0; i < compared.Length; i++)
            {
                OracleColumn column = OracleSql.Column(table, compared[i]);
                string given = rows.Of(row, compared[i]) is { } value ? column.Identity(value) : "";
                string stored = found.Text(i + 1);
                if ((stored.Length == 0 ? "" : column.Normal(stored)) != given)
                    return new RowSight(rows.Batch.Changes[row], compared[i]);
            }

            return new RowSight(rows.Batch.Changes[row], null);
        }
    }
}
