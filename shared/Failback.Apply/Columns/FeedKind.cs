namespace Failback.Apply.Columns;

/// <summary>What the values of a column at the source are, as far as it is known.</summary>
public enum FeedKind
{
    /// <summary>Nothing but NULL has been seen.</summary>
    Unknown,
    Boolean,
    WholeNumber,
    Number,
    Date,
    Timestamp,
    TimestampWithZone,
    Uuid,
    Bytes,
    Text,

    /// <summary>JSON, and arrays.</summary>
    Document,
}
