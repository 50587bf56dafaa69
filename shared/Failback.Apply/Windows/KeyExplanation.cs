namespace Failback.Apply.Windows;

/// <summary>What a row that carries its key columns says about the parts of its key.</summary>
/// <param name="Positions">The only assignment of parts to columns that explains the row; null: there is none, or the row does not decide.
/// </param>
/// <param name="IsContradiction">No assignment explains the row.</param>
internal readonly record struct KeyExplanation(int[]? Positions, bool IsContradiction)
{
    private static readonly KeyExplanation Undecided = new(null, false);
    private static readonly KeyExplanation Contradiction = new(null, true);

    /// <param name="parts">Parts of the key.</param>
    /// <param name="columns">Key columns of the target.</param>
    /// <param name="isSame">True when a part is the value of a column; null: the row does not carry the column.</param>
    public static KeyExplanation Of(int parts, int columns, Func<int, int, bool?> isSame)
    {
        // Whichever there are fewer of have to find their counterparts: a longer key has parts that the target's key lacks.
        bool byColumn = columns <= parts;
        int few = byColumn ? columns : parts, many = byColumn ? parts : columns;
        int[] found = new int[few];
        bool isUndecided = false;
        for (int one = 0; one < few; one++)
        {
            int matches = 0;
            for (int other = 0; other < many; other++)
            {
                bool? same = byColumn ? isSame(other, one) : isSame(one, other);
                if (same is null) return Undecided;
                if (same is not true) continue;
                found[one] = other;
                matches++;
            }

            if (matches == 0) return Contradiction;
            isUndecided |= matches > 1;
        }

        if (isUndecided) return Undecided;
        if (found.Distinct().Count() < few) return Contradiction;
        return new KeyExplanation(byColumn ? found : [.. Enumerable.Range(0, columns).Select(c => Array.IndexOf(found, c))], false);
    }
}
