using System.Data.Common;
using Failback.Apply.Dialects;
using Failback.Apply.Settings;
using Failback.Apply.Tables;
using Failback.Contracts.Control;
using Failback.Contracts.Words;
using Failback.Hosting.Secrets;
using Failback.Messaging.ControlPlane;
using Microsoft.Extensions.Options;

namespace Failback.Apply.Inspection;

/// <summary>Answers control's question for the tables of a target.</summary>
internal sealed class TargetDescriber(ITargetDialect dialect, SecretBox secrets, IOptions<ApplierOptions> options, TimeProvider time)
    : IAnswer<DescribeTarget, TargetDescription>
{
    private IEnumerable<Finding> TriggerSwitch(TriggerPolicy? chosen)
    {
        if (chosen == TriggerPolicy.Replica && dialect.Statements.ForeignKeys is not { SwitchesTriggers: true })
            yield return TriggerFinding.NotSwitched("this database fires its triggers for every session", null);
    }

    /// <summary>Lists the tables; what keeps it from doing so is answered as text without secrets.</summary>
    public async Task<TargetDescription> AnswerAsync(DescribeTarget question, CancellationToken cancellationToken)
    {
        try
        {
            await using DbConnection connection = dialect.CreateConnection(
                secrets.Open(question.SealedTarget), ConnectionUse.Inspect, options.Value.ApplyTimeout);
            await connection.OpenAsync(cancellationToken);
            IReadOnlyList<TargetTable> tables = await dialect.Catalog.ReadAsync(connection, question.StagingSchema, cancellationToken);
            var summaries = new TableSummaries(dialect.Advice, question);
            var description = new TargetDescription([.. tables.Select(summaries.Of)], null) { CreateTables = summaries.Missing(tables) };
            if (question.Inspect is not { } wanted) return description;
            var scope = new InspectionScope(
                [.. tables.Where(t => wanted.Contains(t.Name.ToString(), StringComparer.Ordinal))], question.StagingSchema,
                question.Failback)
            {
                Sessions = NeededSessions.Of(question.Mode, wanted.Count),
                Time = time,
                Triggers = question.Triggers,
            };
            return description with
            {
                Findings =
                [
                    .. TableFindings.Of(scope.Tables, dialect.Advice),
                    .. ExtrasFindings.Of(scope.Tables, question.ExtrasColumn, dialect.Advice),
                    .. await dialect.Inspection.RunAsync(connection, scope, cancellationToken),
                    .. TriggerSwitch(question.Triggers),
                ],
                AnsweredAt = time.GetUtcNow(),
            };
        }
        catch (Exception e) when (e is FormatException or SecretBoxException)
        {
            return new TargetDescription([], e.Message);
        }
        catch (Exception e)
        when (e is DbException or TimeoutException or IOException or System.Net.Sockets.SocketException or InvalidOperationException)
        {
            Failures.Failure failure = dialect.Classify(e);
            return new TargetDescription(
                [], $"the target does not answer: {failure.Code} {failure.Message}".Replace("  ", " ", StringComparison.Ordinal));
        }
    }
}
