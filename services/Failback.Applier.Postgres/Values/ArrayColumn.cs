using System.Text;
using Failback.Apply.Columns;
using Failback.Apply.Values;
using NpgsqlTypes;

namespace Failback.Applier.Postgres.Values;

/// <summary>
/// Arrays as PostgreSQL array text, every element quoted: from a JSON array, or from a text that is such a text. Elements follow the rules
/// of
/// their own type.
/// https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO
/// </summary>
internal sealed class ArrayColumn(PostgresType type, Func<RawValue, string> element) : ReferenceColumn<string>(type, NpgsqlDbType.Text)
{
    protected override string Convert(RawValue value)
    {
        if (value.IsString) return new ArrayText(value.Text(), element).Read();
        if (value.Json.Span[0] != (byte)'[') throw new ValueException("not an array");
        var text = new StringBuilder("{");
        foreach (RawValue item in ColumnValueReader.ReadKey(value.Json))
        {
            if (text.Length > 1) text.Append(',');
            if (item.IsNull) text.Append("NULL");
            else ArrayText.Quote(text, element(item));
        }

        return text.Append('}').ToString();
    }
}
