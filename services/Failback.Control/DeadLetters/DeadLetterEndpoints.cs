using System.Globalization;
using System.Text.Json;
using Failback.Contracts.Api;
using Failback.Contracts.Control;
using Failback.Contracts.Words;
using Failback.Control.Access;
using Failback.Control.Api;
using Failback.Control.Operations;
using Failback.Control.Registry;
using Failback.Control.Steps;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Failback.Control.DeadLetters;

/// <summary>The calls about rows that the target refused.</summary>
internal static class DeadLetterEndpoints
{
    private const int LargestPage = Page.Largest;
    private const int LongestReason = 500;

    private static readonly string[] LetterProblems = ["no_such_failback", "no_applier", "broker_unavailable", "letters_unavailable"];
    private static readonly string[] Settled = [
        "letter_applied", "letter_discarded", "letter_superseded", "letter_waiting", "letter_key_changed", "letter_key_order_unknown"];
    private static readonly string[] RereadProblems = [
        "no_source", "scripted", "letter_older", "table_left", "key_differs", "unknown_source_table", "cursor_too_old", "secrets_key",
        .. ProblemCatalogue.OfTheSource];

    public static RouteGroupBuilder MapDeadLetters(this RouteGroupBuilder group)
    {
        group.MapGet("/{name}/dead-letters", ListAsync).WithSummary("Rows that the target refused; open ones unless state says otherwise")
            .WithDescription(
                "By id, without row images; viewers see no keys. Pages by limit and after; next, and the Link header, lead on.")
            .Problems([.. LetterProblems, "invalid_filter", "invalid_page"]);
        group.MapGet("/{name}/dead-letters/{id:long}", GetAsync).Requires(Role.Operator)
            .WithSummary("One letter with its row images, what the target has of the row, and what would make it fit")
            .WithDescription("Images of up to 1 MiB each.").Problems([.. LetterProblems, "no_such_letter"]);
        group.MapPost("/{name}/dead-letters/{id:long}/replay", ReplayAsync).WithSummary("Try a letter again")
            .WithDescription("Mend the target first. The row is tried in order with everything else.")
            .Problems([.. LetterProblems, "no_such_letter", .. Settled]);
        group.MapPost("/{name}/dead-letters/{id:long}/reread", RereadAsync)
            .WithSummary("Try a letter again with the row as CockroachDB has it now")
            .WithDescription("As of the time that the table is applied through. A row that is gone there is deleted.")
            .Problems([.. LetterProblems, "no_such_letter", .. Settled, .. RereadProblems]);
        group.MapPost("/{name}/dead-letters/{id:long}/discard", DiscardAsync).WithSummary("Give a letter up, with a reason")
            .WithDescription("The row stays as it is in the target.")
            .Problems([.. LetterProblems, "no_such_letter", "reason_missing", .. Settled]);
        group.MapPost("/{name}/dead-letters/replay", ReplayManyAsync).WithSummary("Try all letters of a filter again")
            .WithDescription("preview only counts.").Produces<BulkAnswer>().RunsLong().Problems([.. LetterProblems, "invalid_filter"]);
        group.MapPost("/{name}/dead-letters/reread", RereadManyAsync)
            .WithSummary("Try all letters of a filter again with the rows as CockroachDB has them now")
            .WithDescription("preview only counts.").Produces<BulkAnswer>().RunsLong()
            .Problems([.. LetterProblems, "invalid_filter", .. RereadProblems]);
        group.MapPost("/{name}/dead-letters/discard", DiscardManyAsync).WithSummary("Give all letters of a filter up")
            .WithDescription("preview only counts.").Produces<BulkAnswer>().RunsLong()
            .Problems([.. LetterProblems, "invalid_filter", "reason_missing"]);
        group.MapGet("/{name}/waivers", WaiversAsync).WithSummary("Rows that were given up: who, when and why")
            .WithDescription(
                "The target differs from the source in them until they change again. Viewers see no keys. Pages by limit and after, the "
                    + "id of the last one seen; the Link header leads to the next page.")
            .Problems([.. LetterProblems, "invalid_page"]);
        return group;
    }

