using System.Text;
using System.Text.Json;
using Failback.Contracts;

namespace Failback.Testing.Changefeeds;

/// <summary>A row of a request; its JSON parts are texts.</summary>
/// <param name="Before">Previous row; null when the feed does not send it.</param>
public sealed record FeedRow(string Topic, string Key, string? After, string? Before, HlcTimestamp Updated);

/// <summary>One request of a changefeed: rows, or a resolved timestamp and no rows.</summary>
public sealed record FeedRequest(IReadOnlyList<FeedRow> Rows, HlcTimestamp? Resolved)
{
    /// <summary>Returns the body that CockroachDB would post.</summary>
    public string Body()
    {
        if (Resolved is not null) return $"{{\"resolved\":\"{Resolved}\"}}";
        var body = new StringBuilder("{\"payload\":[");
        for (int i = 0; i < Rows.Count; i++)
        {
            FeedRow row = Rows[i];
            if (i > 0) body.Append(',');
            body.Append("{\"after\":").Append(row.After ?? "null");
            if (row.Before is not null) body.Append(",\"before\":").Append(row.Before);
            body.Append(",\"key\":").Append(row.Key)
                .Append(",\"topic\":").Append(JsonSerializer.Serialize(row.Topic))
                .Append(",\"updated\":\"").Append(row.Updated).Append("\"}");
        }

        return body.Append("],\"length\":").Append(Rows.Count).Append('}').ToString();
    }
}
