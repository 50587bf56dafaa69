using Failback.Contracts.Control;
using Failback.Messaging.ControlPlane;

namespace Failback.EndToEnd.Tests.Control;

/// <summary>What an applier would say of a target.</summary>
/// <param name="tables">Its tables.</param>
/// <param name="error">Why it cannot be described; null: it can.</param>
internal sealed class PlayedTarget(IReadOnlyList<TargetTableSummary> tables, string? error) : IAnswer<DescribeTarget, TargetDescription>
{
    public Task<TargetDescription> AnswerAsync(DescribeTarget question, CancellationToken cancellationToken) =>
        Task.FromResult(new TargetDescription(tables, error));
}
