using Failback.Contracts.Control;

namespace Failback.Apply.Columns;

/// <summary>What a column of the source is, as far as its values in the feed tell.</summary>
public static class FeedColumn
{
    /// <summary>Returns a column whose type takes every value of the kind.</summary>
    public static SourceColumn Of(string name, FeedKind kind) => new(name, TypeOf(kind), Nullable: true, null, null, null);

    private static string TypeOf(FeedKind kind) => kind switch
    {
        FeedKind.Boolean => "boolean",
        FeedKind.WholeNumber => "bigint",
        FeedKind.Number => "numeric",
        FeedKind.Date => "date",
        FeedKind.Timestamp => "timestamp without time zone",
        FeedKind.TimestampWithZone => "timestamp with time zone",
        FeedKind.Uuid => "uuid",
        FeedKind.Bytes => "bytea",
        FeedKind.Document => "jsonb",
        _ => "text",
    };
}
