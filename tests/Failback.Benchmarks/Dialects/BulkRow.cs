using System.Buffers;
using System.Globalization;
using System.Text;
using Failback.Apply.Windows;
using Failback.Contracts;
using Failback.Contracts.Rows;

namespace Failback.Benchmarks.Dialects;

/// <summary>A row as a program would have it, and as a changefeed sends it.</summary>
internal sealed record BulkRow(long Id, Guid Code, string Name, decimal Amount, DateTime At, int Stock)
{
    /// <summary>The same keys and codes with other values for each <paramref name="version"/>.</summary>
    public static BulkRow[] Make(int count, int version)
    {
        var random = new Random(7);
        var code = new byte[16];
        return
        [
            .. Enumerable.Range(0, count).Select(i =>
            {
                random.NextBytes(code);
                DateTime at = new DateTime(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddMilliseconds((i * 37L) + version);
                return new BulkRow(
                    i * 3L, new Guid(code), $"customer {i} of version {version}", ((i * 7) + version) / 100m, at, (i % 1000) + version);
            }),
        ];
    }

    /// <summary>The row version in its frame, as it comes out of a queue.</summary>
    public RowChange ToChange(KeyMap keys)
    {
        string key = string.Create(CultureInfo.InvariantCulture, $"[{Id}]");
        string after = string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"id": {{Id}}, "code": "{{Code}}", "name": "{{Name}}", "amount": {{Amount}}, "at": "{{At:yyyy-MM-ddTHH:mm:ss.ffffff}}Z", "stock": {{Stock}}}""");
        var body = new ArrayBufferWriter<byte>();
        var updated = new HlcTimestamp(1, 0);
        byte[] keyBytes = Encoding.UTF8.GetBytes(key);
        var frame = new RowFrame(updated, keyBytes, Encoding.UTF8.GetBytes(after), default);
        frame.WriteTo(body);
        return new RowChange(new Mutation(new MessageEntry(0, body.WrittenMemory, null), 0, updated), keys.Identify(frame));
    }
}
