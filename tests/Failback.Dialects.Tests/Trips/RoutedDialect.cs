using System.Data.Common;
using Failback.Apply.Dialects;
using Failback.Apply.Failures;

namespace Failback.Dialects.Tests.Trips;

/// <summary>A dialect whose connections take another way to their server.</summary>
/// <param name="inner">The dialect.</param>
/// <param name="route">Makes the URL of the other way.</param>
internal sealed class RoutedDialect(ITargetDialect inner, Func<string, string> route) : ITargetDialect
{
    public string Name => inner.Name;

    public ITargetCatalog Catalog => inner.Catalog;

    public ITableStatements Statements => inner.Statements;

    public ITargetInspection Inspection => inner.Inspection;

    public ITargetAdvice Advice => inner.Advice;

    public DbConnection CreateConnection(string url, ConnectionUse use, TimeSpan applyTimeout) =>
        inner.CreateConnection(route(url), use, applyTimeout);

    public void ClearPool(DbConnection connection) => inner.ClearPool(connection);

    public Failure Classify(Exception exception) => inner.Classify(exception);

    public ICheckpointStore Checkpoints(string schema) => inner.Checkpoints(schema);

    public ILetterStore Letters(string schema) => inner.Letters(schema);
}
