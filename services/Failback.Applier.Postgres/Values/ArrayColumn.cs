using System.Text;
using Failback.Apply.Columns;
using Failback.Apply.Values;
using NpgsqlTypes;

namespace Failback.Applier.Postgres.Values;

/// <summary>
/// One-dimensional arrays as PostgreSQL array text, every element quoted. Elements follow the rules of their own type.
/// https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO
/// </summary>
internal sealed class ArrayColumn(PostgresType type, Func<RawValue, string> element) : ReferenceColumn<string>(type, NpgsqlDbType.Text)
{
    protected override string Convert(RawValue value)
    {
        if (value.IsString) return value.Text();
        var text = new StringBuilder("{");
        foreach (RawValue item in ColumnValueReader.ReadKey(value.Json))
        {
            if (text.Length > 1) text.Append(',');
            if (item.IsNull) text.Append("NULL");
            else Append(text, element(item));
        }

        return text.Append('}').ToString();
    }

    private static void Append(StringBuilder text, string item)
    {
        text.Append('"');
        foreach (char c in item)
        {
            if (c is '"' or '\\') text.Append('\\');
            text.Append(c);
        }

        text.Append('"');
    }
}
