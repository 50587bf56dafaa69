using System.Text.Encodings.Web;
using System.Text.Json;
using Failback.Applier.Oracle.Connection;
using Failback.Applier.Oracle.Values;
using Failback.Apply.Dialects;
using Failback.Apply.Values;

namespace Failback.Applier.Oracle.Writing;

/// <summary>A row of the target as JSON texts, for people; long values are not shown. An empty text is NULL.</summary>
internal static class OracleRowText
{
    public static async Task<IReadOnlyList<string>?> ReadAsync(OracleSession session, RowBatch key, CancellationToken cancellationToken)
    {
        OracleRows bound = OracleRows.Bind(key);
        List<string[]> rows = await session.ReadAsync(
            OracleSql.Row(key.Table), [.. bound.Single(0, key.Table.PrimaryKey)],
            r => key.Table.Columns.Select(c => Json(OracleSql.Column(key.Table, c.Ordinal), r.Text(c.Ordinal))).ToArray(),
            cancellationToken);
        return rows.SingleOrDefault();
    }

    private static string Json(OracleColumn column, string text) => (column, text) switch
    {
        (_, "") => "null",
        (NumberColumn, _) => NumberText.Canonical(text),
        _ => $"\"{JsonEncodedText.Encode(column.Normal(text), JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"",
    };
}
