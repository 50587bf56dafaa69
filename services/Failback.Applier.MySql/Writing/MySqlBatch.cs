using System.Data.Common;
using System.Globalization;
using System.Text;
using Failback.Applier.MySql.Connection;
using Failback.Apply.Dialects;
using MySqlConnector;

namespace Failback.Applier.MySql.Writing;

/// <summary>
/// Sends parts as commands of many statements, as large as a server takes them. The server keeps what it notes of the last statement only:
/// each one that writes is followed by the question for its notes, whose result also tells the statements' counts apart.
/// https://dev.mysql.com/doc/refman/8.4/en/show-warnings.html
/// </summary>
internal static class MySqlBatch
{
    private const string AskNotes = "SHOW WARNINGS";
    private const int NoteCode = 1;
    private const int NoteText = 2;
    private const int MostValues = 20_000;

    /// <exception cref="MySqlNoteException">A value was stored as another one.</exception>
    public static async Task SendAsync(DbTransaction transaction, IReadOnlyList<StatementPart> parts, CancellationToken cancellationToken)
    {
        long most = Math.Min(
            MySqlBulk.LargestCommand, MySqlServer.Of((MySqlConnection)transaction.Connection!).MaxPacket - MySqlBulk.Reserve);
        var command = new List<(IMySqlPart Part, MySqlText Text)>();
        long size = 0;
        int values = 0;
        foreach (IMySqlPart part in parts.Cast<IMySqlPart>())
        {
            foreach (MySqlText text in part.Texts)
            {
                if (command.Count > 0 && (size + text.Size > most || values + text.Values.Count > MostValues)) await FlushAsync();
                command.Add((part, text));
                size += text.Size + AskNotes.Length;
                values += text.Values.Count;
            }
        }

        await FlushAsync();
        foreach (IMySqlPart part in parts.Cast<IMySqlPart>()) part.Complete();

        async Task FlushAsync()
        {
            if (command.Count == 0) return;
            await SendAsync(transaction, command, cancellationToken);
            command.Clear();
            (size, values) = (0, 0);
        }
    }

    private static async Task SendAsync(
        DbTransaction transaction, List<(IMySqlPart Part, MySqlText Text)> statements, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        foreach ((IMySqlPart part, MySqlText statement) in statements)
        {
            text.Append(statement.Statement).Append(";\n");
            if (!part.Asks) text.Append(AskNotes).Append(";\n");
        }

        await using MySqlCommand command = new MySqlText(
            text.ToString(), [.. statements.SelectMany(s => s.Text.Values)]).ToCommand(transaction);
        await using MySqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        int counted = 0;
        bool more = true;
        foreach ((IMySqlPart part, _) in statements)
        {
            if (!more) throw new InvalidOperationException("a statement of several has no answer");
            if (part.Asks)
            {
                while (await reader.ReadAsync(cancellationToken)) part.Take(reader);
            }
            else
            {
                part.Count(Math.Max(0, reader.RecordsAffected) - counted);
                counted = Math.Max(0, reader.RecordsAffected);
                while (await reader.ReadAsync(cancellationToken)) Hear(reader);
            }

            more = await reader.NextResultAsync(cancellationToken);
        }
    }

    private static void Hear(MySqlDataReader note)
    {
        int code = Convert.ToInt32(note.GetValue(NoteCode), CultureInfo.InvariantCulture);
        if (MySqlFailures.TellsOfChange(code)) throw new MySqlNoteException(code, note.GetString(NoteText));
    }
}
