using Failback.Applier.Postgres.Connection;

namespace Failback.Applier.Postgres.Values;

/// <summary>A column's type as the catalogue has it; domains, at any depth, are reduced to their base type.</summary>
/// <param name="Name">pg_type.typname, for example <c>int4</c>, <c>numeric</c>, <c>_text</c>.</param>
/// <param name="Schema">Schema of the type.</param>
/// <param name="Kind">pg_type.typtype: b base, e enum, c composite, r range.</param>
/// <param name="Category">pg_type.typcategory: A for arrays.</param>
/// <param name="Modifier">Length, precision and scale packed, from the column or the domain that says so; -1: none.</param>
/// <param name="Element">Type of an array's elements.</param>
internal sealed record PostgresType(string Name, string Schema, char Kind, char Category, int Modifier, PostgresType? Element)
{
    private const int Header = 4;

    /// <summary>Types of the server whose input takes several spellings of a value and loses nothing of any.</summary>
    private static readonly HashSet<string> Lossless = new(StringComparer.Ordinal)
    {
        "inet", "cidr", "macaddr", "macaddr8", "pg_lsn", "xml", "jsonpath", "tsvector", "tsquery", "ltree", "citext", "int4range",
        "int8range",
        "numrange", "int4multirange", "int8multirange", "nummultirange", "geometry", "geography",
    };

    /// <summary>Types whose converter takes nothing but what the server then keeps as it is.</summary>
    private static readonly HashSet<string> Measured = new(StringComparer.Ordinal)
    {
        "bool", "int2", "int4", "int8", "oid", "float4", "float8", "numeric", "text", "varchar", "bpchar", "name", "char", "bytea", "uuid",
        "bit", "varbit", "json", "jsonb", "date", "time", "timetz", "timestamp", "timestamptz", "interval",
    };

    /// <summary>Labels of an enum in their order.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>
    /// Two texts that differ may be equal in its comparisons: <c>citext</c>, and collations that are not deterministic.
    /// https://www.postgresql.org/docs/current/collation.html#COLLATION-NONDETERMINISTIC
    /// </summary>
    public bool Folds { get; init; }

    /// <summary>The type as the column declares it, with length and fields.</summary>
    public string Declared { get; init; } = "";

    /// <summary>It is reached through a domain.</summary>
    public bool IsDomain { get; init; }

    /// <summary>What the server is asked about values before they are written.</summary>
    public ServerCheck Check => Element is null ? OwnCheck : ArrayCheck(Element.Check);

    private ServerCheck OwnCheck => Name switch
    {
        "money" => ServerCheck.ByValue,
        // The fields of "interval day to hour" are in its modifier.
        "interval" when Modifier >= 0 => ServerCheck.ByText,
        _ when Kind is 'b' && Measured.Contains(Name) => DomainCheck,
        _ when Kind is 'e' || Lossless.Contains(Name) => DomainCheck,
        _ => ServerCheck.ByReadingBack,
    };

    private ServerCheck DomainCheck => !IsDomain ? ServerCheck.None : Category == 'N' ? ServerCheck.ByValue : ServerCheck.ByText;

    private ServerCheck ArrayCheck(ServerCheck element) => element != ServerCheck.None || !IsDomain
        ? element
        : Element!.Category == 'N' ? ServerCheck.ByValue : ServerCheck.ByText;

    /// <summary>Length in characters or bits, or precision; null: unlimited.</summary>
    public int? Size => Modifier < 0 ? null : Name switch
    {
        "numeric" or "_numeric" => ((Modifier - Header) >> 16) & 0xffff,
        "varchar" or "bpchar" or "_varchar" or "_bpchar" => Modifier - Header,
        "bit" or "varbit" => Modifier,
        _ => null,
    };

    /// <summary>Digits after the decimal point or of a second; null: unlimited.</summary>
    public int? Scale => Modifier < 0 ? null : Name switch
    {
        "numeric" or "_numeric" => (((Modifier - Header) & 0x7ff) ^ 1024) - 1024,
        "time" or "timetz" or "timestamp" or "timestamptz" => Modifier,
        "interval" => (Modifier & 0xffff) == 0xffff ? null : Modifier & 0xffff,
        _ => null,
    };

    /// <summary>
    /// Name to cast to without length: an explicit cast to a type with length would cut or pad silently, an assignment refuses.
    /// <c>bpchar</c> and <c>varbit</c> stand for <c>char</c> and <c>bit</c>, which mean length one when written bare, <c>numeric</c> for
    /// <c>money</c>, whose input reads points and commas as the database's locale has them.
    /// </summary>
    public string CastName => Name switch
    {
        "bit" => "pg_catalog.varbit",
        "money" => "pg_catalog.numeric",
        _ when Element is not null => Element.CastName + "[]",
        _ => PostgresName.Quote(Schema) + "." + PostgresName.Quote(Name),
    };
}