    private static async Task<Ok<LetterPage>> ListAsync(
        string name, [AsParameters] PageQuery page, HttpContext context, FailbackStore store, LetterClient letters, TimeProvider time,
        CancellationToken cancellationToken)
    {
        int limit = Page.Of(page.Limit, null).Limit;
        var query = new LetterQuery { Table = page.Table, State = page.State, ErrorClass = page.ErrorClass, OlderThan = page.OlderThan };
        IReadOnlyList<DeadLetter> found = await letters.FindAsync(
            store.Require(name), LetterFilter.Of(query, time), page.After ?? 0, limit, withRows: false, cancellationToken);
        long? next = found.Count == limit ? found[^1].Id : null;
        if (next is { } last) Page.Link(context, last.ToString(CultureInfo.InvariantCulture));
        return TypedResults.Ok(
            new LetterPage(Caller.MaySeeRows(context) ? found : [.. found.Select(letter => letter with { Key = Caller.Hidden })], next));
    }

    private static async Task<Ok<DeadLetter>> GetAsync(
        string name, long id, FailbackStore store, LetterClient letters, CancellationToken cancellationToken) =>
        TypedResults.Ok(await RequireAsync(store.Require(name), id, letters, cancellationToken));

    private static Task<Ok<DeadLetter>> ReplayAsync(
        string name, long id, HttpContext context, FailbackStore store, LetterClient letters, CancellationToken cancellationToken) =>
        SettleAsync(store.Require(name), id, LetterOrder.Of(LetterAction.Replay, context), letters, cancellationToken);

    private static Task<Ok<DeadLetter>> RereadAsync(
        string name, long id, HttpContext context, FailbackStore store, LetterClient letters, CancellationToken cancellationToken) =>
        SettleAsync(store.Require(name), id, LetterOrder.Of(LetterAction.Reread, context), letters, cancellationToken);

    private static Task<Ok<DeadLetter>> DiscardAsync(
        string name, long id, DiscardRequest body, HttpContext context, FailbackStore store, LetterClient letters,
        CancellationToken cancellationToken) =>
        SettleAsync(
            store.Require(name), id, LetterOrder.Of(LetterAction.Discard, context, RequireReason(body.Reason)), letters, cancellationToken);

    private static Task<IResult> ReplayManyAsync(
        string name, BulkRequest body, HttpContext context, FailbackStore store, LetterClient letters, OperationRunner operations,
        TimeProvider time) =>
        SettleManyAsync("replay", name, body, LetterOrder.Of(LetterAction.Replay, context), context, store, letters, operations, time);

    private static Task<IResult> RereadManyAsync(
        string name, BulkRequest body, HttpContext context, FailbackStore store, LetterClient letters, OperationRunner operations,
        TimeProvider time) =>
        SettleManyAsync("reread", name, body, LetterOrder.Of(LetterAction.Reread, context), context, store, letters, operations, time);

    private static Task<IResult> DiscardManyAsync(
        string name, BulkRequest body, HttpContext context, FailbackStore store, LetterClient letters, OperationRunner operations,
        TimeProvider time) =>
        SettleManyAsync(
            "discard", name, body, LetterOrder.Of(LetterAction.Discard, context, body.Preview ? "" : RequireReason(body.Reason)), context,
            store, letters, operations, time);

    private static Task<IResult> SettleManyAsync(
        string operation, string name, BulkRequest body, LetterOrder order, HttpContext context, FailbackStore store, LetterClient letters,
        OperationRunner operations, TimeProvider time)
    {
        FailbackRecord failback = store.Require(name);
        return operations.AnswerAsync(
            context, operation, name, cancellationToken => SettleManyAsync(failback, body, order, letters, time, cancellationToken),
            TypedResults.Ok);
    }

