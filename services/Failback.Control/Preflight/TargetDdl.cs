using Failback.Contracts;
using Failback.Contracts.Control;
using Failback.Source;

namespace Failback.Control.Preflight;

/// <summary>Writes the statements that mend a target, in its dialect. They are for operators: control runs none of them.</summary>
/// <param name="dialect">Dialect of the target; one that is not known here gets standard SQL.</param>
internal sealed class TargetDdl(string dialect)
{
    public string Table(string name)
    {
        TableName parts = TableName.Parse(name);
        return string.Join('.', new[] { parts.Schema, parts.Table }.Where(part => part.Length > 0).Select(Name));
    }

    public string Name(string name) => dialect switch
    {
        "mysql" => "`" + name.Replace("`", "``", StringComparison.Ordinal) + "`",
        _ => "\"" + name.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"",
    };

    /// <summary>Adds a column like one of the source.</summary>
    public string AddColumn(string table, SourceColumn column) => dialect == "oracle"
        ? $"ALTER TABLE {Table(table)} ADD ({Name(Fold(column.Name))} {Type(column)});"
        : $"ALTER TABLE {Table(table)} ADD COLUMN {Name(column.Name)} {Type(column)};";

    /// <summary>Lets a column be NULL.</summary>
    public string DropNotNull(string table, TargetColumnSummary column) => dialect switch
    {
        "mysql" => $"ALTER TABLE {Table(table)} MODIFY {Name(column.Name)} {column.Declaration} NULL;",
        "oracle" => $"ALTER TABLE {Table(table)} MODIFY ({Name(column.Name)} NULL);",
        _ => $"ALTER TABLE {Table(table)} ALTER COLUMN {Name(column.Name)} DROP NOT NULL;",
    };

    /// <summary>Gives a column the type of the source's.</summary>
    public string Retype(string table, TargetColumnSummary there, SourceColumn column) => dialect switch
    {
        "mysql" => $"ALTER TABLE {Table(table)} MODIFY {Name(there.Name)} {Type(column)}{(there.Nullable ? "" : " NOT NULL")};",
        "oracle" => $"ALTER TABLE {Table(table)} MODIFY ({Name(there.Name)} {Type(column)});",
        _ => $"ALTER TABLE {Table(table)} ALTER COLUMN {Name(there.Name)} TYPE {Type(column)};",
    };

    public string AddPrimaryKey(string table, IEnumerable<string> columns) =>
        $"ALTER TABLE {Table(table)} ADD PRIMARY KEY ({Names(columns)});";

    /// <summary>Puts another primary key in the place of the one there is.</summary>
    public string ChangePrimaryKey(string table, IEnumerable<string> columns) => dialect switch
    {
        "mysql" => $"ALTER TABLE {Table(table)} DROP PRIMARY KEY, ADD PRIMARY KEY ({Names(columns)});",
        "postgres" =>
            $"DO $$ BEGIN EXECUTE (SELECT format('ALTER TABLE %s DROP CONSTRAINT %I, ADD PRIMARY KEY "
                + $"({Names(columns).Replace("'", "''", StringComparison.Ordinal)})', conrelid::regclass, conname) FROM pg_constraint "
                + $"WHERE contype = 'p' AND conrelid = '{Table(table).Replace("'", "''", StringComparison.Ordinal)}'::regclass); END $$;",
        _ => $"ALTER TABLE {Table(table)} DROP PRIMARY KEY; ALTER TABLE {Table(table)} ADD PRIMARY KEY ({Names(columns)});",
    };

    /// <summary>Makes a table like one of the source.</summary>
    public string CreateTable(string table, IReadOnlyList<SourceColumn> columns, IReadOnlyList<string> key)
    {
        IEnumerable<string> lines = columns.Select(
            column => $"{Name(Fold(column.Name))} {Type(column, key.Contains(column.Name, StringComparer.Ordinal))}"
                + (column.Nullable ? "" : " NOT NULL"));
        return $"CREATE TABLE {Table(table)} ({string.Join(", ", lines)}, PRIMARY KEY ({Names(key)}));";
    }

    /// <summary>The type that holds whatever a column of the source can.</summary>
    /// <param name="column">Column of the source.</param>
    /// <param name="indexed">It is part of a key, for which some types are too large.</param>
    public string Type(SourceColumn column, bool indexed = false) => dialect switch
    {
        "mysql" => MySql(column, indexed),
        "oracle" => Oracle(column, indexed),
        _ => Postgres(column),
    };

    private string Names(IEnumerable<string> columns) => string.Join(", ", columns.Select(column => Name(Fold(column))));

    private string Fold(string name) => dialect == "oracle" ? name.ToUpperInvariant() : name;

    private static string Postgres(SourceColumn column) => column.Type switch
    {
        "numeric" when column.Precision is { } precision => $"numeric({precision},{column.Scale ?? 0})",
        "character varying" or "character" when column.Length is { } length => $"varchar({length})",
        "bit" or "bit varying" => "varbit",
        "timestamp without time zone" => "timestamp",
        "timestamp with time zone" => "timestamptz",
        "bigint" or "integer" or "smallint" or "boolean" or "numeric" or "double precision" or "real" or "bytea" or "date" or "interval"
            or "jsonb" or "uuid" or "inet"
            or "time without time zone" or "time with time zone" => column.Type,
        "array" => "jsonb",
        _ => "text",
    };

    private static string MySql(SourceColumn column, bool indexed) => column.Type switch
    {
        "bigint" => "bigint",
        "integer" => "int",
        "smallint" => "smallint",
        "boolean" => "tinyint(1)",
        "numeric" => $"decimal({column.Precision ?? 65},{(column.Precision is null ? 30 : column.Scale ?? 0)})",
        "double precision" => "double",
        "real" => "float",
        "bytea" => indexed ? "varbinary(255)" : "longblob",
        "date" => "date",
        "timestamp without time zone" or "timestamp with time zone" => "datetime(6)",
        "time without time zone" or "time with time zone" or "interval" => "time(6)",
        "jsonb" or "array" => "json",
        "uuid" => "char(36)",
        "character varying" or "character" when column.Length is > 0 and <= 16000 => $"varchar({column.Length})",
        _ => indexed ? "varchar(255)" : "longtext",
    };

    private static string Oracle(SourceColumn column, bool indexed) => column.Type switch
    {
        "bigint" => "NUMBER(19)",
        "integer" => "NUMBER(10)",
        "smallint" => "NUMBER(5)",
        "boolean" => "NUMBER(1)",
        "numeric" => column.Precision is { } precision ? $"NUMBER({Math.Min(precision, 38)},{column.Scale ?? 0})" : "NUMBER",
        "double precision" => "BINARY_DOUBLE",
        "real" => "BINARY_FLOAT",
        "bytea" => indexed ? "RAW(255)" : "BLOB",
        "date" => "DATE",
        "timestamp without time zone" => "TIMESTAMP(6)",
        "timestamp with time zone" => "TIMESTAMP(6) WITH TIME ZONE",
        "interval" => "INTERVAL DAY(9) TO SECOND(6)",
        "uuid" => "VARCHAR2(36)",
        "character varying" or "character" when column.Length is > 0 and <= 1000 => $"VARCHAR2({column.Length} CHAR)",
        _ => indexed ? "VARCHAR2(255 CHAR)" : "CLOB",
    };
}
