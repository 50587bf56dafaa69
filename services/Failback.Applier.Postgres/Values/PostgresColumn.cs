using Failback.Apply.Dialects;
using Failback.Apply.Failures;
using Failback.Apply.Tables;
using Failback.Apply.Values;
using Failback.Apply.Writing;
using Npgsql;

namespace Failback.Applier.Postgres.Values;

/// <summary>
/// Turns the cells of one column into one array parameter, and says how the array's elements become the column's type in SQL.
/// Stateless apart from the column's type; a value it cannot keep exactly is a fault of its row.
/// </summary>
internal abstract class PostgresColumn(PostgresType type)
{
    public PostgresType Type { get; } = type;

    /// <summary>Expression of the column's type over an element of the array, without length so that nothing is cut silently.</summary>
    public virtual string Expression(string element) => $"{element}::{Type.CastName}";

    /// <summary>Expression comparable with the column in a WHERE clause.</summary>
    public virtual string KeyExpression(string element) => Expression(element);

    /// <summary>
    /// Condition that holds where the column would keep something else than the value; null: the converter has seen to it.
    /// </summary>
    /// <param name="element">The value as it travels.</param>
    /// <param name="value">The value in <see cref="Expression"/>.</param>
    public string? Changes(string element, string value)
    {
        string text = Type.Element is null ? "text" : "text[]";
        string kept = $"({value})::{Type.Declared}";
        return Type.Check switch
        {
            ServerCheck.None => null,
            ServerCheck.ByValue => $"{kept}::{Type.CastName} IS DISTINCT FROM {value}",
            ServerCheck.ByText => $"{kept}::{Type.CastName}::{text} IS DISTINCT FROM ({value})::{text}",
            _ => $"{element}::{Type.Declared}::{text} IS DISTINCT FROM {element}::{text}",
        };
    }

    /// <summary>Expression of a value that no row has, to park a unique value; null when the type has none.</summary>
    public virtual string? Placeholder => null;

    /// <summary>Binds column <paramref name="place"/> of the batch; faults are added for rows whose value does not fit.</summary>
    public abstract NpgsqlParameter Bind(RowBatch rows, int place, RowFaults faults);

    /// <summary>Type of the array's elements, and of a copied value.</summary>
    public abstract string ElementType { get; }

    /// <summary>The column's own type where <see cref="TryAddNative"/> knows its usual values; null: it knows none.</summary>
    public virtual string? NativeType => null;

    /// <summary>Adds a value that is neither missing nor null as a copied field of <see cref="ElementType"/>.</summary>
    /// <exception cref="ValueException">The column cannot hold it exactly.</exception>
    public abstract void AddElement(RawValue value, CopyBuffer fields);

    /// <summary>
    /// Adds the value as a copied field of <see cref="NativeType"/>; false: it has another form or may not fit, nothing was added.
    /// </summary>
    public virtual bool TryAddNative(RawValue value, CopyBuffer fields) => false;

    /// <summary>The value as the text that the server would be given, for the elements of arrays.</summary>
    public abstract string ToText(RawValue value);

    /// <summary>Why a value is refused that <see cref="Changes"/> holds for.</summary>
    public string Reason => $"{Type.Declared} would keep another value";

    public static Failure Refusal(RowBatch rows, int place, string reason)
    {
        TargetColumn column = rows.Table.Columns[rows.Columns[place]];
        return new Failure(FailureKind.Data, "", $"column {column.Name}: {reason}");
    }
}
