using Failback.Apply.Values;
using NpgsqlTypes;

namespace Failback.Applier.Postgres.Values;

/// <summary>boolean; BOOL, and INT columns that hold 0 and 1.</summary>
internal sealed class BooleanColumn(PostgresType type) : StructColumn<bool>(type, NpgsqlDbType.Boolean)
{
    public override void AddElement(RawValue value, CopyBuffer fields)
    {
        ReadOnlySpan<byte> json = value.Json.Span;
        if (json.SequenceEqual("true"u8)) fields.Add(true);
        else if (json.SequenceEqual("false"u8)) fields.Add(false);
        else base.AddElement(value, fields);
    }

    protected override bool Convert(RawValue value) => value.Text() switch
    {
        "true" or "1" or "t" => true,
        "false" or "0" or "f" => false,
        _ => throw new ValueException("not a boolean"),
    };
}
