using System.Data.Common;
using MySqlConnector;

namespace Failback.Applier.MySql.Writing;

/// <summary>A statement with its values in the order of their placeholders.</summary>
/// <param name="Statement">The text.</param>
/// <param name="Values">The values.</param>
internal sealed record MySqlText(string Statement, IReadOnlyList<object?> Values)
{
    /// <summary>Bytes that it takes at most.</summary>
    public long Size { get; } = Statement.Length + Values.Sum(MySqlBulk.Size);

    /// <summary>The command that sends it.</summary>
    public MySqlCommand ToCommand(DbTransaction transaction)
    {
        var command = new MySqlCommand(Statement, (MySqlConnection)transaction.Connection!, (MySqlTransaction)transaction);
        foreach (object? value in Values) command.Parameters.Add(new MySqlParameter { Value = value ?? DBNull.Value });
        return command;
    }
}
