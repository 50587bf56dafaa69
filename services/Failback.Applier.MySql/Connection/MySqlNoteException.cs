namespace Failback.Applier.MySql.Connection;

/// <summary>
/// The server did as it was told and noted that a value is not what it was told: digits of a decimal, blanks at the end of a text. Strict
/// mode
/// leaves such notes notes.
/// </summary>
/// <param name="number">The note's number.</param>
/// <param name="message">The note's text.</param>
internal sealed class MySqlNoteException(int number, string message) : Exception(message)
{
    /// <summary>As in <see cref="MySqlConnector.MySqlException.Number"/>.</summary>
    public int Number { get; } = number;
}
