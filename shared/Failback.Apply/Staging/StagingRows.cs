using System.Data.Common;
using System.Globalization;
using System.Text;
using Failback.Apply.Failures;
using Failback.Apply.Windows;
using Failback.Contracts;
using Failback.Contracts.Control;
using Failback.Contracts.Words;

namespace Failback.Apply.Staging;

/// <summary>
/// Columns that the queries of every dialect select from the staging schema, and what their rows become. Values are read by what they mean
/// and not by the type that a driver chooses: a flag may be a number, and an empty text or image may be NULL.
/// </summary>
public static class StagingRows
{
    /// <summary>Columns of <see cref="Checkpoint"/>.</summary>
    public const string CheckpointColumns =
        "table_name, resolved_wall, resolved_logical, epoch, revision, consistent, received, applied, superseded, filtered, dead_lettered, "
            + "lineage, key_order";

    /// <summary>Columns of <see cref="Position"/>.</summary>
    public const string PositionColumns = "table_name, publisher, sequence, total";

    /// <summary>Columns of <see cref="Version"/>.</summary>
    public const string VersionColumns = "key_digest, wall, logical, deleted";

    /// <summary>Columns of <see cref="Letter"/>.</summary>
    public const string LetterColumns =
        "id, table_name, key_digest, wall, logical, key_json, after_json, before_json, error_code, error_message, attempts";

    private const int WallDigits = 20;

    /// <summary>Returns a text that no checkpoint row was made with before.</summary>
    public static string NewLineage() => Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture);

    /// <summary>Reads <see cref="CheckpointColumns"/>.</summary>
    public static TableCheckpoint Checkpoint(DbDataReader row) => new(
        Text(row, 0), Timestamp(row, 1), Number(row, 3), Number(row, 4), Flag(row, 5),
        new Counters(Number(row, 6), Number(row, 7), Number(row, 8), Number(row, 9), Number(row, 10)), Text(row, 12))
    {
        Lineage = Text(row, 11),
    };

    /// <summary>Reads <see cref="PositionColumns"/>.</summary>
    public static PublisherPosition Position(DbDataReader row) => new(Text(row, 0), Text(row, 1), Number(row, 2), Number(row, 3));

    /// <summary>Reads <see cref="VersionColumns"/>.</summary>
    public static RowVersion Version(DbDataReader row) => new(Bytes(row, 0), Timestamp(row, 1), Flag(row, 3));

    /// <summary>Reads <see cref="LetterColumns"/> of a waiting letter.</summary>
    public static Letter Letter(DbDataReader row) => new()
    {
        Id = Number(row, 0),
        Table = Text(row, 1),
        KeyDigest = Bytes(row, 2),
        Updated = Timestamp(row, 3),
        Key = Bytes(row, 5),
        After = Bytes(row, 6),
        Before = Bytes(row, 7),
        State = LetterState.Waiting,
        Failure = new Failure(FailureKind.Unknown, Text(row, 8), Text(row, 9)),
        Attempts = (int)Number(row, 10),
    };

    /// <summary>
    /// Reads a letter as operators see it: id, table, state, wall, logical, key, size of the image, image, former image, class, code and
    /// message of the error, attempts, reason, time of creation, time of the last change, who settled it.
    /// </summary>
    /// <param name="row">Current row.</param>
    /// <param name="time">Reads a time in the form that the dialect selects it in.</param>
    public static DeadLetter DeadLetter(DbDataReader row, Func<DbDataReader, int, DateTimeOffset> time) => new()
    {
        Id = Number(row, 0),
        Table = Text(row, 1),
        State = Word.Parse<LetterState>(Text(row, 2)),
        Updated = Timestamp(row, 3).ToString(),
        Key = Encoding.UTF8.GetString(Bytes(row, 5)),
        Size = Number(row, 6),
        IsDelete = Number(row, 6) == 0,
        After = Image(row, 7),
        Before = Image(row, 8),
        ErrorClass = Text(row, 9),
        ErrorCode = Text(row, 10),
        ErrorMessage = Text(row, 11),
        Attempts = (int)Number(row, 12),
        Reason = TextOrNull(row, 13),
        CreatedAt = time(row, 14),
        ChangedAt = time(row, 15),
        By = TextOrNull(row, 16),
    };

    /// <summary>Reads three columns: wall, logical, deleted.</summary>
    public static VersionRank Rank(DbDataReader row, int column) => new(Timestamp(row, column), Flag(row, column + 2));

    /// <summary>Reads two columns, wall and logical.</summary>
    public static HlcTimestamp Timestamp(DbDataReader row, int column) => new(Number(row, column), (int)Number(row, column + 1));

    /// <summary>
    /// Reads a version that was selected as one text, 20 digits of wall and 10 of logical: the least text of a group is its lowest version.
    /// </summary>
    public static HlcTimestamp Padded(DbDataReader row, int column)
    {
        ReadOnlySpan<char> text = Text(row, column);
        return new HlcTimestamp(
            long.Parse(text[..WallDigits], CultureInfo.InvariantCulture), int.Parse(text[WallDigits..], CultureInfo.InvariantCulture));
    }

    /// <summary>Reads a text; NULL is the empty one.</summary>
    public static string Text(DbDataReader row, int column) =>
        row.IsDBNull(column) ? "" : Convert.ToString(row.GetValue(column), CultureInfo.InvariantCulture)!;

    /// <summary>Reads a whole number of any type.</summary>
    public static long Number(DbDataReader row, int column) => Convert.ToInt64(row.GetValue(column), CultureInfo.InvariantCulture);

    /// <summary>Reads bytes; NULL is none.</summary>
    public static byte[] Bytes(DbDataReader row, int column) => row.IsDBNull(column) ? [] : (byte[])row.GetValue(column);

    private static bool Flag(DbDataReader row, int column) => Convert.ToBoolean(row.GetValue(column), CultureInfo.InvariantCulture);

    private static string? TextOrNull(DbDataReader row, int column) => row.IsDBNull(column) ? null : Text(row, column);

    private static string? Image(DbDataReader row, int column) =>
        Bytes(row, column) is { Length: > 0 } bytes ? Encoding.UTF8.GetString(bytes) : null;
}
