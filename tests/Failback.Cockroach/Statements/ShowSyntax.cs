namespace Failback.Cockroach.Statements;

/// <summary>Parses the SHOW statements that PostgreSQL does not have.</summary>
internal static class ShowSyntax
{
    /// <summary>Returns the query for a SHOW statement, or null for PostgreSQL's own; the reader is behind SHOW.</summary>
    public static string? Read(TokenReader reader)
    {
        if (reader.Take("changefeed", "jobs"))
        {
            reader.Take("with", "watched_tables");
            return "SELECT * FROM crdb_internal.changefeed_jobs";
        }

        if (reader.Take("changefeed", "job")) return $"SELECT * FROM crdb_internal.changefeed_job({reader.Number()})";
        if (reader.Take("jobs")) return "SELECT * FROM crdb_internal.jobs";
        if (reader.Take("job")) return $"SELECT * FROM crdb_internal.jobs WHERE job_id = {reader.Number()}";
        if (reader.Take("cluster", "setting"))
            return $"SELECT * FROM crdb_internal.show_setting({Pg.Literal(StatementRewriter.SettingName(reader))})";
        if (reader.Take("indexes", "from") || reader.Take("index", "from") || reader.Take("keys", "from"))
            return $"SELECT * FROM crdb_internal.show_indexes({Table(reader)})";
        if (reader.Take("columns", "from")) return $"SELECT * FROM crdb_internal.show_columns({Table(reader)})";
        if (reader.Take("create", "table") || reader.Take("create")) return $"SELECT * FROM crdb_internal.show_create({Table(reader)})";
        if (reader.Take("grants", "on")) return Grants(reader);
        if (reader.Take("zone", "configuration", "from", "table")) return $"SELECT * FROM crdb_internal.show_zone({Table(reader)})";
        if (reader.Take("zone", "configuration")) return "SELECT * FROM crdb_internal.show_zone(NULL)";
        if (reader.Take("databases")) return "SELECT datname::text AS database_name FROM pg_database WHERE NOT datistemplate ORDER BY 1";
        if (!reader.Take("tables")) return null;
        string filter = reader.Take("from") && reader.QualifiedName() is { } names
            ? $" WHERE schema_name = {Pg.Literal(names[^1])} OR {Pg.Literal(names[^1])} = current_database()"
            : "";
        return $"SELECT * FROM crdb_internal.tables_shown{filter} ORDER BY 1, 2";
    }

    private static string Grants(TokenReader reader)
    {
        reader.Take("table");
        return $"SELECT * FROM crdb_internal.show_grants({Table(reader)})";
    }

    private static string Table(TokenReader reader) => Pg.Literal(Pg.Name(reader.QualifiedName()));
}
