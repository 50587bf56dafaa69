using Failback.Applier.Postgres.Connection;

namespace Failback.Applier.Postgres.Values;

/// <summary>A column's type as the catalogue has it; domains are already reduced to their base type.</summary>
/// <param name="Name">pg_type.typname, for example <c>int4</c>, <c>numeric</c>, <c>_text</c>.</param>
/// <param name="Schema">Schema of the type.</param>
/// <param name="Kind">pg_type.typtype: b base, e enum, c composite, r range.</param>
/// <param name="Category">pg_type.typcategory: A for arrays.</param>
/// <param name="Modifier">Length, precision and scale packed; -1: none.</param>
/// <param name="Element">Type of an array's elements.</param>
internal sealed record PostgresType(string Name, string Schema, char Kind, char Category, int Modifier, PostgresType? Element)
{
    private const int Header = 4;

    /// <summary>Labels of an enum in their order.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>
    /// Two texts that differ may be equal in its comparisons: <c>citext</c>, and collations that are not deterministic.
    /// https://www.postgresql.org/docs/current/collation.html#COLLATION-NONDETERMINISTIC
    /// </summary>
    public bool Folds { get; init; }

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
    /// <c>bpchar</c> and <c>varbit</c> stand for <c>char</c> and <c>bit</c>, which mean length one when written bare.
    /// </summary>
    public string CastName => Name switch
    {
        "bit" => "pg_catalog.varbit",
        "_bit" => "pg_catalog.varbit[]",
        _ when Element is not null => Element.CastName + "[]",
        _ => PostgresName.Quote(Schema) + "." + PostgresName.Quote(Name),
    };
}
