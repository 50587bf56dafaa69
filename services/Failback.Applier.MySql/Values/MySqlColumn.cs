using Failback.Applier.MySql.Connection;
using Failback.Apply.Failures;
using Failback.Apply.Values;

namespace Failback.Applier.MySql.Values;

/// <summary>
/// Turns the cells of one column into driver values, and says how a value becomes the column's type in SQL. Stateless apart from the
/// column's type; a value it cannot keep exactly is a fault of its row.
/// </summary>
internal abstract class MySqlColumn(string name, MySqlType type)
{
    protected const string Parameter = "?";

    public string Name { get; } = MySqlName.Quote(name);

    public MySqlType Type { get; } = type;

    /// <summary>Expression over the parameter that is stored in the column.</summary>
    public virtual string Expression => Parameter;

    /// <summary>Expression over the parameter that is compared with the column so that the column's index serves.</summary>
    public virtual string KeyExpression => Parameter;

    /// <summary>
    /// Condition over the parameter that the column holds just its value, not one that is equal to it by a collation or by rounding.
    /// </summary>
    public virtual string Holds => $"{Name} <=> {KeyExpression}";

    /// <summary>
    /// Expression over a value of another table by which the column's index is searched; null where the server would compare in another
    /// type and search nothing.
    /// </summary>
    public virtual string? JoinKey(string value) => null;

    /// <summary>Expression of a value that no row has, to park a unique value; null when the type has none.</summary>
    public virtual string? Placeholder => null;

    /// <summary>Converts a value that is neither missing nor null: text, long, ulong or bytes.</summary>
    /// <exception cref="ValueException">The column cannot hold it exactly.</exception>
    public abstract object Convert(RawValue value);

    /// <summary>The driver's value, null for SQL NULL, or the reason why the column cannot take it.</summary>
    public (object? Value, Failure? Fault) Bind(RawValue value)
    {
        if (value.IsMissing || value.IsNull)
            return Type.IsNullable
                ? (null, null)
                : (null, new Failure(FailureKind.Constraint, "", $"column {name}: null in a column that does not allow it"));
        try
        {
            return (Convert(value), null);
        }
        catch (ValueException e)
        {
            return (null, new Failure(FailureKind.Data, "", $"column {name}: {e.Message}"));
        }
    }

    /// <summary>The stored value as text, to be compared with <see cref="Identity"/>.</summary>
    public virtual string IdentityExpression(string column) => $"CAST({column} AS CHAR)";

    /// <summary>How the server writes the value that <see cref="Convert"/> made.</summary>
    public virtual string Identity(object value) => System.Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture)!;
}
