using System.Data.Common;

namespace Failback.Control.Storage;

/// <summary>
/// The differences between the databases that can hold the state of control. Statements are written once, in the SQL that all of
/// them understand.
/// </summary>
internal abstract class StateEngine
{
    /// <summary>Locks that every control on this database respects.</summary>
    public abstract IStateLocks Locks { get; }

    /// <summary>Next step for the operator when the database does not answer.</summary>
    public abstract string Remedy { get; }

    public abstract DbConnection Open();

    /// <summary>Prepares the database for <see cref="SchemaVersions"/>, outside their transaction.</summary>
    public abstract void Prepare(DbConnection connection);

    /// <summary>Keeps other processes from migrating until the transaction ends.</summary>
    public abstract void LockSchema(StateTransaction transaction);

    /// <summary>Returns a statement of <see cref="SchemaVersions"/> in the SQL of this database.</summary>
    public abstract string Ddl(string statement);

    /// <summary>Adds the value of <c>$number</c>.</summary>
    public abstract void Bind(DbCommand command, int number, object value);

    /// <summary>Returns true for a violated unique constraint.</summary>
    public abstract bool IsDuplicate(DbException failure);
}
