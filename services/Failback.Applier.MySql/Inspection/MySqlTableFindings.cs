using System.Data.Common;
using System.Globalization;
using Failback.Applier.MySql.Connection;
using Failback.Apply.Inspection;
using Failback.Contracts;
using Failback.Contracts.Control;
using Failback.Contracts.Words;

namespace Failback.Applier.MySql.Inspection;

/// <summary>What the catalogue says about the tables of a failback.</summary>
/// <param name="facts">Reads the catalogue.</param>
/// <param name="tables">Names of the tables, all in the database of the target's URL.</param>
/// <param name="triggers">What the operator has said about triggers.</param>
internal sealed class MySqlTableFindings(MySqlFacts facts, HashSet<string> tables, TriggerPolicy? triggers)
{
    public async Task<IReadOnlyList<Finding>> FindAsync(CancellationToken cancellationToken) =>
    [
        .. await ReadAsync(MySqlInspectionSql.Engines, row => [Engine(Name(row), row.GetString(1))], cancellationToken),
        .. await ReadAsync(
            MySqlInspectionSql.Triggers,
            row => [Trigger(Name(row), new TableName(row.GetString(1), row.GetString(2)), Convert.ToInt64(
                row.GetValue(3), CultureInfo.InvariantCulture) != 0)],
            cancellationToken),
        .. await ReadAsync(
            MySqlInspectionSql.Columns, row => Column(Name(row), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4)),
            cancellationToken),
        .. (await facts.ReadAsync(MySqlInspectionSql.ForeignKeys, ForeignKey, cancellationToken)).OfType<Finding>(),
    ];

    private async Task<IEnumerable<Finding>> ReadAsync(
        string query, Func<DbDataReader, IEnumerable<Finding>> read, CancellationToken cancellationToken) =>
        (await facts.ReadAsync(query, row => tables.Contains(row.GetString(0)) ? read(row).ToArray() : [], cancellationToken))
        .SelectMany(findings => findings);

    private TableName Name(DbDataReader row) => new(facts.Database, row.GetString(0));

    private static Finding Engine(TableName table, string engine) => new(
        PreflightCodes.NotTransactional, Severity.Error, table.ToString(),
        $"the engine {engine} knows no transactions: rows and checkpoint could part",
        $"ALTER TABLE {MySqlName.Quote(table)} ENGINE = InnoDB;");

    // A dropped trigger has to be made again for the way back.
    private Finding Trigger(TableName table, TableName trigger, bool beforeRow)
    {
        Finding finding = TriggerFinding.Of(table, trigger.Table, beforeRow, $"DROP TRIGGER {MySqlName.Quote(trigger)};", triggers);
        return finding with { Message = finding.Message + "; keep the answer of SHOW CREATE TRIGGER for the way back" };
    }

    private static IEnumerable<Finding> Column(TableName table, string column, string characters, string extra, string filled)
    {
        if (characters is not ("" or "utf8mb4" or "binary"))
            yield return new Finding(
                PreflightCodes.ColumnCharset, Severity.Warning, table.ToString(),
                $"{column}: {characters} lacks characters that CockroachDB has",
                $"ALTER TABLE {MySqlName.Quote(table)} CONVERT TO CHARACTER SET utf8mb4;");
        if (extra.Contains("on update", StringComparison.Ordinal))
            yield return new Finding(
                PreflightCodes.OnUpdateTimestamp, Severity.Info, table.ToString(),
                $"{column}: ON UPDATE CURRENT_TIMESTAMP does not touch it, the value of the source is written", null);
        if (extra.Contains("auto_increment", StringComparison.Ordinal))
            yield return new Finding(
                PreflightCodes.Sequences, Severity.Info, table.ToString(),
                $"{column}: AUTO_INCREMENT follows the highest number that arrives; numbers that the source gave and took back are not "
                    + $"known here", null);
        if (filled.StartsWith("nextval(", StringComparison.OrdinalIgnoreCase))
            yield return new Finding(
                PreflightCodes.Sequences, Severity.Info, table.ToString(),
                $"{column}: the sequence of its default, {filled}, is not advanced by rows that arrive: it must be before the way back "
                    + $"(SETVAL with the highest value; it never moves a sequence back)", null);
    }

    private Finding? ForeignKey(DbDataReader row)
    {
        string name = row.GetString(0);
        var child = new TableName(row.GetString(1), row.GetString(2));
        var parent = new TableName(row.GetString(3), row.GetString(4));
        bool childTakesPart = child.Schema == facts.Database && tables.Contains(child.Table);
        bool parentTakesPart = parent.Schema == facts.Database && tables.Contains(parent.Table);
        if (childTakesPart == parentTakesPart) return null;
        string fix = $"ALTER TABLE {MySqlName.Quote(child)} DROP FOREIGN KEY {MySqlName.Quote(name)};";
        return childTakesPart
            ? OutsideFinding.Parent(child, name, parent, fix)
            : OutsideFinding.Child(parent, child, name, row.GetString(5), fix);
    }
}
