using Failback.Apply.Columns;
using Failback.Apply.Failures;
using Failback.Apply.Groups;
using Failback.Apply.Staging;
using Failback.Apply.Values;
using Failback.Apply.Windows;
using Failback.Contracts.Control;

namespace Failback.Apply.Rows;

/// <summary>
/// Looks at what rows that were just read brought along: a column of the feed that has no place in the target halts the group, before
/// anything is committed.
/// </summary>
internal static class ColumnCheck
{
    /// <exception cref="GroupHaltedException">Some column has no place.</exception>
    public static void Run(GroupContext context, IEnumerable<TableChanges?> changes)
    {
        foreach (TableChanges table in changes.OfType<TableChanges>())
        {
            if (table.Reader.ContestedColumns.Count > 0) throw Contested(table);
            if (table.Reader.UnknownColumns.Count > 0 && !IsTaken(context, table.Reader)) throw Unknown(context, table);
        }
    }

    /// <summary>Why a letter cannot be tried: it has columns without a place. Null: it can.</summary>
    public static Failure? Misfit(GroupContext context, GroupTable table, Letter letter)
    {
        if (letter.After.IsEmpty || table.IsScripted || context.Spec.OnUnknownColumn == UnknownColumnPolicy.Ignore) return null;
        var reader = new ColumnValueReader(table.Target, table.Route.Columns, table.Extras);
        try
        {
            reader.Read(letter.After, new RawValue[table.Target.Columns.Count]);
        }
        catch (ValueException)
        {
            return null; // the writer refuses it with the same reason
        }

        if (reader.UnknownColumns.Count == 0 || IsTaken(context, reader)) return null;
        string ddl = string.Join(
            " ", reader.UnknownColumns.Select(c => context.Dialect.Advice.AddColumn(table.Target, FeedColumn.Of(c.Name, c.Kind))));
        return new Failure(
            FailureKind.Schema, "unknown_column",
            $"the row has columns that {table.Name} lacks ({string.Join(", ", reader.UnknownColumns.Select(c => c.Name))}): add them and "
                + $"replay ({ddl}), or reread the row as it is now");
    }

    private static bool IsTaken(GroupContext context, ColumnValueReader reader) =>
        reader.HasExtras || context.Spec.OnUnknownColumn == UnknownColumnPolicy.Ignore;

    private static GroupHaltedException Contested(TableChanges table) => Halt(
        table, "contested_column",
        $"tables[].columns or onUnknownColumn give columns of {table.Table.Name} to others, and the changefeed has columns of these "
            + $"names too: {string.Join(", ", table.Reader.ContestedColumns.Order(StringComparer.Ordinal))}; rename or ignore them");

    private static GroupHaltedException Unknown(GroupContext context, TableChanges table)
    {
        UnknownColumn[] columns = [.. table.Reader.UnknownColumns.OrderBy(c => c.Name, StringComparer.Ordinal)];
        string ddl = string.Join(" ", columns.Select(c => context.Dialect.Advice.AddColumn(table.Table, FeedColumn.Of(c.Name, c.Kind))));
        string other = context.Spec.ExtrasColumn is { } extras
            ? $"or add the column for them: {context.Dialect.Advice.AddColumn(table.Table, FeedColumn.Of(extras, FeedKind.Document))}"
            : "or rename or ignore them in tables[].columns, or set onUnknownColumn to ignore or extras:<column>";
        return Halt(
            table, "unknown_column",
            $"the changefeed has columns that {table.Table.Name} lacks ({string.Join(", ", columns.Select(c => c.Name))}); it goes on "
                + $"once they are there: {ddl} {other}");
    }

    private static GroupHaltedException Halt(TableChanges table, string code, string message) =>
        new(new Failure(FailureKind.Schema, code, message), table.Table.Name.ToString());
}
