using MySqlConnector;

namespace Failback.Applier.MySql.Connection;

/// <summary>
/// Hears what a server notes about the statements of a connection; the driver asks for it where the answer to a statement counts warnings.
/// https://dev.mysql.com/doc/refman/8.4/en/show-warnings.html
/// </summary>
internal sealed class MySqlNotes : IDisposable
{
    private readonly MySqlConnection _connection;
    private MySqlError? _change;

    public MySqlNotes(MySqlConnection connection)
    {
        _connection = connection;
        _connection.InfoMessage += Hear;
    }

    /// <exception cref="MySqlNoteException">A value was stored as another one.</exception>
    public void ThrowIfChanged()
    {
        if (_change is { } change) throw new MySqlNoteException((int)change.ErrorCode, change.Message);
    }

    public void Dispose() => _connection.InfoMessage -= Hear;

    private void Hear(object sender, MySqlInfoMessageEventArgs e) =>
        _change ??= e.Errors.FirstOrDefault(note => MySqlFailures.TellsOfChange((int)note.ErrorCode));
}
