using System.Globalization;
using Failback.Applier.MySql.Staging;
using Failback.Apply.Dialects;
using MySqlConnector;

namespace Failback.Applier.MySql.Connection;

/// <summary>Settings of every connection: nothing about how values are stored may depend on the server's configuration.</summary>
internal sealed class MySqlSession(SessionTerms terms)
{
    // https://dev.mysql.com/doc/refman/8.4/en/sql-mode.html, https://mariadb.com/kb/en/sql-mode/
    private const string Modes =
        "STRICT_ALL_TABLES,STRICT_TRANS_TABLES,NO_AUTO_VALUE_ON_ZERO,NO_ZERO_DATE,NO_ZERO_IN_DATE,"
        + "ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION";

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
    }

    private string Settings(MySqlServer server)
    {
        string common = string.Create(
            CultureInfo.InvariantCulture,
            $"SET SESSION sql_mode = '{Modes}', time_zone = '+00:00', innodb_lock_wait_timeout = {_lockSeconds}, lock_wait_timeout = "
                + $"{_lockSeconds}, foreign_key_checks = 1, unique_checks = 1");
        return server.IsMariaDb
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{common}, max_statement_time = {_statementSeconds}, idle_transaction_timeout = {_idleSeconds}")
            : string.Create(CultureInfo.InvariantCulture, $"{common}, max_execution_time = {_statementSeconds * 1000L}");
    }

    /// <summary>Whole seconds, as the servers take them; 0 is without end to them.</summary>
    private static int Seconds(TimeSpan? bound) => bound is { } some ? Math.Max(1, (int)Math.Ceiling(some.TotalSeconds)) : 0;
}
