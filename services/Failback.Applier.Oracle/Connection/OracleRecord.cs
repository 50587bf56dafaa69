using System.Data.Common;
using System.Globalization;

namespace Failback.Applier.Oracle.Connection;

/// <summary>A row of a query. The driver chooses the type of a NUMBER by its digits, and an empty text is NULL.</summary>
internal sealed class OracleRecord(DbDataReader row)
{
    /// <summary>The row as the driver gives it.</summary>
    public DbDataReader Reader { get; } = row;

    public int Count => Reader.FieldCount;

    public string Text(int column) =>
        Reader.IsDBNull(column) ? "" : Convert.ToString(Reader.GetValue(column), CultureInfo.InvariantCulture)!;

    public long Number(int column) => Convert.ToInt64(Reader.GetValue(column), CultureInfo.InvariantCulture);

    public int? MaybeNumber(int column) =>
        Reader.IsDBNull(column) ? null : Convert.ToInt32(Reader.GetValue(column), CultureInfo.InvariantCulture);

    public bool Flag(int column) => Number(column) != 0;

    public byte[] Bytes(int column) => Reader.IsDBNull(column) ? [] : (byte[])Reader.GetValue(column);
}
