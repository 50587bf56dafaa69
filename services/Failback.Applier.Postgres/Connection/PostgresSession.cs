using System.Globalization;
using Failback.Apply.Dialects;
using Failback.Apply.Failures;
using Npgsql;

namespace Failback.Applier.Postgres.Connection;

/// <summary>
/// Settings of every session: nothing about how values are stored or read may depend on those of the database or the user. They are asked
/// for at the start of the session, where DISCARD ALL of the pool keeps them, and read back: a pooler in between may drop them without a
/// word.
/// </summary>
internal sealed class PostgresSession(SessionTerms terms)
{
    // https://www.postgresql.org/docs/current/view-pg-settings.html
    private const string ReadBack = "SELECT lower(name), setting FROM pg_settings WHERE lower(name) = ANY ($1)";

    /// <summary>Notices are not sent.</summary>
    private const string Quiet = "warning";

    /// <summary>Not ours to set, but nothing is checked and no trigger fires where it is another.</summary>
    private static readonly (string Name, string Value) Role = ("session_replication_role", "origin");

    /// <summary>As pg_settings shows them.</summary>
    private readonly (string Name, string Value)[] _settings =
    [
        ("timezone", "UTC"), ("datestyle", "ISO, YMD"), ("intervalstyle", "postgres"), ("extra_float_digits", "1"), ("bytea_output", "hex"),
        ("array_nulls", "on"), ("transform_null_equals", "off"), ("client_min_messages", Quiet),
        ("row_security", "off"), // a policy that would hide rows is an error instead
        ("statement_timeout", Milliseconds(terms.Statement)), ("lock_timeout", Milliseconds(terms.Lock)),
        ("idle_in_transaction_session_timeout", Milliseconds(terms.IdleInTransaction)),
    ];

    /// <summary>For the start of a session; blanks within a value are escaped.</summary>
    public string Options => string.Join(
        ' ', _settings.Select(s => $"-c {s.Name}={s.Value.Replace(" ", "\\ ", StringComparison.Ordinal)}"));

    /// <summary>Reads the settings back.</summary>
    /// <exception cref="SessionSettingsException">The session has others.</exception>
    public async Task CheckAsync(NpgsqlConnection connection)
    {
        (string Name, string Value)[] wanted = [.. _settings, Role];
        await using var command = new NpgsqlCommand(
            ReadBack, connection)
        { Parameters = { new() { Value = wanted.Select(s => s.Name).ToArray() } } };
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        await using (NpgsqlDataReader row = await command.ExecuteReaderAsync())
        {
            while (await row.ReadAsync()) found[row.GetString(0)] = row.GetString(1);
        }

        string[] lost = [.. wanted.Where(s => found.GetValueOrDefault(s.Name) != s.Value).Select(s => s.Name)];
        if (lost is ["session_replication_role"])
            throw new SessionSettingsException(
                "sessions of the user of target start with session_replication_role other than origin: no trigger fires and no foreign "
                + "key is checked; ALTER ROLE … RESET session_replication_role");
        if (lost.Length > 0)
            throw new SessionSettingsException(
                $"the session has not the settings that it was started with ({string.Join(", ", lost)}): a pooler in between drops them. "
                + "Let target name the server itself, or take options out of ignore_startup_parameters of PgBouncer");
    }

    /// <summary>0 is without end.</summary>
    private static string Milliseconds(TimeSpan? bound) =>
        ((long)(bound ?? TimeSpan.Zero).TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
}
