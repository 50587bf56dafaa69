using Failback.Contracts.Words;
using System.Data.Common;

namespace Failback.Apply.Dialects;

/// <summary>The checks before a start that only a dialect can make.</summary>
public interface ITargetInspection
{
    /// <summary>Returns what in privileges, triggers, settings and the like would keep rows out or change them.</summary>
    Task<IReadOnlyList<Finding>> RunAsync(DbConnection connection, InspectionScope scope, CancellationToken cancellationToken);
}
