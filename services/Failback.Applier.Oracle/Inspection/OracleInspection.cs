using Failback.Contracts.Words;
using System.Data.Common;
using Failback.Applier.Oracle.Connection;
using Failback.Apply.Dialects;

namespace Failback.Applier.Oracle.Inspection;

/// <summary>What in an Oracle target would keep rows out or change them.</summary>
internal sealed class OracleInspection : ITargetInspection
{
    public Task<IReadOnlyList<Finding>> RunAsync(
        DbConnection connection, InspectionScope scope, CancellationToken cancellationToken) =>
        new OracleInspectionRun((OracleSession)connection, scope).RunAsync(cancellationToken);
}
