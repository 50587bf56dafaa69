using System.Text;

namespace Failback.Cockroach.Statements;

/// <summary>
/// Turns CockroachDB's own statements into PostgreSQL's, using the functions and views of <c>schema.sql</c>; all other SQL is
/// unchanged. A statement that CockroachDB would refuse becomes one that fails with CockroachDB's message.
/// </summary>
internal static class StatementRewriter
{
    public static string Rewrite(string sql)
    {
        var output = new StringBuilder();
        int at = 0;
        foreach (List<SqlToken> statement in SqlScanner.Statements(sql))
        {
            int start = statement[0].Start;
            int end = statement[^1].End;
            output.Append(sql, at, start - at).Append(Statement(sql, statement));
            at = end;
        }

        return output.Append(sql, at, sql.Length - at).ToString();
    }

    private static string Statement(string sql, List<SqlToken> tokens)
    {
        try
        {
            return Own(new TokenReader(tokens)) ?? ExpressionRewriter.Rewrite(sql, tokens);
        }
        catch (StatementException e)
        {
            return Refusal(e);
        }
    }

    /// <summary>Returns a statement that fails with CockroachDB's message.</summary>
    public static string Refusal(StatementException e) =>
        $"SELECT crdb_internal.raise({Pg.Literal(e.Code)}, {Pg.Literal(e.Message)}, {Pg.Literal(e.Hint)})";

    /// <summary>Returns the replacement of a statement that only CockroachDB has, or null for any other.</summary>
    public static string? Own(TokenReader reader)
    {
        if (reader.Take("create", "changefeed") || reader.Take("experimental", "changefeed")) return ChangefeedSyntax.Create(reader);
        if (reader.Take("create", "external", "connection")) return Perform(ChangefeedSyntax.CreateConnection(reader));
        if (reader.Take("drop", "external", "connection")) return Perform($"crdb_internal.drop_connection({Pg.Literal(reader.Name())})");
        if (reader.Take("alter", "changefeed")) return ChangefeedSyntax.Alter(reader);
        if (reader.Take("show")) return ShowSyntax.Read(reader);
        foreach (string action in (string[])["pause", "resume", "cancel"])
        {
            if (reader.Take(action, "job")) return JobControl(action, reader);
        }

        if (reader.Take("set", "cluster", "setting")) return Setting(reader);
        if (reader.Take("reset", "cluster", "setting"))
            return Perform($"crdb_internal.set_setting({Pg.Literal(SettingName(reader))}, NULL)");
        if (reader.Take("grant", "changefeed")) return Grant(reader, "grant_changefeed");
        if (reader.Take("revoke", "changefeed")) return Grant(reader, "revoke_changefeed");
        if (reader.Take("grant", "system")) return SystemGrant(reader);
        return Altered(reader);
    }

    public static string SettingName(TokenReader reader)
    {
        string name = string.Join('.', reader.QualifiedName());
        return name;
    }

    private static string JobControl(string action, TokenReader reader)
    {
        string job = reader.Number();
        string reason = reader.Take("with", "reason", "=") ? Pg.Literal(reader.Text()) : "NULL";
        reader.RequireEnd();
        return Perform($"crdb_internal.control_job({Pg.Literal(action)}, {job}, {reason})");
    }

    private static string Setting(TokenReader reader)
    {
        string name = SettingName(reader);
        if (!reader.Take("=")) reader.Require("to");
        string value = reader.Value();
        reader.RequireEnd();
        return Perform($"crdb_internal.set_setting({Pg.Literal(name)}, {Pg.Literal(value)})");
    }

    private static string Grant(TokenReader reader, string function)
    {
        reader.Require("on");
        reader.Take("table");
        var calls = new List<string>();
        do
        {
            calls.Add(Pg.Literal(Pg.Name(reader.QualifiedName())));
        }
        while (reader.Take(","));
        if (!reader.Take("to")) reader.Require("from");
        string user = reader.Name();
        reader.RequireEnd();
        return Perform(string.Join(", ", calls.Select(table => $"crdb_internal.{function}({table}, {Pg.Literal(user)})")));
    }

    // ALTER DATABASE|TABLE x CONFIGURE ZONE USING gc.ttlseconds = 86400, ALTER TABLE x ALTER PRIMARY KEY USING COLUMNS (a, b)
    private static string? Altered(TokenReader reader)
    {
        bool table = reader.Take("alter", "table");
        if (!table && !reader.Take("alter", "database")) return null;
        if (reader.Current is not { IsName: true }) return null;
        string name = Pg.Literal(Pg.Name(reader.QualifiedName()));
        if (table && reader.Take("alter", "primary", "key", "using", "columns", "(")) return PrimaryKey(name, reader);
        if (!reader.Take("configure", "zone", "using", "gc", ".", "ttlseconds", "=")) return null;
        string seconds = Pg.Literal(reader.Number());
        return Perform(table ? $"crdb_internal.set_zone({name}, {seconds})" : $"crdb_internal.set_setting('gc.ttlseconds', {seconds})");
    }

    private static string PrimaryKey(string table, TokenReader reader)
    {
        var columns = new List<string>();
        do
        {
            columns.Add(Pg.Literal(reader.Name()));
        }
        while (reader.Take(","));
        reader.Require(")");
        return Perform($"crdb_internal.alter_primary_key({table}, ARRAY[{string.Join(", ", columns)}])");
    }

    private static string SystemGrant(TokenReader reader)
    {
        string privilege = reader.Name();
        reader.Require("to");
        return Perform($"crdb_internal.grant_system({Pg.Literal(privilege)}, {Pg.Literal(reader.Name())})");
    }

    // DO returns no rows, like CockroachDB's statement.
    private static string Perform(string calls) => $"DO $crdb$ BEGIN PERFORM {calls}; END $crdb$";
}
