using System.Data.Common;
using Failback.Apply.Staging;
using Failback.Contracts;
using Failback.Contracts.Control;
using Failback.Contracts.Words;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Failback.Tests.Apply.Staging;

/// <summary>Rows of the staging schema in the types that drivers choose for them.</summary>
public sealed class StagingRowsTests
{
    [Theory]
    [InlineData("1")]
    [InlineData("1.0")]
    public void A_checkpoint_is_read_whatever_type_its_flag_has(string consistent)
    {
        TableCheckpoint found = Read($"SELECT 's.t', 7, 3, 2, 9, {consistent}, 10, 11, 12, 13, 14, 'a1', 'o'", StagingRows.Checkpoint);
        Assert.Equal(
            new TableCheckpoint("s.t", new HlcTimestamp(7, 3), 2, 9, true, new Counters(10, 11, 12, 13, 14), "o") { Lineage = "a1" },
            found);
    }

    [Fact]
    public void Columns_and_what_reads_them_are_as_many() =>
        Assert.Equal(
            [13, 4, 4, 11],
            new[] {
                StagingRows.CheckpointColumns, StagingRows.PositionColumns, StagingRows.VersionColumns, StagingRows.LetterColumns,
            }.Select(c => c.Split(',').Length));

    [Theory]
    [InlineData("x''", "''")]
    [InlineData("NULL", "NULL")]
    public void An_empty_image_or_text_of_a_letter_may_be_null(string image, string text)
    {
        Letter found = Read($"SELECT 5, 's.t', x'0a', 7, 3, x'5b315d', {image}, {image}, {text}, 'm', 4", StagingRows.Letter);
        Assert.Equal((5, "s.t", new HlcTimestamp(7, 3), 4), (found.Id, found.Table, found.Updated, found.Attempts));
        Assert.Equal(("[1]", 0, 0), (Sample.Text(found.Key), found.After.Length, found.Before.Length));
        Assert.Equal((LetterState.Waiting, "", "m"), (found.State, found.Failure.Code, found.Failure.Message));
    }

    [Theory]
    [InlineData("2", "x'7b7d'", "{}", false)]
    [InlineData("2", "NULL", null, false)]
    [InlineData("0", "NULL", null, true)]
    public void A_letter_without_an_image_deletes_only_when_it_has_no_size(string size, string image, string? after, bool deletes)
    {
        DeadLetter found = Read(
            $"SELECT 5, 's.t', 'open', 7, 3, x'5b315d', {size}, {image}, NULL, 'Data', 'c', 'm', 4, NULL, 0, 0, NULL",
            row => StagingRows.DeadLetter(row, (_, _) => DateTimeOffset.UnixEpoch));
        Assert.Equal((after, null, deletes), (found.After, found.Before, found.IsDelete));
        Assert.Equal((null, null, "[1]"), (found.Reason, found.By, found.Key));
    }

    [Theory]
    [InlineData("000000000000000000070000000003", 7, 3)]
    [InlineData("092233720368547758072147483647", long.MaxValue, int.MaxValue)]
    public void A_padded_version_has_twenty_digits_of_wall_and_ten_of_logical(string text, long wall, int logical) =>
        Assert.Equal(new HlcTimestamp(wall, logical), Read($"SELECT '{text}'", row => StagingRows.Padded(row, 0)));

    private static T Read<T>(string sql, Func<DbDataReader, T> read)
    {
        using var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        using SqliteDataReader row = command.ExecuteReader();
        Assert.True(row.Read());
        return read(row);
    }
}
