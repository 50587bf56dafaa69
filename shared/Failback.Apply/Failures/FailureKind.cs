namespace Failback.Apply.Failures;

/// <summary>What kind of failure a target error is; decides what happens next.</summary>
public enum FailureKind
{
    /// <summary>Passes by itself (connection, deadlock, timeout, read-only, full disk): retried in place for ever.</summary>
    Transient,

    /// <summary>A foreign key is not satisfied: another order may do.</summary>
    ForeignKey,

    /// <summary>A unique value is taken, or excluded by another row's: another order may do.</summary>
    Unique,

    /// <summary>NOT NULL, CHECK, trigger exception: the row is refused.</summary>
    Constraint,

    /// <summary>The value does not fit the column: the row is refused.</summary>
    Data,

    /// <summary>Table or column missing or changed: the catalogue is read again; the group halts until it fits.</summary>
    Schema,

    /// <summary>The user lacks a privilege: the group halts until it is granted.</summary>
    Permission,

    /// <summary>The userscript failed on the row.</summary>
    Script,

    /// <summary>Not known to the dialect: the row is isolated like <see cref="Constraint"/>.</summary>
    Unknown,
}
