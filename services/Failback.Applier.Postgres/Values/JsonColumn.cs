using System.Text;
using Failback.Apply.Values;
using NpgsqlTypes;

namespace Failback.Applier.Postgres.Values;

/// <summary>json and jsonb: the bytes as they arrived. JSON null and SQL NULL look alike in a changefeed and both become NULL.</summary>
internal sealed class JsonColumn(PostgresType type) : ReferenceColumn<string>(type, NpgsqlDbType.Text)
{
    public override void AddElement(RawValue value, CopyBuffer fields) => fields.Add(value.Json.Span);

    protected override string Convert(RawValue value) => Encoding.UTF8.GetString(value.Json.Span);
}
