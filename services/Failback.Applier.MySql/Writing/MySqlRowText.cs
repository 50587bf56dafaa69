using System.Text.Encodings.Web;
using System.Text.Json;
using Failback.Applier.MySql.Connection;
using Failback.Applier.MySql.Values;
using Failback.Apply.Dialects;
using Failback.Apply.Values;
using MySqlConnector;

namespace Failback.Applier.MySql.Writing;

/// <summary>A row of the target as JSON texts, for people.</summary>
internal static class MySqlRowText
{
    private static readonly string[] Numbers = [
        "tinyint", "smallint", "mediumint", "int", "bigint", "decimal", "float", "double", "year", "bit"];

    public static async Task<IReadOnlyList<string>?> ReadAsync(
        MySqlConnection connection, RowBatch key, CancellationToken cancellationToken)
    {
        MySqlRows bound = MySqlRows.Bind(key, MySqlServer.Of(connection));
        await using var command = new MySqlCommand(MySqlSql.Row(key.Table), connection);
        foreach (object? value in MySqlSql.KeyValues(bound, 0)) command.Parameters.Add(new MySqlParameter { Value = value });
        await using MySqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        if (!await row.ReadAsync(cancellationToken)) return null;
        return [.. key.Table.Columns.Select(
            c => row.IsDBNull(c.Ordinal) ? "null" : Json(MySqlSql.Column(key.Table, c.Ordinal), Text(row.GetValue(c.Ordinal))))];
    }

    private static string Text(object value) =>
        value is byte[] bytes
        ? System.Text.Encoding.UTF8.GetString(bytes)
        : Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture)!;

    private static string Json(MySqlColumn column, string text) => column switch
    {
        JsonColumn => text,
        BinaryColumn => Quote("\\x" + text.ToLowerInvariant()),
        _ when Numbers.Contains(column.Type.Name) => NumberText.Canonical(text),
        _ => Quote(text),
    };

    private static string Quote(string text) => $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";
}
