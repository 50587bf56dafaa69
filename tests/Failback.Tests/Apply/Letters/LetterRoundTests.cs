using Failback.Apply.Failures;
using Failback.Apply.Groups;
using Failback.Apply.Letters;
using Failback.Apply.Rows;
using Failback.Apply.Scripts;
using Failback.Apply.Staging;
using Failback.Apply.Windows;
using Failback.Apply.Writing;
using Failback.Contracts.Control;
using Failback.Contracts.Words;
using Xunit;

namespace Failback.Tests.Apply.Letters;

/// <summary>What is decided about letters that are tried again, and that each ends in exactly one way.</summary>
public sealed class LetterRoundTests
{
    private static readonly Failure Refusal = new(FailureKind.ForeignKey, "23503", "no parent");

    private readonly GroupTable[] _tables = [Table(0, "shop.t"), Table(1, "shop.u")];

    /// <summary>Attempts before this one, how many are granted, and the fate of a letter whose row is refused once more.</summary>
    [Theory]
    [InlineData(0, 5, "Again")]
    [InlineData(4, 5, "Again")]
    [InlineData(5, 5, "Lost")]
    [InlineData(6, 5, "Lost")]
    [InlineData(1_000_000, int.MaxValue, "Again")]
    public void A_refused_letter_goes_on_waiting_until_its_tries_are_used_up(int attempts, int tries, string fate)
    {
        LetterRound round = Round(Letter(1, 10) with { Attempts = attempts });
        round.Gather();
        round.Write([Refused(round, 0)], tries);
        Assert.Equal(fate, Fates(round));
        Assert.Equal(fate == "Lost" ? 1 : 0, round.CountersOf(_tables[0]).DeadLettered);
    }

    [Fact]
    public void A_letter_that_is_lost_is_open_with_the_reason_of_this_round()
    {
        LetterRound round = Round(Letter(1, 10) with { Attempts = 5 });
        round.Gather();
        round.Write([Refused(round, 0)], 5);
        Letter lost = Assert.Single(round.Of(Fate.Lost));
        Assert.Equal((LetterState.Open, Refusal), (lost.State, lost.Failure));
    }

    [Fact]
    public void A_row_that_was_never_routed_stays_so_whatever_it_fails_on()
    {
        LetterRound round = Round(
            Letter(1, 10) with { Failure = new Failure(FailureKind.Script, LetterCodes.Unrouted, "before"), Attempts = 9 });
        round.Gather();
        round.Write([Refused(round, 0)], 5);
        Assert.Equal(Refusal with { Code = LetterCodes.Unrouted }, Assert.Single(round.Of(Fate.Lost)).Failure);
    }

