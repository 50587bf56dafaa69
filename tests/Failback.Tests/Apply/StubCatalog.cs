using System.Data.Common;
using Failback.Apply.Dialects;
using Failback.Apply.Tables;

namespace Failback.Tests.Apply;

/// <summary>A catalogue from memory.</summary>
internal sealed class StubCatalog(IReadOnlyList<TargetTable> tables) : ITargetCatalog
{
    public Task<IReadOnlyList<TargetTable>> ReadAsync(
        DbConnection connection, string stagingSchema, CancellationToken cancellationToken) => Task.FromResult(tables);
}
