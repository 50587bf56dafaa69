using System.Globalization;
using Failback.Applier.MySql.Staging;
using Failback.Apply.Dialects;
using Failback.Apply.Failures;
using MySqlConnector;

namespace Failback.Applier.MySql.Connection;

/// <summary>Settings of every connection: nothing about how values are stored may depend on the server's configuration.</summary>
internal sealed class MySqlSession(SessionTerms terms)
{
    // https://dev.mysql.com/doc/refman/8.4/en/sql-mode.html, https://mariadb.com/kb/en/sql-mode/
    private const string Modes =
        "STRICT_ALL_TABLES,STRICT_TRANS_TABLES,NO_AUTO_VALUE_ON_ZERO,NO_ZERO_DATE,NO_ZERO_IN_DATE,"
        + "ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION";

    private const string Zone = "+00:00";

    private const string ReadBack =
        "SELECT @@SESSION.sql_mode, @@SESSION.time_zone, CAST(@@SESSION.foreign_key_checks AS SIGNED), CAST(@@SESSION.sql_notes AS "
        + "SIGNED), "
        + "@@SESSION.character_set_client, @@SESSION.character_set_connection";

    private readonly int _lockSeconds = Seconds(terms.Lock);
    private readonly int _statementSeconds = Seconds(terms.Statement);

    /// <summary>
    /// MariaDB ends a session whose open transaction is idle for so long; on MySQL the successor ends it (see
    /// <see cref="MySqlCheckpoints"/>).
    /// </summary>
    private readonly int _idleSeconds = Seconds(terms.IdleInTransaction);

    public async ValueTask PrepareAsync(MySqlConnectionOpenedContext context, CancellationToken cancellationToken)
    {
        await using var ask = new MySqlCommand("SELECT VERSION(), CAST(@@max_allowed_packet AS SIGNED)", context.Connection);
        MySqlServer server;
        await using (MySqlDataReader row = await ask.ExecuteReaderAsync(cancellationToken))
        {
            await row.ReadAsync(cancellationToken);
            server = MySqlServer.Parse(row.GetString(0), row.GetInt64(1));
        }

        MySqlServer.Note(context.Connection, server);
        await using var set = new MySqlCommand(Settings(server), context.Connection);
        await set.ExecuteNonQueryAsync(cancellationToken);
        await CheckAsync(context.Connection, cancellationToken);
    }

    /// <summary>A proxy that hands statements to several sessions may have set them in another one.</summary>
    /// <exception cref="SessionSettingsException">The session has others.</exception>
    internal static async Task CheckAsync(MySqlConnection connection, CancellationToken cancellationToken)
    {
        await using var ask = new MySqlCommand(ReadBack, connection);
        await using MySqlDataReader row = await ask.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        HashSet<string> modes = [.. row.GetString(0).Split(',')];
        bool kept = modes.SetEquals(Modes.Split(',')) && row.GetString(1) == Zone && row.GetInt64(2) == 1 && row.GetInt64(3) == 1
            && row.GetString(4) == "utf8mb4" && row.GetString(5) == "utf8mb4";
        if (!kept)
            throw new SessionSettingsException(
                "the session has not the settings that were made (sql_mode, time_zone, foreign_key_checks, sql_notes, "
                + "character_set_client): a "
                    + "proxy in between does not keep them. Let target name the server itself");
    }

    private string Settings(MySqlServer server)
    {
        string common = string.Create(
            CultureInfo.InvariantCulture,
            $"SET SESSION sql_mode = '{Modes}', time_zone = '{Zone}', innodb_lock_wait_timeout = {_lockSeconds}, lock_wait_timeout = "
                + $"{_lockSeconds}, foreign_key_checks = 1, unique_checks = 1, sql_notes = 1");
        return server.IsMariaDb
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{common}, max_statement_time = {_statementSeconds}, idle_transaction_timeout = {_idleSeconds}")
            : string.Create(CultureInfo.InvariantCulture, $"{common}, max_execution_time = {_statementSeconds * 1000L}");
    }

    /// <summary>Whole seconds, as the servers take them; 0 is without end to them.</summary>
    private static int Seconds(TimeSpan? bound) => bound is { } some ? Math.Max(1, (int)Math.Ceiling(some.TotalSeconds)) : 0;
}
