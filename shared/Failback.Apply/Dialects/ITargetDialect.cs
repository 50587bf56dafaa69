using System.Data.Common;
using Failback.Apply.Failures;

namespace Failback.Apply.Dialects;

/// <summary>
/// The seam between the engine and one database product: its connections and failures, and the parts that know its SQL. An applier service
/// registers exactly one.
/// </summary>
public interface ITargetDialect
{
    /// <summary>As in <c>FailbackSpec.Dialect</c>: <c>postgres</c>, <c>mysql</c>, <c>oracle</c>.</summary>
    string Name { get; }

    /// <summary>The target's catalogue.</summary>
    ITargetCatalog Catalog { get; }

    /// <summary>Bulk statements on target tables.</summary>
    ITableStatements Statements { get; }

    /// <summary>Checks before a start.</summary>
    ITargetInspection Inspection { get; }

    /// <summary>Statements for people.</summary>
    ITargetAdvice Advice { get; }

    /// <summary>A closed connection for a target URL, with the pool and the bounds that <see cref="SessionTerms"/> gives its use.</summary>
    /// <param name="url">Connection URL of the definition.</param>
    /// <param name="use">What it is for.</param>
    /// <param name="applyTimeout">Longest wait of this process for one statement or lock.</param>
    /// <exception cref="FormatException">The URL is wrong; the message names the part and never holds the password.</exception>
    DbConnection CreateConnection(string url, ConnectionUse use, TimeSpan applyTimeout);

    /// <summary>Drops pooled connections of the URL, after a failure that may have left them broken.</summary>
    void ClearPool(DbConnection connection);

    /// <summary>What an error of the driver means.</summary>
    Failure Classify(Exception exception);

    /// <summary>Checkpoints in the given staging schema.</summary>
    ICheckpointStore Checkpoints(string schema);

    /// <summary>Letters in the given staging schema.</summary>
    ILetterStore Letters(string schema);
}
