using Failback.Apply.Values;
using NpgsqlTypes;

namespace Failback.Applier.Postgres.Values;

/// <summary>boolean; BOOL, and INT columns that hold 0 and 1.</summary>
internal sealed class BooleanColumn(PostgresType type) : StructColumn<bool>(type, NpgsqlDbType.Boolean)
{
    protected override bool Convert(RawValue value) => value.Text() switch
    {
        "true" or "1" or "t" => true,
        "false" or "0" or "f" => false,
        _ => throw new ValueException("not a boolean"),
    };
}
