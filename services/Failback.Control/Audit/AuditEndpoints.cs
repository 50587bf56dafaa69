using Failback.Contracts.Api;
using Failback.Control.Access;
using Failback.Control.Api;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Failback.Control.Audit;

/// <summary>Reads the audit log.</summary>
internal static class AuditEndpoints
{
    private const int MostLines = 500;

    public static RouteGroupBuilder MapAudit(this RouteGroupBuilder group)
    {
        group.MapGet("", Read).Requires(Role.Admin).WithSummary("The audit log")
            .WithDescription(
                "Oldest first: every call that may change something, before it is carried out and after. intact is false when a line of "
                    + "the page was changed or is missing.").Problems("invalid_query");
        return group;
    }

    private static Ok<AuditPage> Read(long? after, int? limit, AuditStore store)
    {
        long start = after ?? 0;
        int most = limit ?? 100;
        if (start < 0 || most is < 1 or > MostLines)
            throw new ApiException(
                422, "invalid_query", $"after must not be negative, limit must be 1 to {MostLines}", "correct the query");
        // The line before the page shows whether the page continues the chain.
        IReadOnlyList<(long Number, AuditEntry Entry)> read = store.Read(Math.Max(0, start - 1), most + (start > 0 ? 1 : 0));
        (long last, string head) = store.Head();
        AuditLine[] page = [.. read.Where(line => line.Number > start).Take(most).Select(line => new AuditLine(line.Number, line.Entry))];
        bool more = page.Length > 0 && page[^1].Number < last;
        return TypedResults.Ok(
            new AuditPage(page, more ? page[^1].Number : null, IsIntact(read, start) && (more || EndsWell(read, start, last, head)), head));
    }

    private static bool IsIntact(IReadOnlyList<(long Number, AuditEntry Entry)> lines, long after)
    {
        (long number, string hash) = after > 0 && lines.Count > 0 ? (lines[0].Number - 1, lines[0].Entry.Before) : (0, "");
        foreach ((long Number, AuditEntry Entry) line in lines)
        {
            if (line.Number != number + 1 || line.Entry.Before != hash || !line.Entry.IsIntact) return false;
            (number, hash) = (line.Number, line.Entry.Hash);
        }

        return true;
    }

    private static bool EndsWell(IReadOnlyList<(long Number, AuditEntry Entry)> lines, long after, long last, string head) =>
        lines.Count > 0 ? lines[^1].Number == last && lines[^1].Entry.Hash == head : last <= after;
}
