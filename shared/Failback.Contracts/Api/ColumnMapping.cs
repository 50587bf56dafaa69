using System.Text.Json;
using Failback.Contracts.Control;

namespace Failback.Contracts.Api;

/// <summary>What happens to one column; docs/guide/columns.md.</summary>
public sealed record ColumnMapping
{
    /// <summary>Name in the target; absent: as at the source.</summary>
    public string? Rename { get; init; }

    /// <summary>True: the column is left out.</summary>
    public bool? Ignore { get; init; }

    /// <summary>The value that every row gets: a text, a number, true or false.</summary>
    public JsonElement? Constant { get; init; }

    /// <summary>Another form of the value.</summary>
    public ColumnConversion? Convert { get; init; }

    /// <summary>Texts for true and false, such as Y and N.</summary>
    public BooleanWords? BooleanWords { get; init; }

    /// <summary>Order of the bytes that a UUID is stored as.</summary>
    public UuidByteOrder? UuidByteOrder { get; init; }

    /// <summary>The rule as appliers get it.</summary>
    public ColumnRule ToRule(string column) => new()
    {
        Column = column,
        Rename = Rename,
        Ignore = Ignore is true,
        Constant = Constant?.GetRawText(),
        Convert = Convert,
        Words = BooleanWords,
        UuidBytes = UuidByteOrder,
    };
}
