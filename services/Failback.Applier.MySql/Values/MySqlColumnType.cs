using System.Data.Common;
using System.Globalization;
using Failback.Applier.MySql.Connection;

namespace Failback.Applier.MySql.Values;

/// <summary>Reads the type of a column from a row of the catalogue's query.</summary>
internal static class MySqlColumnType
{
    public static MySqlType Read(DbDataReader row, MySqlServer server, bool isJson)
    {
        string name = row.GetString(3);
        string full = row.GetString(4);
        string extra = row.GetString(14);
        return new MySqlType
        {
            Name = isJson ? "json" : name,
            Declared = isJson ? "json" : full,
            IsUnsigned = full.Contains("unsigned", StringComparison.OrdinalIgnoreCase),
            Size = Number(row, 5) ?? Number(row, 7),
            Bytes = Number(row, 6),
            Scale = (int?)(Number(row, 9) ?? FloatScale(name, full) ?? (name is "decimal" ? Number(row, 8) : null)),
            CharacterSet = Text(row, 10),
            Collation = Text(row, 11),
            Labels = name is "enum" or "set" ? Labels(full) : [],
            IsNullable = row.GetString(12) == "YES",
            HasDefault = row.GetString(12) == "YES" || Convert.ToBoolean(row.GetValue(13), CultureInfo.InvariantCulture)
                || extra.Contains("auto_increment", StringComparison.Ordinal)
                || extra.Contains("default_generated", StringComparison.Ordinal),
            ChangesOnUpdate = extra.Contains("on update", StringComparison.Ordinal),
            Srid = Number(row, 16),
            IsMariaDb = server.IsMariaDb,
        };
    }

    private static string? Text(DbDataReader row, int ordinal) => row.IsDBNull(ordinal) ? null : row.GetString(ordinal);

    private static long? Number(DbDataReader row, int ordinal) =>
        Text(row, ordinal) is { } text && long.TryParse(text, CultureInfo.InvariantCulture, out long number) ? number : null;

    /// <summary><c>double(10,2)</c> rounds; <c>double</c> has no scale.</summary>
    private static long? FloatScale(string name, string full)
    {
        int comma = full.IndexOf(',', StringComparison.Ordinal);
        int close = full.IndexOf(')', StringComparison.Ordinal);
        return name is "float" or "double" && comma > 0 && close > comma
            && long.TryParse(full.AsSpan(comma + 1, close - comma - 1), CultureInfo.InvariantCulture, out long scale) ? scale : null;
    }

    /// <summary>Labels of <c>enum('a','it''s')</c>.</summary>
    private static List<string> Labels(string full)
    {
        var labels = new List<string>();
        var label = new System.Text.StringBuilder();
        for (int i = full.IndexOf('\'', StringComparison.Ordinal); i >= 0 && i < full.Length; i = full.IndexOf('\'', i))
        {
            label.Clear();
            for (i++; i < full.Length; i++)
            {
                if (full[i] != '\'') label.Append(full[i]);
                else if (i + 1 < full.Length && full[i + 1] == '\'') label.Append(full[i++]);
                else break;
            }

            labels.Add(label.ToString());
            i++;
            if (i >= full.Length) break;
        }

        return labels;
    }
}
