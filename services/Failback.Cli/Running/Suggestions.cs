namespace Failback.Cli.Running;

/// <summary>Finds the words that a mistyped one may have meant.</summary>
internal static class Suggestions
{
    private const int Prefix = 2;

    /// <summary>Returns the nearest words: those that differ by a few letters, and those that begin alike.</summary>
    public static IReadOnlyList<string> For(string typed, IEnumerable<string> words, int most)
    {
        if (typed.Length > 64) return [];
        int far = Math.Max(1, typed.Length / 3);
        return
        [
            .. words.Distinct(StringComparer.Ordinal).Select(word => (Word: word, Distance: Distance(typed.ToLowerInvariant(), word)))
                .Where(near => near.Distance <= far || IsBeginning(typed, near.Word))
                .OrderBy(near => near.Distance).ThenBy(near => near.Word, StringComparer.Ordinal).Take(most).Select(near => near.Word),
        ];
    }

    private static bool IsBeginning(string typed, string word) =>
        typed.Trim('-').Length >= Prefix && word.StartsWith(typed, StringComparison.OrdinalIgnoreCase);

    /// <summary>Letters to insert, remove, replace or exchange with their neighbour.</summary>
    private static int Distance(string a, string b)
    {
        int[,] cost = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++) cost[i, 0] = i;
        for (int j = 0; j <= b.Length; j++) cost[0, j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            for (int j = 1; j <= b.Length; j++)
            {
                int replaced = cost[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                cost[i, j] = Math.Min(replaced, 1 + Math.Min(cost[i - 1, j], cost[i, j - 1]));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    cost[i, j] = Math.Min(cost[i, j], cost[i - 2, j - 2] + 1);
            }
        }

        return cost[a.Length, b.Length];
    }
}
