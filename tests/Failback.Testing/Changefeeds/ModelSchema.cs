using System.Text;

namespace Failback.Testing.Changefeeds;

/// <summary>The tables of a random database and the statements that create them.</summary>
public sealed record ModelSchema(IReadOnlyList<ModelTable> Tables)
{
    /// <summary>Returns the table of a name.</summary>
    public ModelTable this[string name] => Tables.First(t => t.Name == name);

    /// <summary>Returns the foreign keys that reference a table, with the tables that own them.</summary>
    public IEnumerable<(ModelTable Child, ModelForeignKey Key)> ReferencesTo(string parent) =>
        Tables.SelectMany(t => t.ForeignKeys.Where(f => f.Parent == parent).Select(f => (t, f)));

    /// <summary>Returns PostgreSQL statements; foreign keys come last, because they may form cycles.</summary>
    public string Ddl(string schema)
    {
        var sql = new StringBuilder($"create schema if not exists \"{schema}\";\n");
        foreach (ModelTable table in Tables)
        {
            IEnumerable<string> columns = table.Columns.Select(
                c => $"{c.Name} {SqlType(c.Type)}{(c.Nullable ? "" : " not null")}{(c.Unique ? " unique" : "")}");
            sql.Append(
                $"create table \"{schema}\".{table.Name} ({string.Join(", ", columns)}, primary key "
                    + $"({string.Join(", ", table.PrimaryKey)}));\n");
        }

        foreach (ModelTable table in Tables)
        {
            foreach (ModelForeignKey key in table.ForeignKeys)
            {
                string onDelete = key.OnDelete switch
                {
                    ModelDelete.Cascade => " on delete cascade",
                    ModelDelete.SetNull => " on delete set null",
                    _ => ""
                };
                sql.Append(
                    $"alter table \"{schema}\".{table.Name} add foreign key ({key.Column}) references "
                        + $"\"{schema}\".{key.Parent}{onDelete}{(key.Deferrable ? " deferrable" : "")};\n");
            }
        }

        return sql.ToString();
    }

    private static string SqlType(ModelType type) => type switch
    {
        ModelType.BigInt => "bigint",
        ModelType.Text => "text",
        ModelType.Numeric => "numeric",
        ModelType.Boolean => "boolean",
        ModelType.Timestamp => "timestamp",
        ModelType.Jsonb => "jsonb",
        ModelType.Uuid => "uuid",
        _ => "bytea",
    };
}
