using Failback.Apply.Values;
using Failback.Contracts;

namespace Failback.Apply.Windows;

/// <summary>How the keys of one table are built, from one version on: which part is which column of the target's key.</summary>
/// <param name="Parts">Parts that such a key has.</param>
/// <param name="Positions">By key column of the target: the part that holds it; <see cref="None"/>: no part does.</param>
internal sealed record KeyShape(int Parts, IReadOnlyList<int> Positions)
{
    /// <summary>No part of the key holds the column.</summary>
    public const int None = -1;

    /// <summary>By part: the key column of the target that it holds.</summary>
    private readonly int[] _columns = [.. Enumerable.Range(0, Parts).Select(part => Positions.ToList().IndexOf(part))];

    /// <summary>Lowest version that is known to have it. The first shape with so many parts is taken to hold for older ones too.</summary>
    public HlcTimestamp From { get; init; }

    /// <summary>Highest version that is known to have it, once a later shape with as many parts is known.</summary>
    public HlcTimestamp Until { get; init; }

    /// <summary>The definition has it: rows of another order are older.</summary>
    public bool IsSaid { get; init; }

    /// <summary>A row has shown it; otherwise it was only said.</summary>
    public bool IsConfirmed { get; init; }

    /// <summary>Columns of the target's key that the key does not hold.</summary>
    public bool IsPartial => Positions.Contains(None);

    /// <summary>The key is the target's key, in its order, and nothing more.</summary>
    public bool IsStraight => Parts == Positions.Count && Positions.Select((p, i) => p == i).All(same => same);

    /// <summary>True when both read a key alike.</summary>
    public bool Reads(KeyShape other) => Parts == other.Parts && Positions.SequenceEqual(other.Positions);

    /// <summary>True when both read the same versions alike.</summary>
    public bool Names(KeyShape other, bool isFirst) => Reads(other) && (isFirst || From == other.From) && Until == other.Until;

    /// <summary>A row that agrees says what was not known: that it is so, or that it was so already.</summary>
    public bool IsNewTo(HlcTimestamp updated, bool isKept) => isKept && (!IsConfirmed || updated < From);

    /// <summary>True when the key surely is made of the columns' values: both are spelt alike, byte by byte.</summary>
    public bool Matches(ReadOnlySpan<byte> key, ReadOnlySpan<RawValue> cells, ReadOnlySpan<int> keyed)
    {
        int at = 1;
        for (int part = 0; part < Parts; part++)
        {
            if (part > 0 && !Passes(key, ", "u8, ref at)) return false;
            if (_columns[part] < 0 || !Passes(key, cells[keyed[_columns[part]]].Json.Span, ref at)) return false;
        }

        return at == key.Length - 1;
    }

    private static bool Passes(ReadOnlySpan<byte> key, ReadOnlySpan<byte> expected, ref int at)
    {
        if (expected.IsEmpty || at > key.Length || !key[at..].StartsWith(expected)) return false;
        at += expected.Length;
        return true;
    }
}
