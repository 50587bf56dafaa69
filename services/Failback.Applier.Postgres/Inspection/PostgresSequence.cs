using System.Globalization;
using Failback.Applier.Postgres.Connection;
using Failback.Contracts;
using Failback.Contracts.Words;

namespace Failback.Applier.Postgres.Inspection;

/// <summary>A sequence behind columns of the failback. Rows that arrive bring their values and leave the sequence where it is.</summary>
/// <param name="Name">Name of the sequence.</param>
/// <param name="Start">First value.</param>
/// <param name="Increment">Step; negative: it descends.</param>
/// <param name="Least">Lowest value.</param>
/// <param name="Most">Highest value.</param>
/// <param name="Cycles">It begins again after its last value.</param>
/// <param name="Columns">All columns that it feeds, also of other tables.</param>
internal sealed record PostgresSequence(
    TableName Name, long Start, long Increment, long Least, long Most, bool Cycles, IReadOnlyList<PostgresFedColumn> Columns)
{
    public Finding Finding(TableName table)
    {
        string cycle = Cycles
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"; it begins again at {(Increment > 0 ? Least : Most)} after {(Increment > 0 ? Most : Least)} and would meet rows")
            : "";
        string[] texts = [.. Columns.Where(column => !column.IsNumber).Select(column => $"{column.Table}.{column.Column}")];
        string unread = texts.Length == 0 ? "" : $"; values of {string.Join(", ", texts)} are no numbers: look at them yourself";
        return new Finding(
            PreflightCodes.Sequences, Severity.Info, table.ToString(),
            $"sequence {Name} is not advanced by rows that arrive: it must be before the way back{cycle}{unread}",
            Columns.Any(column => column.IsNumber) ? Advance() : null);
    }

    /// <summary>
    /// The statement that puts the sequence behind all values which it could give and some row has. It never moves one back, leaves out
    /// values beyond its bounds, such as row ids of 64 bits behind a sequence of 32, and keeps to its steps; where the next value would be
    /// beyond its bounds it does nothing. A sequence keeps the new value even where the transaction is rolled back.
    /// </summary>
    private string Advance()
    {
        string sequence = PostgresName.Quote(Name);
        string values = string.Join(
            " UNION ALL ",
            Columns.Where(column => column.IsNumber)
                .Select(column => $"SELECT {PostgresName.Quote(column.Column)}::numeric AS v FROM {PostgresName.Quote(column.Table)}"));
        (string extreme, string beyond) = Increment > 0 ? ("max", ">") : ("min", "<");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"SELECT setval({PostgresName.Literal(sequence)}, n.v::int8, false) FROM {sequence} AS s, (SELECT {Start} + {Increment} * "
                + $"(floor(({extreme}(v) - {Start}) / {Increment}) + 1) AS v FROM ({values}) AS u WHERE v BETWEEN {Least} AND {Most}) AS n "
                + $"WHERE n.v BETWEEN {Least} AND {Most} AND n.v {beyond} s.last_value::numeric + CASE WHEN s.is_called THEN {Increment} "
                + $"ELSE 0 END;");
    }
}
