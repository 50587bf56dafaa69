using System.Data.Common;
using Failback.Apply.Dialects;
using Failback.Apply.Failures;
using Failback.Contracts;

namespace Failback.Apply.Groups;

/// <summary>
/// Keeps values from being stored by what a table was before somebody altered it: a number would be rounded to digits the column has lost,
/// a row refused that fits by now. Shapes are read before the catalogue and compared at the end of every transaction, when nobody can alter
/// its tables any more.
/// </summary>
internal sealed class ShapeGuard(ITargetDialect dialect)
{
    private readonly Dictionary<TableName, string> _known = [];

    /// <summary>
    /// Notes the tables as they are; to be called before the catalogue is read. True when something is another than noted before, or cannot
    /// be compared.
    /// </summary>
    public async Task<bool> NoteAsync(DbConnection connection, IReadOnlyCollection<TableName> tables, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<TableName, string> now = await dialect.Catalog.ReadShapesAsync(connection, null, tables, cancellationToken);
        bool changed = now.Count == 0 || !tables.All(t => now.TryGetValue(t, out string? shape) && _known.GetValueOrDefault(t) == shape);
        foreach (TableName table in tables) _known.Remove(table);
        foreach ((TableName table, string shape) in now) _known[table] = shape;
        return changed;
    }

    /// <exception cref="TargetChangedException">One of the tables has changed since it was noted.</exception>
    public async Task CheckAsync(DbTransaction transaction, IEnumerable<TableName> written, CancellationToken cancellationToken)
    {
        TableName[] tables = [.. written.Where(_known.ContainsKey)];
        if (tables.Length == 0) return;
        IReadOnlyDictionary<TableName, string> now = await dialect.Catalog.ReadShapesAsync(
            transaction.Connection!, transaction, tables, cancellationToken);
        if (!tables.All(t => now.TryGetValue(t, out string? shape) && shape == _known[t])) throw new TargetChangedException();
    }
}
