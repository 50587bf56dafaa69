using Failback.Apply.Dialects;
using Failback.Apply.Tables;
using Failback.Contracts;
using Failback.Contracts.Control;

namespace Failback.Apply.Inspection;

/// <summary>
/// Tells control about tables of the target what the question asks for: their names and keys always, their columns and the statements that
/// mend them where they are looked into.
/// </summary>
internal sealed class TableSummaries(ITargetAdvice advice, DescribeTarget question)
{
    private readonly HashSet<string> _inspected = [.. question.Inspect ?? []];
    private readonly Dictionary<string, SourceShape> _sources =
        question.Sources.ToDictionary(shape => shape.Target, StringComparer.Ordinal);

    public TargetTableSummary Of(TargetTable table)
    {
        TargetColumn[] key = [.. table.PrimaryKey.Select(ordinal => table.Columns[ordinal])];
        var summary = new TargetTableSummary(table.Name.Schema, table.Name.Table, [.. key.Select(column => column.Name)])
        {
            Schemas = advice.Schemas,
            SourceName = advice.SourceName(table.Name).ToString(),
            SourceKey = [.. key.Select(advice.SourceName)],
        };
        string name = table.Name.ToString();
        if (_inspected.Contains(name))
            summary = summary with
            {
                Columns = [.. table.Columns.Select(column => Of(table, column))],
                Cascades = [.. table.ForeignKeys.Where(foreign => foreign.Cascades).Select(foreign => Of(table, foreign))],
            };
        return _sources.GetValueOrDefault(name) is { } source ? Mended(summary, table, source) : summary;
    }

    /// <summary>Returns the statements that make what the target lacks.</summary>
    public IReadOnlyList<NamedStatement> Missing(IReadOnlyList<TargetTable> tables)
    {
        HashSet<string> there = [.. tables.Select(table => table.Name.ToString())];
        return
        [
            .. _sources.Values.Where(source => source.Key.Count > 0 && !there.Contains(source.Target))
                .Select(
                    source => new NamedStatement(
                        source.Target, advice.CreateTable(TableName.Parse(source.Target), source.Columns, source.Key))),
        ];
    }

    private TargetTableSummary Mended(TargetTableSummary summary, TargetTable table, SourceShape source)
    {
        var counterparts = source.Columns.Where(column => table.FindColumn(column.Name) >= 0)
            .ToLookup(column => table.FindColumn(column.Name));
        string[] key = [.. source.Key.Select(name => table.FindColumn(name) is >= 0 and int there ? table.Columns[there].Name : name)];
        return summary with
        {
            SetKey = key.Length == 0 ? null : advice.SetKey(table, key),
            AddColumns = [
                .. source.Columns.Where(column => table.FindColumn(column.Name) < 0)
                    .Select(column => new NamedStatement(column.Name, advice.AddColumn(table, column)))],
            Columns = [
                .. summary.Columns.Zip(table.Columns, (told, column) => told with
                {
                    Fit = counterparts[column.Ordinal].Select(other => advice.Fit(table, column, other)).FirstOrDefault(),
                    DropNotNull = column.IsNullable || table.PrimaryKey.Contains(column.Ordinal) ? null : advice.DropNotNull(table, column),
                })],
        };
    }

    private TargetCascade Of(TargetTable table, ForeignKey foreign) => new(
        foreign.Name, [.. foreign.Columns.Select(column => table.Columns[column].Name)], foreign.Parent.ToString(),
        advice.KeepChildren(table, foreign));

    private TargetColumnSummary Of(TargetTable table, TargetColumn column) =>
        new(column.Name, column.TypeName, column.IsNullable, column.IsGenerated)
        {
            Declaration = column.Declaration,
            Size = column.Size,
            Scale = column.Scale,
            MaxBytes = column.MaxBytes,
            NonNegative = column.IsUnsigned,
            HasDefault = column.HasDefault,
            IsKey = table.PrimaryKey.Contains(column.Ordinal),
            Moments = advice.Moments(column),
        };
}
