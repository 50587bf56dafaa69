namespace Failback.Testing.Changefeeds;

/// <summary>A column of a random table.</summary>
/// <param name="Unique">True when the column has a unique index of its own, beside the primary key.</param>
public sealed record ModelColumn(string Name, ModelType Type, bool Nullable, bool Unique = false);

/// <summary>Types of random columns. Each value has one canonical text, the one that PostgreSQL prints.</summary>
public enum ModelType
{
    BigInt,
    Text,
    Numeric,
    Boolean,
    Timestamp,
    Jsonb,
    Uuid,
    Bytes,
}

/// <summary>A foreign key of one column to the one-column primary key of <paramref name="Parent"/>.</summary>
public sealed record ModelForeignKey(string Column, string Parent, ModelDelete OnDelete, bool Deferrable);

/// <summary>Action of the database on children of a deleted parent.</summary>
public enum ModelDelete
{
    NoAction,
    Cascade,
    SetNull,
}
