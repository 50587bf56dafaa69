using NpgsqlTypes;

namespace Failback.Applier.Postgres.Values;

/// <summary>A column of a reference type, most often text that the server reads as the column's type.</summary>
internal abstract class ReferenceColumn<T>(PostgresType type, NpgsqlDbType element) : PostgresColumnOf<T>(type, element)
    where T : class
{
    protected sealed override Array Empty(int length) => new T?[length];

    protected sealed override void Set(Array values, int index, T value) => ((T?[])values)[index] = value;
}
