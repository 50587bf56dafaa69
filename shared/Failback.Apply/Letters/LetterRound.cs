using System.Buffers;
using Failback.Apply.Failures;
using Failback.Apply.Groups;
using Failback.Apply.Rows;
using Failback.Apply.Staging;
using Failback.Apply.Windows;
using Failback.Apply.Writing;

namespace Failback.Apply.Letters;

/// <summary>
/// The letters of one round and what is decided about each. Decides only: target and userscript are asked by <see cref="WaitingRows"/>,
/// which hands their findings in. The order of the calls is that of the methods.
/// </summary>
/// <param name="tables">Tables of the letters.</param>
/// <param name="letters">Letters that wait, oldest version first.</param>
internal sealed class LetterRound(IReadOnlyList<GroupTable> tables, IReadOnlyList<Letter> letters)
{
    private readonly LetterTry[] _tries = [.. letters.Select(l => new LetterTry(l))];
    private readonly Dictionary<MessageEntry, LetterTry> _origin = [];

    public bool IsEmpty => _tries.Length == 0;

    /// <summary>Somebody asks for the try, most likely after mending the target: its tables have to be looked at again first.</summary>
    public bool IsAskedFor => letters.Any(l => l.Attempts == 0);

    /// <summary>Letters that are not decided.</summary>
    public IEnumerable<LetterTry> Undecided => _tries.Where(t => t.Fate is null);

    /// <summary>Rows to be written, by place of their table.</summary>
    public TableChanges?[] Changes { get; } = new TableChanges?[tables.Count];

    /// <summary>True when the letters are still those that the round began with, so that what was decided about them holds.</summary>
    public bool IsOf(IReadOnlyList<Letter> now)
    {
        Dictionary<long, Letter> byId = now.ToDictionary(l => l.Id);
        return letters.All(l => byId.TryGetValue(l.Id, out Letter? same) && same.Attempts == l.Attempts
            && same.After.Span.SequenceEqual(l.After.Span) && same.Failure == l.Failure);
    }

    /// <summary>Loses the letters whose rows do not fit their table any more.</summary>
    public void Lose(Func<GroupTable, Letter, Failure?> misfit)
    {
        foreach (LetterTry letter in Undecided)
        {
            if (misfit(TableOf(letter.Letter), letter.Letter) is { } failure) letter.Lose(failure);
        }
    }

    /// <summary>Several versions of one row may wait: only the newest may be written.</summary>
    public void KeepNewest()
    {
        foreach (IGrouping<(string, string), LetterTry> row in Undecided
            .GroupBy(t => (t.Letter.Table, Convert.ToHexString(t.Letter.KeyDigest))).ToList())
        {
            LetterTry newest = row.MaxBy(t => new VersionRank(t.Letter.Updated, t.Letter.After.IsEmpty))!;
            foreach (LetterTry older in row.Where(t => t != newest)) older.End(Fate.Superseded);
        }
    }

    /// <summary>Makes rows of the letters that are left.</summary>
    public void Gather()
    {
        foreach (LetterTry letter in Undecided)
        {
            GroupTable table = TableOf(letter.Letter);
            var body = new ArrayBufferWriter<byte>();
            letter.Letter.Frame.WriteTo(body);
            var entry = new MessageEntry(0, body.WrittenMemory, null);
            _origin[entry] = letter;
            TableChanges changes = Changes[table.Index] ??= new TableChanges(table.Index, table.Target, table.Reader, table.Keys);
            var change = new RowChange(new Mutation(entry, 0, letter.Letter.Updated), table.Keys.Identify(letter.Letter.Frame));
            (letter.Letter.After.IsEmpty ? changes.Deletes : changes.Upserts).Add(change);
        }
    }

    /// <summary>Takes what the handlers of a table made of its rows.</summary>
    public void Take(TableScript script, TableChanges made)
    {
        Changes[made.Index] = made;
        foreach (RowFailure row in script.Failed) Of(row.Change).Lose(row.Failure);
        foreach (RowChange row in script.Dropped) Of(row).End(Fate.Dropped);
        foreach (RowChange row in script.Superseded) Of(row).End(Fate.Superseded);
    }

    /// <summary>Takes the rows that the target refused; those of all other letters are in it.</summary>
    /// <param name="refused">Refused rows.</param>
    /// <param name="tries">Letters that have been tried this often are lost.</param>
    public void Write(IReadOnlyList<RowFailure> refused, int tries)
    {
        foreach (RowFailure row in refused)
        {
            LetterTry letter = Of(row.Change);
            if (letter.Letter.Attempts >= tries) letter.Lose(row.Failure);
            else letter.End(Fate.Again);
        }

        foreach (LetterTry letter in Undecided) letter.End(Fate.Placed);
    }

    /// <summary>Letters with this fate.</summary>
    public IReadOnlyList<Letter> Of(Fate fate) => [.. _tries.Where(t => t.Fate == fate).Select(t => t.Letter)];

    /// <summary>What the round adds to the counters of a table. A letter that goes on waiting stays in flight.</summary>
    public Counters CountersOf(GroupTable table) =>
        new(0, Count(table, Fate.Placed), Count(table, Fate.Superseded), Count(table, Fate.Dropped), Count(table, Fate.Lost));

    public GroupTable TableOf(Letter letter) => tables.First(t => t.Name == letter.Table);

    private LetterTry Of(RowChange change) => _origin[change.Received.Entry];

    private int Count(GroupTable table, Fate fate) => _tries.Count(t => t.Fate == fate && t.Letter.Table == table.Name);
}
