using System.Data.Common;

namespace Failback.Control.Storage;

/// <summary>Statements that take effect together. Parameters are <c>$1</c>, <c>$2</c> and so on.</summary>
internal sealed class StateTransaction(StateEngine engine, DbConnection connection, DbTransaction? transaction)
{
    /// <returns>Number of changed rows.</returns>
    public int Execute(string sql, params object[] parameters)
    {
        using DbCommand command = Command(sql, parameters);
        return command.ExecuteNonQuery();
    }

    public List<T> Query<T>(Func<DbDataReader, T> read, string sql, params object[] parameters)
    {
        using DbCommand command = Command(sql, parameters);
        using DbDataReader reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read()) rows.Add(read(reader));
        return rows;
    }

    private DbCommand Command(string sql, object[] parameters)
    {
        DbCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = transaction;
        for (int i = 0; i < parameters.Length; i++) engine.Bind(command, i + 1, parameters[i]);
        return command;
    }
}
