using System.Data.Common;
using Failback.Apply.Dialects;
using Failback.Apply.Failures;
using Failback.Apply.Tables;
using Failback.Contracts;

namespace Failback.Dialects.Tests.Keeping;

/// <summary>A dialect whose catalogue says of every table that its rows have to be read back.</summary>
internal sealed class ReadBackDialect(ITargetDialect inner) : ITargetDialect
{
    public string Name => inner.Name;

    public ITargetCatalog Catalog { get; } = new ReadBackCatalog(inner.Catalog);

    public ITableStatements Statements => inner.Statements;

    public ITargetInspection Inspection => inner.Inspection;

    public ITargetAdvice Advice => inner.Advice;

    public DbConnection CreateConnection(string url, ConnectionUse use, TimeSpan applyTimeout) =>
        inner.CreateConnection(url, use, applyTimeout);

    public void ClearPool(DbConnection connection) => inner.ClearPool(connection);

    public Failure Classify(Exception exception) => inner.Classify(exception);

    public ICheckpointStore Checkpoints(string schema) => inner.Checkpoints(schema);

    public ILetterStore Letters(string schema) => inner.Letters(schema);

    private sealed class ReadBackCatalog(ITargetCatalog inner) : ITargetCatalog
    {
        public async Task<IReadOnlyList<TargetTable>> ReadAsync(
            DbConnection connection, string stagingSchema, CancellationToken cancellationToken) =>
            [.. (await inner.ReadAsync(connection, stagingSchema, cancellationToken)).Select(ReadBack)];

        public Task<IReadOnlyDictionary<TableName, string>> ReadShapesAsync(
            DbConnection connection, DbTransaction? transaction, IReadOnlyCollection<TableName> tables,
            CancellationToken cancellationToken) =>
            inner.ReadShapesAsync(connection, transaction, tables, cancellationToken);

        private static TargetTable ReadBack(TargetTable table) =>
            new(table.Name, table.Columns, table.PrimaryKey, table.UniqueIndexes, table.ForeignKeys)
            {
                CanUpsert = table.CanUpsert,
                DefersTriggers = table.DefersTriggers,
                IsReadBack = true,
            };
    }
}