    /// <summary>Letters as id, key, version and D for a delete; their fates, T: tried.</summary>
    [Theory]
    [InlineData("1 [1] 10, 2 [1] 11", "1 Superseded, 2 T")]
    [InlineData("1 [1] 11, 2 [1] 10", "1 T, 2 Superseded")]
    [InlineData("1 [1] 10, 2 [2] 11", "1 T, 2 T")]
    [InlineData("1 [1] 10 D, 2 [1] 11", "1 Superseded, 2 T")]
    [InlineData("1 [1] 10, 2 [1] 11 D", "1 Superseded, 2 T")]
    [InlineData("1 [1] 10, 2 [1] 12, 3 [1] 11", "1 Superseded, 2 T, 3 Superseded")]
    [InlineData("1 [1] 10, 2 [1.0] 11", "1 Superseded, 2 T")]
    public void Only_the_newest_letter_of_a_row_is_tried(string letters, string fates)
    {
        LetterRound round = Round([.. letters.Split(", ").Select(text =>
        {
            string[] parts = text.Split(' ');
            return Letter(long.Parse(parts[0], null), long.Parse(parts[2], null), parts[1], isDelete: parts.Length > 3);
        })]);
        round.KeepNewest();
        round.Gather();
        IEnumerable<string> tried = round.Undecided.Select(t => $"{t.Letter.Id} T");
        IEnumerable<string> superseded = round.Of(Fate.Superseded).Select(l => $"{l.Id} Superseded");
        Assert.Equal(fates.Split(", "), tried.Concat(superseded).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Rows_of_two_tables_with_one_key_are_two_rows()
    {
        LetterRound round = Round(Letter(1, 10), Letter(2, 11) with { Table = "shop.u" });
        round.KeepNewest();
        round.Gather();
        Assert.Empty(round.Of(Fate.Superseded));
        Assert.Equal([1, 1], round.Changes.Select(c => c!.Upserts.Count));
    }

    [Fact]
    public void A_letter_that_does_not_fit_is_lost_and_gives_way_to_an_older_one_that_does()
    {
        LetterRound round = Round(Letter(1, 10), Letter(2, 11));
        round.Lose((_, letter) => letter.Id == 2 ? Refusal : null);
        round.KeepNewest();
        round.Gather();
        round.Write([], 5);
        Assert.Equal((1L, 2L), (Assert.Single(round.Of(Fate.Placed)).Id, Assert.Single(round.Of(Fate.Lost)).Id));
    }

    [Fact]
    public void A_letter_without_an_image_deletes()
    {
        LetterRound round = Round(Letter(1, 10, "[1]", isDelete: true), Letter(2, 10, "[2]"));
        round.Gather();
        Assert.Equal((1, 1), (round.Changes[0]!.Deletes.Count, round.Changes[0]!.Upserts.Count));
        Assert.Null(round.Changes[1]);
    }

    [Fact]
    public void Every_letter_ends_in_one_way_and_counts_once_unless_it_goes_on_waiting()
    {
        LetterRound round = Round(
            Letter(1, 10), Letter(2, 11), Letter(3, 10, "[3]"), Letter(4, 10, "[4]"), Letter(5, 10, "[5]"), Letter(6, 10, "[6]"),
            Letter(7, 10, "[7]"), Letter(8, 10, "[8]") with { Attempts = 7 }, Letter(9, 10, "[9]"));
        round.Lose((_, letter) => letter.Id == 9 ? Refusal : null);
        round.KeepNewest();
        round.Gather();
        TableChanges changes = round.Changes[0]!;
        var script = new TableScript(new ScriptRunner(null), _tables[0]);
        script.Dropped.Add(ChangeOf(changes, "[3]"));
        script.Superseded.Add(ChangeOf(changes, "[4]"));
        script.Failed.Add(new RowFailure(0, ChangeOf(changes, "[5]"), Refusal));
        round.Take(script, changes);
        round.Write([new RowFailure(0, ChangeOf(changes, "[6]"), Refusal), new RowFailure(0, ChangeOf(changes, "[8]"), Refusal)], 7);

        Assert.Equal("1 Superseded, 2 Placed, 3 Dropped, 4 Superseded, 5 Lost, 6 Again, 7 Placed, 8 Lost, 9 Lost", Fates(round, ids: true));
        Assert.Equal(new Counters(0, 2, 2, 1, 3), round.CountersOf(_tables[0]));
        Assert.Equal(default, round.CountersOf(_tables[1]));
    }

    [Fact]
    public void A_fate_is_decided_once()
    {
        var letter = new LetterTry(Letter(1, 10));
        letter.End(Fate.Dropped);
        Assert.Throws<InvalidOperationException>(() => letter.End(Fate.Placed));
        Assert.Throws<InvalidOperationException>(() => letter.Lose(Refusal));
        Assert.Equal(Fate.Dropped, letter.Fate);
    }

    [Fact]
    public void A_round_holds_as_long_as_its_letters_are_what_they_were()
    {
        Letter[] read = [Letter(1, 10), Letter(2, 11, "[2]")];
        LetterRound round = Round(read);
        Assert.True(round.IsOf([Letter(1, 10), Letter(2, 11, "[2]")]));
        Assert.True(round.IsOf([.. read, Letter(3, 12, "[3]")]));
        Assert.False(round.IsOf([read[0]]));
        Assert.False(round.IsOf([read[0], read[1] with { Attempts = 2 }]));
        Assert.False(round.IsOf([read[0], read[1] with { After = Sample.Bytes("""{"id":2}""") }]));
        Assert.False(round.IsOf([read[0], read[1] with { Failure = Refusal }]));
    }

    private static GroupTable Table(int index, string name) => new(
        index, new TableRoute { Source = name, Target = name, Queue = name }, Sample.Table(name, "id name", "id", []));

    private static Letter Letter(long id, long updated, string key = "[1]", bool isDelete = false) => new()
    {
        Id = id,
        Table = "shop.t",
        KeyDigest = Sample.Keys(Sample.Table("id name", "id")).Identify(Sample.Frame(1, key, "{}")).Digest(),
        Updated = Sample.At(updated),
        Key = Sample.Bytes(key),
        After = isDelete ? default : Sample.Bytes($$"""{"id":{{key.Trim('[', ']')}},"name":"a"}"""),
        State = LetterState.Waiting,
        Failure = new Failure(FailureKind.Unknown, "", ""),
    };

    private LetterRound Round(params IReadOnlyList<Letter> letters) => new(_tables, letters);

    private static RowFailure Refused(LetterRound round, int row) => new(0, round.Changes[0]!.Upserts[row], Refusal);

    private static RowChange ChangeOf(TableChanges changes, string key) =>
        changes.Upserts.Single(c => Sample.Text(c.Mutation.Frame.Key) == key);

    private static string Fates(LetterRound round, bool ids = false) => string.Join(
        ", ", Enum.GetValues<Fate>().SelectMany(f => round.Of(f).Select(l => (l.Id, Fate: f))).OrderBy(l => l.Id)
            .Select(l => ids ? $"{l.Id} {l.Fate}" : $"{l.Fate}"));
}
