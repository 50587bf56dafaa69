using System.Globalization;
using MySqlConnector;

namespace Failback.Applier.MySql;

/// <summary>Settings of every connection: nothing about how values are stored may depend on the server's configuration.</summary>
internal sealed class MySqlSession(TimeSpan applyTimeout)
{
    // https://dev.mysql.com/doc/refman/8.4/en/sql-mode.html, https://mariadb.com/kb/en/sql-mode/
    private const string Modes = "STRICT_ALL_TABLES,STRICT_TRANS_TABLES,NO_AUTO_VALUE_ON_ZERO,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION";

    /// <summary>MariaDB ends a session whose open transaction is idle for so long; on MySQL the successor ends it (see <see cref="MySqlStaging"/>).</summary>
    private const int IdleInTransactionSeconds = 5;

    private readonly int seconds = Math.Max(1, (int)Math.Ceiling(applyTimeout.TotalSeconds));

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
            $"SET SESSION sql_mode = '{Modes}', time_zone = '+00:00', innodb_lock_wait_timeout = {seconds}, lock_wait_timeout = {seconds}, foreign_key_checks = 1, unique_checks = 1");
        return server.IsMariaDb
            ? string.Create(CultureInfo.InvariantCulture, $"{common}, max_statement_time = {seconds}, idle_transaction_timeout = {IdleInTransactionSeconds}")
            : string.Create(CultureInfo.InvariantCulture, $"{common}, max_execution_time = {seconds * 1000L}");
    }
}
