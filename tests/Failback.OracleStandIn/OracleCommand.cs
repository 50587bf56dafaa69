using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Oracle.ManagedDataAccess.Client;

/// <summary>A statement; with <see cref="ArrayBindCount"/> its parameters are arrays of so many values.</summary>
public sealed class OracleCommand : DbCommand
{
    private readonly OracleParameterCollection _parameters = [];

    internal OracleCommand(OracleConnection connection) => DbConnection = connection;

    public bool BindByName { get; set; }

    public int ArrayBindCount { get; set; }

    public int InitialLOBFetchSize { get; set; }

    [AllowNull]
    public override string CommandText { get; set; } = "";

    public override int CommandTimeout { get; set; } = 30;

    public override CommandType CommandType { get; set; } = CommandType.Text;

    public override bool DesignTimeVisible { get; set; }

    public override UpdateRowSource UpdatedRowSource { get; set; }

    protected override DbConnection? DbConnection { get; set; }

    protected override DbParameterCollection DbParameterCollection => _parameters;

    protected override DbTransaction? DbTransaction { get; set; }

    public override void Cancel()
    {
    }

    public override void Prepare()
    {
    }

    public override int ExecuteNonQuery() =>
        int.Parse(Encoding.UTF8.GetString(Ask() is [var first, ..] ? first! : "0"u8.ToArray()), CultureInfo.InvariantCulture);

    public override object? ExecuteScalar()
    {
        using DbDataReader row = ExecuteDbDataReader(CommandBehavior.Default);
        return row.Read() ? row.GetValue(0) : null;
    }

    protected override DbParameter CreateDbParameter() => new OracleParameter();

    protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior)
    {
        List<byte[]?> answer = Ask();
        var table = new DataTable { Locale = CultureInfo.InvariantCulture };
        int columns = answer.Count < 2 ? 0 : int.Parse(Encoding.UTF8.GetString(answer[1]!), CultureInfo.InvariantCulture);
        for (int i = 0; i < columns; i++) table.Columns.Add(new DataColumn { DataType = typeof(object) });
        for (int cell = 2; cell < answer.Count; cell += columns) table.Rows.Add([.. answer.Skip(cell).Take(columns).Select(Cell)]);
        return table.CreateDataReader();
    }

    private static object Cell(byte[]? cell) => cell is null ? DBNull.Value : (char)cell[0] switch
    {
        'B' => cell[1..],
        'D' => double.Parse(Encoding.UTF8.GetString(cell.AsSpan(1)), CultureInfo.InvariantCulture),
        'N' => Number(Encoding.UTF8.GetString(cell.AsSpan(1))),
        _ => Encoding.UTF8.GetString(cell.AsSpan(1)),
    };

    private static object Number(string text) =>
        decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out decimal number)
        && number.ToString(CultureInfo.InvariantCulture) == text ? number : text;

    private List<byte[]?> Ask()
    {
        if (!BindByName && _parameters.Count > 1)
            throw new InvalidOperationException("parameters would be taken in the order in which they were added");
        (string text, IReadOnlyList<OracleParameter> used) = OracleText.Rewrite(CommandText, _parameters.Items);
        var fields = new List<byte[]?>(3 + (used.Count * Math.Max(1, ArrayBindCount)))
        {
            Encoding.UTF8.GetBytes(text),
            Encoding.UTF8.GetBytes(ArrayBindCount.ToString(CultureInfo.InvariantCulture)),
            Encoding.UTF8.GetBytes([.. used.Select(KindOf)]),
        };
        for (int row = 0; row < Math.Max(1, ArrayBindCount); row++) fields.AddRange(
            used.Select(p => Field(ArrayBindCount > 0 ? ((Array)p.Value!).GetValue(row) : p.Value)));
        return ((OracleConnection)DbConnection!).Ask(fields, TimeSpan.FromSeconds(CommandTimeout));
    }

    private static char KindOf(OracleParameter parameter) => parameter.OracleDbType switch
    {
        OracleDbType.Raw or OracleDbType.Blob or OracleDbType.LongRaw => 'B',
        OracleDbType.Int64 => 'N',
        _ => 'S',
    };

    private static byte[]? Field(object? value) => value switch
    {
        null or DBNull => null,
        byte[] bytes => bytes,
        long number => Encoding.UTF8.GetBytes(number.ToString(CultureInfo.InvariantCulture)),
        string text => Encoding.UTF8.GetBytes(text),
        _ => throw new ArgumentException($"values of type {value.GetType()} are not taken", nameof(value)),
    };
}
