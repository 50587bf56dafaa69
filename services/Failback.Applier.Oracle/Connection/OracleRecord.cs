using System.Data.Common;
using System.Globalization;

namespace Failback.Applier.Oracle.Connection;

/// <summary>A row of a query. The driver chooses the type of a NUMBER by its digits, and an empty text is NULL.</summary>
internal sealed class OracleRecord(DbDataReader row)
{
    public int Count => row.FieldCount;

    public string Text(int column) => row.IsDBNull(column) ? "" : Convert.ToString(row.GetValue(column), CultureInfo.InvariantCulture)!;

    public long Number(int column) => Convert.ToInt64(row.GetValue(column), CultureInfo.InvariantCulture);

    public int? MaybeNumber(int column) =>
        row.IsDBNull(column) ? null : Convert.ToInt32(row.GetValue(column), CultureInfo.InvariantCulture);

    public bool Flag(int column) => Number(column) != 0;

    public byte[] Bytes(int column) => row.IsDBNull(column) ? [] : (byte[])row.GetValue(column);
}
