using NpgsqlTypes;

namespace Failback.Applier.Postgres.Values;

/// <summary>A column of a value type; nulls are null elements.</summary>
internal abstract class StructColumn<T>(PostgresType type, NpgsqlDbType element) : PostgresColumnOf<T>(type, element)
    where T : struct
{
    protected sealed override Array Empty(int length) => new T?[length];

    protected sealed override void Set(Array values, int index, T value) => ((T?[])values)[index] = value;
}
