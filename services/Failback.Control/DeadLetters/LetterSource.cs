using Failback.Contracts.Api;
using Failback.Contracts;
using Failback.Contracts.Control;
using Failback.Contracts.Words;
using Failback.Control.Api;
using Failback.Control.Registry;
using Failback.Control.Settings;
using Failback.Hosting.Secrets;
using Failback.Source;
using Microsoft.Extensions.Options;

namespace Failback.Control.DeadLetters;

/// <summary>
/// Reads rows of letters from CockroachDB as of the time that their table is applied through: whatever is newer than that comes by the
/// changefeed, or is in the target already and then overtakes the letter.
/// </summary>
internal sealed class LetterSource(SecretBox box, ScriptStore scripts, IOptions<ControlOptions> options)
{
    /// <exception cref="ApiException">No source is defined (409), it does not answer, or it no longer keeps what was (409).</exception>
    public async Task<IReadOnlyList<SourceImage>> ReadAsync(
        FailbackRecord failback, LetterClient letters, IReadOnlyList<long> ids, CancellationToken cancellationToken)
    {
        FailbackDefinition definition = failback.Definition.Open(box);
        if (definition.Source is not { } url)
            throw new ApiException(
                409, "no_source", "a reread takes the row from CockroachDB, and the definition has no source",
                "PUT the definition with source, or replay the letter as it arrived");
        IReadOnlyList<DeadLetter> asked = await letters.FindAsync(
            failback, new DeadLetterFilter { Ids = ids }, 0, ids.Count, withRows: false, cancellationToken);
        RequireKnownOrigin(failback, asked);
        await using SourceCluster source = await SourceCluster.OpenAsync(url, options.Value.SourceTimeout, cancellationToken);
        IReadOnlyList<SourceTable> tables = await source.TablesAsync(cancellationToken);
        var images = new List<SourceImage>(asked.Count);
        foreach (IGrouping<string, DeadLetter> ofTable in asked.GroupBy(letter => letter.Table, StringComparer.Ordinal))
        {
            TableRoute route = failback.Tables.FirstOrDefault(table => table.Target == ofTable.Key)
                ?? throw new ApiException(
                    409, "table_left", $"{ofTable.Key} is no longer part of the failback", "add it again, or discard the letters");
            SourceTable place = Place(route, tables);
            string through = (await letters.ShowAsync(failback, ofTable.First().Id, cancellationToken))?.Target?.Resolved ?? "";
            foreach (DeadLetter letter in ofTable)
                images.Add(
                    new SourceImage(
                        letter.Id, await source.RowAsync(place, letter.Key, Later(through, letter.Updated), cancellationToken)));
        }

        return images;
    }

    /// <summary>
    /// The row goes through the userscript like any other, in the applier. But where schema-level handlers route rows, a letter's row may
    /// have come from another table, whose key it no longer has: the row of the same key in the letter's own table would be taken for it.
    /// Only a letter that was never routed is surely a row of its own table.
    /// </summary>
    private void RequireKnownOrigin(FailbackRecord failback, IReadOnlyList<DeadLetter> asked)
    {
        if (asked.FirstOrDefault(letter => letter.ErrorCode != LetterCodes.Unrouted) is not { } routed
            || scripts.All(failback.Name).All(script => script.Routes == false)) return;
        throw new ApiException(
            409, "scripted",
            $"letter {routed.Id} may be of a row that schema-level handlers of a userscript sent to {routed.Table} from another table, "
                + $"and has not the key that it has at the source",
            "replay the letter as it arrived, or write the row again at the source, which settles it");
    }

    /// <summary>A letter ahead of what its table is applied through is read as of its own version.</summary>
    private static string Later(string resolved, string updated) =>
        HlcTimestamp.TryParse(resolved, out HlcTimestamp through) && HlcTimestamp.TryParse(updated, out HlcTimestamp own) && through > own
        ? resolved
        : updated;

    private static SourceTable Place(TableRoute route, IReadOnlyList<SourceTable> tables)
    {
        TableName name = TableName.Parse(route.Source);
        SourceTable[] found = [
            .. tables.Where(table => table.Name.Table == name.Table && (name.Schema.Length == 0 || table.Name.Schema == name.Schema))];
        if (found.Length != 1)
            throw new ApiException(
                422, "unknown_source_table", $"the source has {(found.Length == 0 ? "no table" : "several tables")} {route.Source}",
                "correct tables in the definition, or replay the letter as it arrived");
        return route.SourceKey.Count > 0 ? found[0] with { PrimaryKey = route.SourceKey } : found[0];
    }
}
