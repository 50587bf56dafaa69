using System.Globalization;
using System.Text;
using Failback.Contracts;

namespace Failback.Benchmarks.Pipeline;

/// <summary>A row of ten columns of mixed types: as a changefeed sends it, and as a program would write it by hand.</summary>
internal static class WideRow
{
    public const string Columns =
        "id bigint PRIMARY KEY, code uuid NOT NULL, name varchar(60) NOT NULL, amount numeric(12,2), at timestamptz, stock int, active "
            + "boolean, ratio double precision, day date, note text";

    /// <summary>Rows of a transaction of a program that writes by hand.</summary>
    public const int HandBatch = 10_000;

    /// <summary>The last column.</summary>
    public static readonly string Note = new('n', 60);

    private static readonly DateTime Epoch = new(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private static readonly long First = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds() * 1_000_000;

    /// <summary>Version of the event at a place of the feed.</summary>
    public static HlcTimestamp TimeOf(long place) => new(First + (place * 1_000), 0);

    /// <summary>Body of a webhook request with the events of places <paramref name="from"/> up to <paramref name="to"/>, from 1.</summary>
    /// <param name="from">First.</param>
    /// <param name="to">Last.</param>
    /// <param name="keys">Keys repeat after so many events.</param>
    /// <param name="topic">Table.</param>
    /// <param name="note">Bytes of the last column.</param>
    public static byte[] Body(long from, long to, long keys, string topic, int note = 60)
    {
        var body = new StringBuilder("{\"payload\":[");
        for (long place = from; place <= to; place++)
        {
            long id = (place - 1) % keys;
            if (place > from) body.Append(',');
            body.Append(
                CultureInfo.InvariantCulture,
                $$$"""{"after":{"active":{{{(id % 2 == 0 ? "true" : "false")}}},"amount":{{{id / 100}}}.{{{id % 100:00}}},"at":"{{{At(id):yyyy-MM-ddTHH:mm:ss.fff}}}Z","code":"{{{Code(id)}}}","day":"{{{At(id):yyyy-MM-dd}}}","id":{{{id}}},"name":"customer {{{id}}}","note":"{{{new string('n', note)}}}","ratio":{{{id}}}.5,"stock":{{{place % 1000}}}},"key":[{{{id}}}],"topic":"{{{topic}}}","updated":"{{{TimeOf(place)}}}"}""");
        }

        return Encoding.UTF8.GetBytes(body.Append(CultureInfo.InvariantCulture, $"],\"length\":{to - from + 1}}}").ToString());
    }

    public static DateTime At(long id) => Epoch.AddMilliseconds(id * 37);

    public static Guid Code(long id) => new((int)id, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
}
