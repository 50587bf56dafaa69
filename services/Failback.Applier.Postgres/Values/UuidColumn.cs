using Failback.Apply.Values;
using NpgsqlTypes;

namespace Failback.Applier.Postgres.Values;

/// <summary>uuid.</summary>
internal sealed class UuidColumn(PostgresType type) : StructColumn<Guid>(type, NpgsqlDbType.Uuid)
{
    public override string Expression(string element) => element;

    public override string Placeholder => "md5(random()::text || clock_timestamp()::text)::uuid";

    protected override Guid Convert(RawValue value)
    {
        ReadOnlySpan<byte> json = value.Json.Span;
        return value.IsString && json.Length == 38 && System.Buffers.Text.Utf8Parser.TryParse(json[1..^1], out Guid id, out int used)
            && used == 36
            ? id
            : Guid.TryParse(value.Text(), out id) ? id : throw new ValueException("not a UUID");
    }
}
