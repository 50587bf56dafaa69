using System.Globalization;
using Failback.Apply.Dialects;
using Failback.Apply.Values;
using Failback.Apply.Writing;
using Npgsql;
using NpgsqlTypes;

namespace Failback.Applier.Postgres.Values;

/// <summary>A column whose elements travel as <typeparamref name="T"/>.</summary>
internal abstract class PostgresColumnOf<T>(PostgresType type, NpgsqlDbType element) : PostgresColumn(type)
{
    /// <summary>Converts a value that is neither missing nor null.</summary>
    /// <exception cref="ValueException">The column cannot hold it exactly.</exception>
    protected abstract T Convert(RawValue value);

    public sealed override string ElementType => element switch
    {
        NpgsqlDbType.Bigint => "bigint",
        NpgsqlDbType.Double => "double precision",
        NpgsqlDbType.Boolean => "boolean",
        NpgsqlDbType.Uuid => "uuid",
        NpgsqlDbType.Bytea => "bytea",
        _ => "text",
    };

    public override void AddElement(RawValue value, CopyBuffer fields)
    {
        switch (Convert(value))
        {
            case long number: fields.Add(number); break;
            case double number: fields.Add(number); break;
            case bool truth: fields.Add(truth); break;
            case Guid id: fields.Add(id); break;
            case byte[] bytes: fields.Add(bytes); break;
            case string text: fields.Add(text); break;
            case var other: throw new NotSupportedException($"COPY of {other?.GetType()}");
        }
    }

    public sealed override string ToText(RawValue value)
    {
        object converted = Convert(value)!;
        return converted is byte[] bytes
            ? "\\x" + System.Convert.ToHexStringLower(bytes)
            : System.Convert.ToString(converted, CultureInfo.InvariantCulture)!;
    }

    /// <summary>SQL NULL of the array.</summary>
    protected abstract Array Empty(int length);

    public sealed override NpgsqlParameter Bind(RowBatch rows, int place, RowFaults faults)
    {
        Array values = Empty(rows.Count);
        for (int i = 0; i < rows.Count; i++)
        {
            RawValue value = rows.Cell(i, place);
            if (value.IsMissing || value.IsNull) continue;
            try
            {
                Set(values, i, Convert(value));
            }
            catch (ValueException e)
            {
                faults.Add(i, Refusal(rows, place, e.Message));
            }
        }

        return new NpgsqlParameter { Value = values, NpgsqlDbType = NpgsqlDbType.Array | element };
    }

    protected abstract void Set(Array values, int index, T value);
}
