using System.Collections.Immutable;

namespace Failback.Dialects.Tests.Refusals;

/// <summary>A row of the model.</summary>
/// <param name="Table">Its table.</param>
/// <param name="Id">Its key as JSON.</param>
/// <param name="Values">Its other columns as JSON.</param>
public sealed record RefusalRow(string Table, string Id, ImmutableSortedDictionary<string, string> Values)
{
    /// <summary>What names the row.</summary>
    public (string Table, string Id) Key => (Table, Id);

    /// <summary>The row with another value.</summary>
    public RefusalRow With(string column, string json) => this with { Values = Values.SetItem(column, json) };

    /// <summary>The image that a changefeed sends.</summary>
    public string Json => $"{{\"id\": {Id}, {string.Join(", ", Values.Select(v => $"\"{v.Key}\": {v.Value}"))}}}";

    /// <summary>The row as <c>EngineHarness.RowsAsync</c> writes it, columns after the key by name.</summary>
    public string Text => string.Join('|', Values.Values.Select(v => v == "null" ? "-" : v.Trim('"')).Prepend(Id));
}
