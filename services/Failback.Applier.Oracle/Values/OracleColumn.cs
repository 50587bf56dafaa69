using Failback.Applier.Oracle.Connection;
using Failback.Apply.Failures;
using Failback.Apply.Values;

namespace Failback.Applier.Oracle.Values;

/// <summary>
/// Turns the cells of one column into driver values, and says how a value becomes the column's type in SQL. Stateless apart from the
/// column's type; a value it cannot keep exactly is a fault of its row.
/// </summary>
internal abstract class OracleColumn(string name, OracleType type)
{
    public string Name { get; } = OracleName.Quote(name);

    public OracleType Type { get; } = type;

    /// <summary>How its values travel: as text unless said otherwise.</summary>
    public virtual OracleBind Kind => Type.IsNational ? OracleBind.NationalText : OracleBind.Text;

    /// <summary>Values may be longer than a statement's ordinary parameter: no MERGE, and last in every list of columns.</summary>
    public virtual bool IsLong => false;

    /// <summary>
    /// Converts a value that is neither missing nor null: text or bytes. Empty ones are NULL: Oracle knows no other empty value.
    /// </summary>
    /// <exception cref="ValueException">The column cannot hold it exactly.</exception>
    public abstract object Convert(RawValue value);

    /// <summary>Expression of the column's type over a parameter, to store and to compare.</summary>
    public virtual string Expression(string parameter) => parameter;

    /// <summary>
    /// The stored value as text, to be compared with <see cref="Identity"/>; null: the type has no such text, and is never a key.
    /// </summary>
    public virtual string? IdentityExpression(string column) => null;

    /// <summary>Text of a converted value, the same for the same value only.</summary>
    public virtual string Identity(object value) => (string)value;

    /// <summary>The text that <see cref="IdentityExpression"/> answered, in the form of <see cref="Identity"/>.</summary>
    public virtual string Normal(string stored) => stored;

    /// <summary>A value that no row has, to park a unique value; null when the type has none.</summary>
    public virtual object? Placeholder() => null;

    /// <summary>The driver's value, null for SQL NULL, or the reason why the column cannot take it.</summary>
    public (object? Value, Failure? Fault) Bind(RawValue value)
    {
        if (value.IsMissing || value.IsNull) return Null("null in a column that does not allow it");
        try
        {
            return Convert(value) is var found and not ("" or byte[] { Length: 0 })
                ? (found, null)
                : Null("an empty value is NULL in Oracle, and the column does not allow it");
        }
        catch (ValueException e)
        {
            return (null, new Failure(FailureKind.Data, "", $"column {name}: {e.Message}"));
        }
    }

    private (object? Value, Failure? Fault) Null(string reason) =>
        Type.IsNullable ? (null, null) : (null, new Failure(FailureKind.Constraint, "", $"column {name}: {reason}"));
}
