using Failback.Apply.Values;
using NpgsqlTypes;

namespace Failback.Applier.Postgres.Values;

/// <summary>bytea from <c>\x</c> and hexadecimal digits.</summary>
internal sealed class ByteaColumn(PostgresType type) : ReferenceColumn<byte[]>(type, NpgsqlDbType.Bytea)
{
    public override string Expression(string element) => element;

    public override string Placeholder => "decode(md5(random()::text || clock_timestamp()::text), 'hex')";

    protected override byte[] Convert(RawValue value)
    {
        string text = value.Text();
        if (!text.StartsWith("\\x", StringComparison.Ordinal)) throw new ValueException("not bytes in hexadecimal form");
        try
        {
            return System.Convert.FromHexString(text.AsSpan(2));
        }
        catch (FormatException)
        {
            throw new ValueException("not bytes in hexadecimal form");
        }
    }
}
