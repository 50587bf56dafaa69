using Failback.Contracts;

namespace Failback.Applier.MySql.Connection;

/// <summary>Quoting of identifiers.</summary>
internal static class MySqlName
{
    public static string Quote(string name) => "`" + name.Replace("`", "``", StringComparison.Ordinal) + "`";

    /// <summary>An account, <c>user@host</c> as the server tells it, as statements on users name it.</summary>
    public static string Account(string user)
    {
        int at = user.LastIndexOf('@');
        return $"'{user[..at].Replace("'", "''", StringComparison.Ordinal)}'@'{user[(at + 1)..]}'";
    }

    public static string Quote(TableName name) => Quote(name.Schema) + "." + Quote(name.Table);
}