    private static async Task<Ok<Waiver[]>> WaiversAsync(
        string name, long? after, int? limit, HttpContext context, FailbackStore store, LetterClient letters,
        CancellationToken cancellationToken)
    {
        Page page = Page.Of(limit, null);
        IReadOnlyList<DeadLetter> found = await letters.FindAsync(
            store.Require(name), new DeadLetterFilter { State = LetterState.Discarded }, after ?? 0, page.Limit + 1, withRows: false,
            cancellationToken);
        bool keys = Caller.MaySeeRows(context);
        return TypedResults.Ok(
            page.Cut(context, found, letter => letter.Id.ToString(CultureInfo.InvariantCulture)).Select(letter => new Waiver(
                letter.Id, letter.Table, keys ? letter.Key : Caller.Hidden, letter.Updated, letter.Reason ?? "", letter.By ?? "",
                letter.ChangedAt)).ToArray());
    }

    private static async Task<Ok<DeadLetter>> SettleAsync(
        FailbackRecord failback, long id, LetterOrder order, LetterClient letters, CancellationToken cancellationToken)
    {
        SettledDeadLetters answer = await letters.SettleAsync(failback, [id], order, cancellationToken);
        if (answer.Refused.TryGetValue(id, out LetterRefusal why))
        {
            string code = JsonNamingPolicy.SnakeCaseLower.ConvertName(why.ToString());
            throw new ApiException(409, $"letter_{code}", $"letter {id} is {code}", why switch
            {
                LetterRefusal.Superseded => "nothing is left to do: a newer version of the row is in the target",
                LetterRefusal.Applied => "nothing is left to do: the row is in the target",
                LetterRefusal.KeyOrderUnknown => "it is not known whether newer versions of its row are in the target: reread it",
                LetterRefusal.KeyChanged => "it may mean two rows: compare both, delete the one that is gone, and discard it",
                LetterRefusal.Older => "a later version of the row waits too: reread that letter, which settles this one",
                LetterRefusal.Waiting => "it is being tried; look at it again in a few seconds",
                _ => "nothing is left to do: it was given up",
            });
        }

        return TypedResults.Ok(await RequireAsync(failback, id, letters, cancellationToken));
    }

    private static async Task<BulkAnswer> SettleManyAsync(
        FailbackRecord failback, BulkRequest body, LetterOrder order, LetterClient letters, TimeProvider time,
        CancellationToken cancellationToken)
    {
        DeadLetterFilter filter = LetterFilter.Of(body.Filter, time);
        var refused = new Dictionary<long, LetterRefusal>();
        long matched = 0, done = 0;
        IReadOnlyList<DeadLetter> found;
        long after = 0;
        do
        {
            found = await letters.FindAsync(failback, filter, after, LargestPage, withRows: false, cancellationToken);
            if (found.Count == 0) break;
            matched += found.Count;
            after = found[^1].Id;
            if (body.Preview) continue;
            SettledDeadLetters answer = await letters.SettleAsync(failback, [.. found.Select(l => l.Id)], order, cancellationToken);
            done += answer.Done.Count;
            foreach ((long id, LetterRefusal why) in answer.Refused) refused[id] = why;
            StepProgress.Report("settling letters", matched);
        }
        while (found.Count == LargestPage);

        return new BulkAnswer(matched, done, refused);
    }

    private static async Task<DeadLetter> RequireAsync(
        FailbackRecord failback, long id, LetterClient letters, CancellationToken cancellationToken) =>
        await letters.ShowAsync(failback, id, cancellationToken)
        ?? throw new ApiException(
            404, "no_such_letter", $"failback {failback.Name} has no letter {id}",
            $"GET /api/v1/failbacks/{failback.Name}/dead-letters lists them");

    private static string RequireReason(string? reason) =>
        reason?.Trim() is { Length: > 0 and <= LongestReason } given && !PlainText.HasControl(given)
        ? given
        : throw new ApiException(
            422, "reason_missing", "a letter is given up with a reason",
            $"send {{\"reason\": \"…\"}} of at most {LongestReason} characters on one line");

    /// <summary>Query of a list.</summary>
    internal sealed record PageQuery(string? Table, string? State, string? ErrorClass, string? OlderThan, long? After, int? Limit);
}
