using System.Data.Common;
using Failback.Applier.MySql.Connection;
using Failback.Apply.Dialects;
using Failback.Apply.Tables;
using Failback.Apply.Windows;
using MySqlConnector;
using static Failback.Applier.MySql.Writing.MySqlStatements;

namespace Failback.Applier.MySql.Writing;

/// <summary>The statements of <see cref="MySqlStatements"/> as parts, where a batch is not large.</summary>
internal sealed class MySqlParts : IStatementParts
{
    /// <summary>Larger batches keep their round trip busy.</summary>
    private const int LargeRows = 500;

    /// <summary>As <see cref="LargeRows"/>, where every row is a statement of its own.</summary>
    private const int LargeStatements = 100;

    public StatementPart<int>? Upsert(DbTransaction transaction, RowBatch rows)
    {
        bool inserts = rows.Table.CanUpsert && IsComplete(rows);
        bool joins = MySqlJoins.Serve(rows.Table);
        if (rows.Count >= LargeRows || (!inserts && !joins && rows.Count >= LargeStatements)) return null;
        MySqlRows bound = rows.Prepared as MySqlRows ?? Bind(transaction, rows);
        MySqlServer server = MySqlServer.Of((MySqlConnection)transaction.Connection!);
        var texts = new List<MySqlText>();
        if (inserts) Write(InsertAsync(transaction, bound, MySqlSql.OnDuplicate(rows), default, texts));
        else if (joins)
        {
            Write(JoinAsync(transaction, bound, MySqlJoins.Update(rows, server), default, texts));
            Write(JoinAsync(transaction, bound, MySqlJoins.InsertMissing(rows, server), default, texts));
        }
        else
        {
            Write(UpdateAsync(transaction, bound, default, texts));
            Write(InsertMissingAsync(transaction, bound, default, texts));
        }

        return new MySqlWrite(rows, texts);
    }

    public StatementPart<int>? Delete(DbTransaction transaction, RowBatch keys)
    {
        if (keys.Count >= (keys.Table.PrimaryKey.Count == 1 ? LargeRows : LargeStatements)) return null;
        var texts = new List<MySqlText>();
        Write(ForKeysAsync(transaction, Bind(transaction, keys), MySqlSql.DeleteFrom(keys.Table), default, texts));
        return new MySqlWrite(keys, texts);
    }

    public StatementPart<IReadOnlyList<RowSight>>? Look(DbTransaction transaction, RowBatch rows)
    {
        if (rows.Count >= LargeRows) return null;
        MySqlRows bound = Bind(transaction, rows);
        return new MySqlQuestion<RowSight>(
            rows, [.. MySqlQuestions.Texts(bound, MySqlSql.Look(rows), MySqlQuestions.LookValues)],
            row => [MySqlQuestions.Sight(bound, MySqlQuestions.ChangeOf(bound, row), row)]);
    }

    public StatementPart<IReadOnlyList<RowChange>>? FindReferenced(
        DbTransaction transaction, RowBatch keys, TargetTable child, ForeignKey foreignKey)
    {
        if (keys.Count >= LargeRows) return null;
        MySqlRows bound = Bind(transaction, keys);
        return new MySqlQuestion<RowChange>(
            keys, [.. MySqlQuestions.Texts(bound, MySqlReferenceSql.Referenced(keys.Table, child, foreignKey), MySqlSql.KeyValues)],
            row => [MySqlQuestions.ChangeOf(bound, row)]);
    }

    public StatementPart<IReadOnlyList<ValueHolder>>? FindHolders(DbTransaction transaction, UniqueIndex index, RowBatch rows)
    {
        if (rows.Count >= LargeRows) return null;
        MySqlRows bound = Bind(transaction, rows);
        return new MySqlQuestion<ValueHolder>(
            rows, [.. MySqlVacating.HolderTexts(index, bound)], row => MySqlVacating.HolderOf(bound, row));
    }

    public Task SendAsync(DbTransaction transaction, IReadOnlyList<StatementPart> parts, CancellationToken cancellationToken) =>
        MySqlBatch.SendAsync(transaction, parts, cancellationToken);

    /// <summary>What is only written down is done at once.</summary>
    private static void Write(Task writing) => writing.GetAwaiter().GetResult();
}
