using System.Text;

namespace Oracle.ManagedDataAccess.Client;

/// <summary>
/// A statement with named parameters as the stand-in server wants it: question marks with their type. Oracle takes the type from the bind.
/// </summary>
internal static class OracleText
{
    /// <summary>The text, and the parameter of each question mark.</summary>
    /// <exception cref="OracleException">As the server would refuse it.</exception>
    public static (string Text, IReadOnlyList<OracleParameter> Used) Rewrite(string sql, IReadOnlyList<OracleParameter> parameters)
    {
        if (sql.AsSpan().TrimEnd().EndsWith(";")) throw new OracleException(933, "SQL command not properly ended");
        var text = new StringBuilder(sql.Length + 100);
        var used = new List<OracleParameter>();
        for (int i = 0; i < sql.Length; i++)
        {
            int end = i;
            if (sql[i] is '\'' or '"') end = sql.IndexOf(sql[i], i + 1);
            else if (sql[i] == ':')
            {
                for (end = i + 1; end < sql.Length && (char.IsAsciiLetterOrDigit(sql[end]) || sql[end] is '_' or '$' or '#');) end++;
                OracleParameter parameter = Find(parameters, sql[(i + 1)..end]);
                used.Add(parameter);
                text.Append("CAST(? AS ").Append(TypeOf(parameter.OracleDbType)).Append(')');
                i = end - 1;
                continue;
            }

            text.Append(sql, i, end - i + 1);
            i = end;
        }

        return parameters.All(used.Contains) ? (text.ToString(), used) : throw new OracleException(1036, "illegal variable name/number");
    }

    private static OracleParameter Find(IReadOnlyList<OracleParameter> parameters, string name) =>
        parameters.FirstOrDefault(p => string.Equals(p.ParameterName, name, StringComparison.OrdinalIgnoreCase))
        ?? throw new OracleException(1008, "not all variables bound");

    private static string TypeOf(OracleDbType type) => type switch
    {
        OracleDbType.Varchar2 or OracleDbType.NVarchar2 => "VARCHAR(32767)",
        OracleDbType.Clob or OracleDbType.NClob or OracleDbType.Long => "CLOB",
        OracleDbType.Blob or OracleDbType.LongRaw => "BLOB",
        OracleDbType.Raw => "VARBINARY(32767)",
        OracleDbType.Int64 => "NUMERIC(19)",
        _ => throw new ArgumentException("the parameter has no type", nameof(type)),
    };
}
