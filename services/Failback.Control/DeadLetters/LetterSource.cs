using Failback.Contracts;
using Failback.Contracts.Control;
using Failback.Control.Api;
using Failback.Control.Changefeeds;
using Failback.Control.Definitions;
using Failback.Control.Failbacks;
using Failback.Hosting.Secrets;
using Microsoft.Extensions.Options;

namespace Failback.Control.DeadLetters;

/// <summary>
/// Reads rows of letters from CockroachDB as of the time that their table is applied through: whatever is newer than that comes by the changefeed, or is in
/// the target already and then overtakes the letter.
/// </summary>
internal sealed class LetterSource(SecretBox box, IOptions<ControlOptions> options)
{
    /// <exception cref="ApiException">No source is defined (409), it does not answer, or it no longer keeps what was (409).</exception>
    public async Task<IReadOnlyList<SourceImage>> ReadAsync(FailbackRecord failback, LetterClient letters, IReadOnlyList<long> ids, CancellationToken cancellationToken)
    {
        FailbackDefinition definition = failback.Definition.Open(box);
        if (definition.Source is not { } url)
            throw new ApiException(409, "no_source", "a reread takes the row from CockroachDB, and the definition has no source", "PUT the definition with source, or replay the letter as it arrived");
        if (failback.Script is not null)
            throw new ApiException(409, "scripted", "a reread would write the row as CockroachDB has it, past the userscript", "replay the letter, or discard it");
        await using SourceCluster source = await SourceCluster.OpenAsync(url, options.Value.SourceTimeout, cancellationToken);
        IReadOnlyList<SourceTable> tables = await source.TablesAsync(cancellationToken);
        IReadOnlyList<DeadLetter> asked = await letters.FindAsync(failback, new DeadLetterFilter { Ids = ids }, 0, ids.Count, withRows: false, cancellationToken);
        var images = new List<SourceImage>(asked.Count);
        foreach (IGrouping<string, DeadLetter> ofTable in asked.GroupBy(letter => letter.Table, StringComparer.Ordinal))
        {
            TableRoute route = failback.Tables.FirstOrDefault(table => table.Target == ofTable.Key)
                ?? throw new ApiException(409, "table_left", $"{ofTable.Key} is no longer part of the failback", "add it again, or discard the letters");
            SourceTable place = Place(route, tables);
            string through = (await letters.ShowAsync(failback, ofTable.First().Id, cancellationToken))?.Target?.Resolved ?? "";
            foreach (DeadLetter letter in ofTable)
                images.Add(new SourceImage(letter.Id, await source.RowAsync(place, letter.Key, Later(through, letter.Updated), cancellationToken)));
        }

        return images;
    }

    /// <summary>A letter ahead of what its table is applied through is read as of its own version.</summary>
    private static string Later(string resolved, string updated) =>
        HlcTimestamp.TryParse(resolved, out HlcTimestamp through) && HlcTimestamp.TryParse(updated, out HlcTimestamp own) && through > own ? resolved : updated;

    private static SourceTable Place(TableRoute route, IReadOnlyList<SourceTable> tables)
    {
        TableName name = TableName.Parse(route.Source);
        SourceTable[] found = [.. tables.Where(table => table.Name.Table == name.Table && (name.Schema.Length == 0 || table.Name.Schema == name.Schema))];
        if (found.Length != 1) throw new ApiException(422, "unknown_source_table", $"the source has {(found.Length == 0 ? "no table" : "several tables")} {route.Source}", "correct tables in the definition, or replay the letter as it arrived");
        return route.SourceKey.Count > 0 ? found[0] with { PrimaryKey = route.SourceKey } : found[0];
    }
}
