using System.Data.Common;

namespace Failback.Control.Storage;

/// <summary>
/// What differs between the databases that can hold the state of control. Statements are written once, in the SQL that all of them speak.
/// </summary>
internal abstract class StateEngine
{
    /// <summary>Locks that every control on this database respects.</summary>
    public abstract IStateLocks Locks { get; }

    /// <summary>What to check when it does not answer.</summary>
    public abstract string Remedy { get; }

    public abstract DbConnection Open();

    /// <summary>Makes ready what <see cref="SchemaVersions"/> stand on, before their transaction.</summary>
    public abstract void Prepare(DbConnection connection);

    /// <summary>Keeps other processes from migrating at the same time, until the transaction ends.</summary>
    public abstract void LockSchema(StateTransaction transaction);

    /// <summary>A statement of <see cref="SchemaVersions"/> in the words of this database.</summary>
    public abstract string Ddl(string statement);

    /// <summary>Adds the value of <c>$number</c>.</summary>
    public abstract void Bind(DbCommand command, int number, object value);

    /// <summary>True when a unique value exists already.</summary>
    public abstract bool IsDuplicate(DbException failure);
}
