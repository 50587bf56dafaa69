using System.Data.Common;
using Failback.Apply.Tables;
using Failback.Contracts.Control;
using Failback.Hosting.Secrets;
using Microsoft.Extensions.Options;

namespace Failback.Apply;

/// <summary>Answers control's question for the tables of a target.</summary>
internal sealed class TargetDescriber(ITargetDialect dialect, SecretBox secrets, IOptions<ApplierOptions> options, TimeProvider time)
{
    // Settings of a user hold from the next login on: inspections have connections of their own, by a timeout of their own, and leave none behind.
    private static readonly TimeSpan Apart = TimeSpan.FromSeconds(1);

    /// <summary>Lists the tables; what keeps it from doing so is answered as text without secrets.</summary>
    public async Task<TargetDescription> DescribeAsync(DescribeTarget request, CancellationToken cancellationToken)
    {
        try
        {
            TimeSpan timeout = options.Value.ApplyTimeout + (request.Inspect is null ? TimeSpan.Zero : Apart);
            await using DbConnection connection = dialect.CreateConnection(secrets.Open(request.SealedTarget), timeout);
            await connection.OpenAsync(cancellationToken);
            IReadOnlyList<TargetTable> tables = await dialect.ReadCatalogAsync(connection, request.StagingSchema, cancellationToken);
            var description = new TargetDescription(
                [.. tables.Select(t => new TargetTableSummary(t.Name.Schema, t.Name.Table, [.. t.PrimaryKey.Select(o => t.Columns[o].Name)]))], null);
            if (request.Inspect is not { } wanted) return description;
            TargetTable[] chosen = [.. tables.Where(t => wanted.Contains(t.Name.ToString(), StringComparer.Ordinal))];
            try
            {
                return description with
                {
                    Tables = [.. description.Tables.Select((summary, i) => summary with { Columns = chosen.Contains(tables[i]) ? Columns(tables[i]) : [] })],
                    Findings = [.. TableFindings.Of(chosen, dialect), .. ExtrasFindings.Of(chosen, request.ExtrasColumn, dialect), .. await dialect.InspectAsync(connection, new InspectionScope(chosen, request.StagingSchema, request.Failback), cancellationToken)],
                    AnsweredAt = time.GetUtcNow(),
                };
            }
            finally
            {
                dialect.ClearPool(connection);
            }
        }
        catch (Exception e) when (e is FormatException or SecretBoxException)
        {
            return new TargetDescription([], e.Message);
        }
        catch (Exception e) when (e is DbException or TimeoutException or IOException or System.Net.Sockets.SocketException or InvalidOperationException)
        {
            Failures.Failure failure = dialect.Classify(e);
            return new TargetDescription([], $"the target does not answer: {failure.Code} {failure.Message}".Replace("  ", " ", StringComparison.Ordinal));
        }
    }

    private static TargetColumnSummary[] Columns(TargetTable table) =>
        [.. table.Columns.Select(column => new TargetColumnSummary(column.Name, column.TypeName, column.IsNullable, column.IsGenerated)
        {
            Declaration = column.Declaration,
            Size = column.Size,
            Scale = column.Scale,
            MaxBytes = column.MaxBytes,
            NonNegative = column.IsUnsigned,
            HasDefault = column.HasDefault,
        })];
}
