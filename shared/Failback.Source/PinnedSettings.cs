using Npgsql;

namespace Failback.Source;

/// <summary>
/// Session settings that every session of the source has, independent of role, database and pooler. Values are read as text and
/// must be the text that a changefeed sends. https://www.cockroachlabs.com/docs/stable/session-variables
/// </summary>
internal static class PinnedSettings
{
    // Numbers stand without quotes, as in the vendor's documentation.
    private static readonly (string Name, string Sql, string Value)[] All =
    [
        ("timezone", "'UTC'", "UTC"),
        ("datestyle", "'ISO, MDY'", "ISO, MDY"),
        ("intervalstyle", "'postgres'", "postgres"),
        ("bytea_output", "'hex'", "hex"),
        ("extra_float_digits", "3", "3"),
    ];

    /// <summary>
    /// Sets the settings in a session that has just been opened, and reads them back, because a pooler may drop them.
    /// </summary>
    /// <exception cref="SourceException">One does not hold.</exception>
    public static async Task ApplyAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        foreach ((string name, string sql, _) in All)
        {
            await using var set = new NpgsqlCommand($"SET {name} = {sql}", connection);
            await set.ExecuteNonQueryAsync(cancellationToken);
        }

        string columns = string.Join(", ", All.Select(setting => $"current_setting('{setting.Name}')"));
        await using var read = new NpgsqlCommand($"SELECT {columns}", connection);
        await using NpgsqlDataReader reader = await read.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        Require([.. All.Select((_, i) => reader.GetString(i))]);
    }

    /// <exception cref="SourceException">One does not hold.</exception>
    internal static void Require(IReadOnlyList<string> values)
    {
        foreach (((string name, _, string wanted), string found) in All.Zip(values))
        {
            if (string.Equals(found, wanted, StringComparison.OrdinalIgnoreCase)) continue;
            throw new SourceException(
                "source_settings",
                $"a session of source has {name} = '{found}' although '{wanted}' was set: its values would not be those of the changefeed",
                "connect source to CockroachDB itself or through a pooler that keeps the settings of a session");
        }
    }
}
