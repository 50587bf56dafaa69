using Failback.Apply.Failures;
using Failback.Apply.Letters;
using Failback.Apply.Staging;
using Failback.Contracts.Words;
using Failback.Tests.Apply.Groups;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Failback.Tests.Apply.Letters;

/// <summary>A round reads letters, lets go of the target, and writes only when they are still the same.</summary>
public sealed class WaitingRowsTests
{
    private static readonly Letter Waiting = new()
    {
        Id = 1,
        Table = "shop.t",
        KeyDigest = [1],
        Updated = Sample.At(10),
        Key = Sample.Bytes("[1]"),
        After = Sample.Bytes("""{"id":1}"""),
        State = LetterState.Waiting,
        Failure = new Failure(FailureKind.Unknown, "", ""),
    };

    private readonly StubLetters _letters = new([], []);

    /// <summary>Settled, asked for again, or with another row: the second reading is what an operator made of it meanwhile.</summary>
    [Theory]
    [InlineData("gone")]
    [InlineData("asked for")]
    [InlineData("reread")]
    public async Task Letters_that_were_changed_between_reading_and_writing_are_left_to_the_next_round(string meanwhile)
    {
        _letters.Waiting.Enqueue([Waiting]);
        _letters.Waiting.Enqueue(meanwhile switch
        {
            "gone" => [],
            "asked for" => [Waiting with { Attempts = 0 }],
            _ => [Waiting with { After = Sample.Bytes("""{"id":2}""") }],
        });
        // There is no writer, and the letters refuse to be settled: touching either would fail.
        Assert.Equal((0, "take over, lock shop.t"), await RetryAsync());
    }

    [Fact]
    public async Task Nothing_is_locked_while_nothing_waits() => Assert.Equal((0, "take over"), await RetryAsync());

    private async Task<(int Placed, string Calls)> RetryAsync()
    {
        using Group group = await Group.CreateAsync([Sample.Table("id", "id")], c => c with { Letters = _letters });
        await using var connection = new SqliteConnection("Data Source=:memory:");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        int placed = await new WaitingRows(group.Context, group.Owned).RetryAsync(connection, TestContext.Current.CancellationToken);
        return (placed, string.Join(", ", ((StubDialect)group.Context.Dialect).Store.Calls));
    }
}
